"""The k best rows of each sample on the CPU: BLAS scores a block of samples, a scan keeps k.

What is held besides the result is one block of scores for each thread.
"""

from collections.abc import Callable, Iterator

import numpy as np
from numba import njit

from neurosparse.kernels.base.vector.threads import even, run_shares
from neurosparse.kernels.layers.k_winners.cpu import winners_of_row
from neurosparse.kernels.layers.k_winners.select import sort_few
from neurosparse.typing import Array, Int32

# scores held at a time, 64 MB of float32
SCORES = 1 << 24
MOST_SAMPLES = 512
# up to FEW winners, and one in SHARE scores, are kept sorted while the row goes by in chunks
FEW = 128
SHARE = 16
CHUNK = 64


def samples_a_block(n: int) -> int:
    """Samples whose scores with n rows are held at a time.

    >>> samples_a_block(24_576), samples_a_block(100), samples_a_block(1 << 30)
    (512, 512, 1)
    """
    return max(1, min(MOST_SAMPLES, SCORES // max(n, 1)))


def spans(first: int, last: int, size: int) -> Iterator[tuple[int, int]]:
    """Cut first..last into blocks.

    >>> list(spans(0, 5, 2))
    [(0, 2), (2, 4), (4, 5)]
    """
    for start in range(first, last, size):
        yield start, min(start + size, last)


@njit(cache=True, nogil=True)
def _few_of_row(row: Array, k: int, best: Array, out: Int32) -> None:
    """Write the ascending indices of the k largest of `row` to `out [k]`; `best [k]` is scratch."""
    best[:] = -np.inf
    out[:] = -1
    # from the end on: of equal values the first seen, that of the higher index, stays
    for last in range(row.size, 0, -CHUNK):
        first = max(last - CHUNK, 0)
        least = best[k - 1]
        above = np.int32(0)
        for i in range(first, last):
            above += np.int32(row[i] > least)
        if above == 0:
            continue
        for i in range(last - 1, first - 1, -1):
            value = row[i]
            if value <= best[k - 1]:
                continue
            place = k - 1
            while place > 0 and best[place - 1] < value:
                best[place] = best[place - 1]
                out[place] = out[place - 1]
                place -= 1
            best[place] = value
            out[place] = i
    sort_few(out)


@njit(cache=True, nogil=True)
def keep_best(
    scores: Array, k: int, magnitude: bool, out: Int32, values: Array, first: int, last: int
) -> None:
    """Write rows first..last of the winners `out [samples, k]` and their scores."""
    n = scores.shape[1]
    best = np.empty(k, scores.dtype)
    size = np.empty(n if magnitude else 0, scores.dtype)
    few = 0 < k <= FEW and k * SHARE <= n
    for b in range(first, last):
        row = scores[b]
        if magnitude:
            for i in range(n):
                size[i] = abs(row[i])
            row = size
        if few:
            _few_of_row(row, k, best, out[b])
        # fewer than k above minus infinity: some of those with it win too
        if not few or out[b, 0] < 0:
            winners_of_row(row, k, out[b])
        for j in range(k):
            values[b, j] = scores[b, out[b, j]]


def blockwise(
    score: Callable[[int, int], Array],
    size: tuple[int, int],
    k: int,
    magnitude: bool,
    out: tuple[Int32, Array],
    threads: int,
) -> None:
    """Go through blocks of samples: `score(lo, hi)` gives their scores `[hi - lo, n]`.

    Args:
        score: of samples lo..hi with all rows, by whoever multiplies.
        size: samples and rows.
        k: winners of each sample.
        magnitude: whether the largest |h| win.
        out: winners and scores, `[samples, k]`, written.
        threads: that scan a block.
    """
    best, values = out
    for lo, hi in spans(0, size[0], samples_a_block(size[1])):
        scores = score(lo, hi)
        parts = best[lo:hi], values[lo:hi]

        def scan(
            first: int,
            last: int,
            scores: Array = scores,
            parts: tuple[Int32, Array] = parts,
        ) -> None:
            keep_best(scores, k, magnitude, *parts, first, last)

        run_shares(scan, even(hi - lo, threads))


def encode(
    x: Array, rows: Array, bias: Array, k: int, magnitude: bool, threads: int
) -> tuple[Int32, Array]:
    """Take the k largest of `h = x rowsᵀ + bias`, or of |h|, with their h."""
    best = np.empty((len(x), k), np.int32)
    values = np.empty((len(x), k), x.dtype)
    size = samples_a_block(len(rows))

    def share(first: int, last: int) -> None:
        lo = first * size
        hi = min(last * size, len(x))

        def score(start: int, end: int) -> Array:
            scores: Array = x[lo + start : lo + end] @ rows.T
            scores += bias
            return scores

        out = best[lo:hi], values[lo:hi]
        blockwise(score, (hi - lo, len(rows)), k, magnitude, out, 1)

    # whole blocks, so that no score depends on how many threads there are
    run_shares(share, even(-(-len(x) // size), threads))
    return best, values
