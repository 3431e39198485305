"""The k best memories of each query, in one pass over the memories: the baseline every retrieval is
shown beside.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from neurosparse.kernels.base.vector.threads import run_shares
from neurosparse.kernels.memory.retrieve.plan import GROUP, block_size, blocks, shares

CHUNK = 128
Array = NDArray[Any]


@njit(cache=True, nogil=True)
def _insert(scores: Array, indices: Array, score: float, index: int) -> None:
    """Put a score into the descending list where it belongs, behind its equals; the last falls
    out.
    """
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


def _share(memories: Array, queries: Array, k: int, lo: int, hi: int) -> tuple[Array, Array]:
    n = len(queries)
    scores = np.full((n, k), -np.inf, queries.dtype)
    indices = np.full((n, k), -1, np.int32)
    held = np.empty((n, block_size(n)), queries.dtype)
    for first, last in blocks(lo, hi, n):
        rows = np.matmul(
            queries, memories[first:last].T, out=held if last - first == held.shape[1] else None
        )
        _best(rows, first, scores, indices)
    return indices, scores


def _group(memories: Array, queries: Array, k: int, threads: int) -> tuple[Array, Array]:
    parts: dict[int, tuple[Array, Array]] = {}

    def work(lo: int, hi: int) -> None:
        parts[lo] = _share(memories, queries, k, lo, hi)

    run_shares(work, shares(memories, len(queries), threads))
    indices, scores = (
        np.concatenate([parts[lo][side] for lo in sorted(parts)], 1) for side in (0, 1)
    )
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return np.take_along_axis(indices, order, 1), np.take_along_axis(scores, order, 1)


def nearest(memories: Array, queries: Array, k: int, threads: int) -> tuple[Array, Array]:
    """(indices [n, k] int32, scores [n, k]) of the largest dot products, descending, the first of
    equals first.
    """
    parts = [
        _group(memories, queries[i : i + GROUP], k, threads)
        for i in range(0, max(len(queries), 1), GROUP)
    ]
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
