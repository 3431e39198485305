"""The k best memories of each query, in one pass: the baseline every retrieval is shown beside."""

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.threads import run_shares
from neurosparse.kernels.memory.retrieve.plan import GROUP, block_size, blocks, shares
from neurosparse.typing import Array

CHUNK = 128


@njit(cache=True, nogil=True)
def _insert(scores: Array, indices: Array, score: float, index: int) -> None:
    """Put a score into the descending list, behind its equals; the last falls out."""
    at = len(scores) - 1
    while at > 0 and scores[at - 1] < score:
        scores[at] = scores[at - 1]
        indices[at] = indices[at - 1]
        at -= 1
    scores[at], indices[at] = score, index


@njit(cache=True, nogil=True)
def _best(rows: Array, first: int, scores: Array, indices: Array) -> None:
    for n in range(len(rows)):
        for c in range(0, rows.shape[1], CHUNK):
            chunk = rows[n, c : c + CHUNK]
            last = scores[n, -1]
            above = np.int32(0)
            for i in range(len(chunk)):
                above += np.int32(chunk[i] > last)
            if above:
                for i in range(len(chunk)):
                    if chunk[i] > scores[n, -1]:
                        _insert(scores[n], indices[n], chunk[i], first + c + i)


def _share(
    memories: Array, queries: Array, k: int, lo: int, hi: int
) -> tuple[Array, Array]:
    n = len(queries)
    scores = np.full((n, k), -np.inf, queries.dtype)
    indices = np.full((n, k), -1, np.int32)
    held = np.empty((n, block_size(n)), queries.dtype)
    for first, last in blocks(lo, hi, n):
        whole = last - first == held.shape[1]
        rows = np.matmul(queries, memories[first:last].T, out=held if whole else None)
        _best(rows, first, scores, indices)
    return indices, scores


def _group(memories: Array, queries: Array, k: int, threads: int) -> tuple[Array, Array]:
    parts: dict[int, tuple[Array, Array]] = {}

    def work(lo: int, hi: int) -> None:
        parts[lo] = _share(memories, queries, k, lo, hi)

    run_shares(work, shares(memories, len(queries), threads))
    in_order = [parts[lo] for lo in sorted(parts)]
    indices = np.concatenate([part[0] for part in in_order], 1)
    scores = np.concatenate([part[1] for part in in_order], 1)
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(indices, order, 1), np.take_along_axis(scores, order, 1)


def nearest(memories: Array, queries: Array, k: int, threads: int) -> tuple[Array, Array]:
    """Indices [n, k] int32 and scores [n, k] of the largest dot products, first of equals first."""
    # an empty batch is one empty group
    starts = range(0, max(len(queries), 1), GROUP)
    parts = [_group(memories, queries[i : i + GROUP], k, threads) for i in starts]
    return np.concatenate([part[0] for part in parts]), np.concatenate(
        [part[1] for part in parts]
    )
