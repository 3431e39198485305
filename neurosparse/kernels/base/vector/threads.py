"""Give each thread its share of a kernel that holds no lock; the caller works too.

Beside PyTorch on several threads set OMP_WAIT_POLICY=PASSIVE before it is imported: the workers of
its OpenMP pool otherwise spin for milliseconds after each operation on the cores these threads
need.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import pairwise

import numpy as np

from neurosparse.typing import Int64


@cache
def _pool(workers: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(workers, thread_name_prefix="neurosparse")


# a forked child has none of its parent's threads
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)


def run_shares(work: Callable[[int, int], object], bounds: Sequence[int]) -> None:
    """Call `work(bounds[k], bounds[k+1])` for each k at the same time; empty shares are left out.

    >>> done = []
    >>> run_shares(lambda lo, hi: done.append((lo, hi)), [0, 3, 3, 5])
    >>> sorted(done)
    [(0, 3), (3, 5)]
    """
    shares = [(lo, hi) for lo, hi in pairwise(bounds) if hi > lo]
    if not shares:
        return
    others = []
    if len(shares) > 1:
        pool = _pool(len(shares) - 1)
        others = [pool.submit(work, *share) for share in shares[1:]]
    work(*shares[0])
    for other in others:
        other.result()


def worthwhile(threads: int, operations: int) -> int:
    """Count the threads that each have at least 2^21 operations.

    Less is done before another thread has woken (about 50 µs).

    >>> worthwhile(4, 1000), worthwhile(4, 2**22), worthwhile(2, 2**30)
    (1, 2, 2)
    """
    return max(1, min(threads, operations >> 21))


def even(n: int, threads: int) -> list[int]:
    """Give bounds that cut n things into `threads` shares.

    >>> even(5, 2)
    [0, 2, 5]
    """
    return [n * k // threads for k in range(threads + 1)]


def even_edges(indptr: Int64, threads: int) -> list[int]:
    """Give bounds that cut the rows of a CSR into shares of about equally many edges and rows.

    >>> even_edges(np.array([0, 90, 91, 92, 93]), 2)
    [0, 1, 4]
    """
    n = len(indptr) - 1
    if threads == 1 or n == 0:
        return [0, n]
    work = indptr + np.arange(n + 1)
    inner = np.searchsorted(work, work[-1] * np.arange(1, threads) / threads)
    return [0, *(int(k) for k in inner), n]
