"""Shares of rows over threads; the bits are the same whichever thread does the work."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np

from neurosparse.typing import Int64

GRAIN = 2**22  # synapses drawn in some hundredths of a second


def grain(size: int = 1) -> int:
    """Rows of one call, where each takes as long as `size` synapses of an easy draw.

    >>> grain(GRAIN // 3)
    3
    """
    return max(1, GRAIN // size)


def shares(n: int, parts: int) -> list[tuple[int, int]]:
    """Cut 0..n into at most `parts` contiguous, nearly equal pieces `(low, high)`.

    >>> shares(5, 2)
    [(0, 2), (2, 5)]
    """
    edges = [n * part // parts for part in range(parts + 1)]
    return [(low, high) for low, high in pairwise(edges) if high > low]


def run(
    work: Callable[[int, int, int], None],
    n: int,
    threads: int | None,
    cuts: int = 8,
    size: float = 0.0,
) -> int:
    """Call `work(part, low, high)` for pieces of 0..n, `cuts` a thread.

    A piece may come in several calls, one behind the other: between two of them Ctrl-C is heard.

    Args:
        work: of one piece.
        n: rows or columns.
        threads: all processors unless given.
        cuts: pieces a thread.
        size: synapses in all, about; a call is for `GRAIN` of them at most.

    Returns:
        The number of pieces.
    """
    threads = threads or os.cpu_count() or 1
    pieces = shares(n, threads * cuts if threads > 1 else 1)
    # rows of one call
    step = max(1, int(n / max(1.0, size / GRAIN)))
    stopped: list[bool] = []

    def work_off(part: int, low: int, high: int) -> None:
        for first in range(low, high, step):
            if not stopped:
                work(part, first, min(first + step, high))

    if len(pieces) < 2:
        for part, (low, high) in enumerate(pieces):
            work_off(part, low, high)
        return len(pieces)
    with ThreadPoolExecutor(threads) as pool:
        futures = [
            pool.submit(work_off, part, low, high)
            for part, (low, high) in enumerate(pieces)
        ]
        try:
            for future in futures:
                future.result()  # raises what went wrong in the thread
        except BaseException:
            stopped.append(True)
            raise
    return len(pieces)


def pointers(counts: Int64) -> Int64:
    """Row pointers `[n + 1]` of row lengths `[n]`."""
    indptr = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=indptr[1:])
    return indptr
