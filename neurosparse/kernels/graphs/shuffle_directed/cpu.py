"""Trades on ascending rows: one merge counts the pool, a second deals it out in ascending order.

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
    spare_a = np.empty(longest, np.int32)
    spare_b = np.empty(longest, np.int32)
    for _ in range(rounds):
        for k in range(n - 1, 0, -1):
            j = draw(state, k + 1)
            order[k], order[j] = order[j], order[k]
        for k in range(0, n - 1, 2):
            a = order[k]
            b = order[k + 1]
            row_a = indices[indptr[a] : indptr[a + 1]]
            row_b = indices[indptr[b] : indptr[b + 1]]
            _trade(row_a, row_b, a, b, loops, spare_a, spare_b, state)


@njit(cache=True, nogil=True, fastmath=False)
def _pool(row_a, row_b, a, b, loops):  # type: ignore[no-untyped-def]
    only_a = only_b = i = j = 0
    while i < len(row_a) or j < len(row_b):
        if j >= len(row_b) or (i < len(row_a) and row_a[i] < row_b[j]):
            only_a += loops or (row_a[i] != a and row_a[i] != b)
            i += 1
        elif i >= len(row_a) or row_b[j] < row_a[i]:
            only_b += loops or (row_b[j] != a and row_b[j] != b)
            j += 1
        else:
            i += 1
            j += 1
    return only_a, only_b


@njit(cache=True, nogil=True, fastmath=False)
def _trade(row_a, row_b, a, b, loops, spare_a, spare_b, state):  # type: ignore[no-untyped-def]
    owed, other = _pool(row_a, row_b, a, b, loops)
    if owed == 0 or other == 0:
        return
    left = owed + other
    i = j = x = y = 0
    while i < len(row_a) or j < len(row_b):
        from_a = j >= len(row_b) or (i < len(row_a) and row_a[i] <= row_b[j])
        from_b = i >= len(row_a) or (j < len(row_b) and row_b[j] <= row_a[i])
        v = row_a[i] if from_a else row_b[j]
        to_a = from_a
        to_b = from_b
        if from_a != from_b and (loops or (v != a and v != b)):
            to_a = draw(state, left) < owed
            to_b = not to_a
            owed -= to_a
            left -= 1
        if to_a:
            spare_a[x] = v
            x += 1
        if to_b:
            spare_b[y] = v
            y += 1
        i += from_a
        j += from_b
    row_a[:] = spare_a[:x]
    row_b[:] = spare_b[:y]
