"""Shares of rows over threads; the bits are the same whichever thread does the work."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from neurosparse.typing import Int64


def shares(n: int, parts: int) -> list[tuple[int, int]]:
    """Cut 0..n into at most `parts` contiguous, nearly equal pieces `(low, high)`.

    >>> shares(5, 2)
    [(0, 2), (2, 5)]
    """
    edges = [n * part // parts for part in range(parts + 1)]
    return [(low, high) for low, high in pairwise(edges) if high > low]


def run(
    work: Callable[[int, int, int], None], n: int, threads: int | None, cuts: int = 8
) -> int:
    """Call `work(part, low, high)` for pieces of 0..n, `cuts` a thread.

    Returns:
        The number of pieces.
    """
    threads = threads or os.cpu_count() or 1
    pieces = shares(n, threads * cuts if threads > 1 else 1)
    if len(pieces) < 2:
        for part, (low, high) in enumerate(pieces):
            work(part, low, high)
        return len(pieces)
    with ThreadPoolExecutor(threads) as pool:
        futures = [
            pool.submit(work, part, low, high) for part, (low, high) in enumerate(pieces)
        ]
        for future in futures:
            future.result()  # raises what went wrong in the thread
    return len(pieces)


def pointers(counts: Int64) -> Int64:
    """Row pointers `[n + 1]` of row lengths `[n]`."""
    indptr = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=indptr[1:])
    return indptr
