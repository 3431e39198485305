"""Trades on ascending rows: a merge writes down and counts the pool, which is then dealt out.

Dealing walks the pool once and gives each target to a with probability (still owed to a) / (still
in the pool): every subset is equally likely (selection sampling), and the rows stay sorted without
a sort.
"""

import numpy as np
from numba import njit

from neurosparse.typing import Int32, Int64


def shuffle_directed(
    indptr: Int64, indices: Int32, rounds: int, seed: int, loops: bool
) -> Int32:
    """Copy the rows and trade in place."""
    traded = np.array(indices, np.int32)
    # the generator's products wrap around; uncompiled, NumPy would warn of it
    with np.errstate(over="ignore"):
        _rounds(np.asarray(indptr, np.int64), traded, rounds, np.uint64(seed), loops)
    return traded


@njit(cache=True, nogil=True, fastmath=False)
def draw(state, below):  # type: ignore[no-untyped-def]
    """A whole number in [0, below) by splitmix64; below < 2^32, so the bias is under 2^-32."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return np.int64(((z >> np.uint64(32)) * np.uint64(below)) >> np.uint64(32))


@njit(cache=True, nogil=True, fastmath=False)
def _rounds(indptr, indices, rounds, seed, loops):  # type: ignore[no-untyped-def]
    n = len(indptr) - 1
    longest = 0
    for u in range(n):
        longest = max(longest, indptr[u + 1] - indptr[u])
    order = np.arange(n)
    state = np.array([seed], np.uint64)
    pool = np.empty(2 * longest, np.int32)
    side = np.empty(2 * longest, np.uint8)
    for _ in range(rounds):
        for k in range(n - 1, 0, -1):
            j = draw(state, k + 1)
            order[k], order[j] = order[j], order[k]
        for k in range(0, n - 1, 2):
            a = order[k]
            b = order[k + 1]
            row_a = indices[indptr[a] : indptr[a + 1]]
            row_b = indices[indptr[b] : indptr[b + 1]]
            owed, other, m = _merge(row_a, row_b, a, b, loops, pool, side)
            if owed > 0 and other > 0:
                _deal(row_a, row_b, owed, owed + other, pool[:m], side, state)


@njit(cache=True, nogil=True, fastmath=False)
def _merge(row_a, row_b, a, b, loops, pool, side):  # type: ignore[no-untyped-def]
    """Both rows in ascending order, with who has each target; how many each has alone, and all.

    Sides are 1 (a alone), 2 (b alone), 3 (both), or 4 and 5 for 1 and 2 where a target stays.
    Counters in the place of branches: which row is next is a guess for the processor.
    """
    last_a = len(row_a)
    last_b = len(row_b)
    owed = other = i = j = m = 0
    while i < last_a and j < last_b:
        x = row_a[i]
        y = row_b[j]
        from_a = x <= y
        from_b = y <= x
        v = x if from_a else y
        alone = from_a != from_b
        free = alone and (loops or (v != a and v != b))
        pool[m] = v
        side[m] = from_a + 2 * from_b + 3 * (alone and not free)
        owed += free and from_a
        other += free and from_b
        m += 1
        i += from_a
        j += from_b
    while i < last_a:
        free = loops or (row_a[i] != a and row_a[i] != b)
        pool[m] = row_a[i]
        side[m] = 1 if free else 4
        owed += free
        m += 1
        i += 1
    while j < last_b:
        free = loops or (row_b[j] != a and row_b[j] != b)
        pool[m] = row_b[j]
        side[m] = 2 if free else 5
        other += free
        m += 1
        j += 1
    return owed, other, m


@njit(cache=True, nogil=True, fastmath=False)
def _deal(row_a, row_b, owed, left, pool, side, state):  # type: ignore[no-untyped-def]
    """Write both rows anew."""
    last_a = len(row_a)
    last_b = len(row_b)
    x = y = 0
    for k in range(len(pool)):
        v = pool[k]
        if side[k] < 3:
            to_a = draw(state, left) < owed
            owed -= to_a
            left -= 1
            # written to both, and to one of them again
            if x < last_a:
                row_a[x] = v
            if y < last_b:
                row_b[y] = v
            x += to_a
            y += not to_a
        else:
            if side[k] != 5:
                row_a[x] = v
                x += 1
            if side[k] != 4:
                row_b[y] = v
                y += 1
