"""Graphs that start from an order: a ring whose edges move, and neurons that join one by one."""

import numpy as np
from numba import njit

from neurosparse.kernels.base.philox.cpu import below, unit53
from neurosparse.kernels.graphs.wire.naive import Rows
from neurosparse.kernels.graphs.wire.threads import grain, run
from neurosparse.kernels.graphs.wire.words import words
from neurosparse.typing import Int32, UInt32


@njit(cache=True, nogil=True)
def _ring_rows(
    low: int, high: int, n: int, k: int, rewired: float, key: UInt32, out: Int32
) -> None:
    """Rows [low, high) of a ring of n, k targets each, sorted."""
    marks = np.zeros(n, np.int32)  # i + 1 where a neuron is a target of i
    for i in range(low, high):
        row = out[i * k : (i + 1) * k]
        marks[i] = i + 1
        for slot in range(k):
            step = slot // 2 + 1
            row[slot] = (i + step if slot % 2 == 0 else i - step) % n
            marks[row[slot]] = i + 1
        for slot in range(k):
            a, b = words(key, 0, slot + 1, i)
            if k == n - 1 or unit53(a, b) > rewired:
                continue
            turn = 1
            target = np.int64(i)
            while marks[target] == i + 1:
                a, b = words(key, turn, slot + 1, i)
                target = below(n, a, b)
                turn += 1
            marks[row[slot]] = 0
            marks[target] = i + 1
            row[slot] = target
        row.sort()


def ring(n: int, k: int, rewired: float, key: UInt32, threads: int | None = None) -> Rows:
    """Draw each row where it will stay."""
    out = np.empty(n * k, np.int32)

    def write(_: int, low: int, high: int) -> None:
        _ring_rows(low, high, n, k, rewired, key, out)

    # an edge is asked whether it moves, and one that does looks for a place
    run(write, n, threads, size=n * k * (2 + 6 * rewired))
    return np.arange(n + 1, dtype=np.int64) * k, out


@njit(cache=True, nogil=True)
def _preferential(
    low: int, high: int, m: int, appeal: float, key: UInt32, marks: Int32, out: Int32
) -> None:
    """Targets of neurons [low, high) behind those of the earlier ones, as they were chosen.

    `marks` `[n]` holds i where a neuron is a target of i.
    """
    for i in range(low, high):
        begin = i * m
        turn = 0
        share = begin / (begin + appeal * i)
        chosen = 0
        while chosen < m:
            a, b = words(key, turn, 0, i)
            by_degree = unit53(a, b) <= share
            a, b = words(key, turn, 1, i)
            target = np.int64(out[below(begin, a, b)]) if by_degree else below(i, a, b)
            turn += 1
            if marks[target] != i:
                marks[target] = i
                out[begin + chosen] = target
                chosen += 1


def preferential(n: int, m: int, appeal: float, key: UInt32) -> Rows:
    """Grow one neuron after another; each sends exactly m."""
    out = np.empty(n * m, np.int32)
    core = np.arange(m, dtype=np.int32)
    for i in range(m + 1):
        out[i * m : (i + 1) * m] = core + (core >= i)
    marks = np.zeros(n, np.int32)
    step = grain(8 * m)  # these draws are slow: they read all over memory
    for low in range(m + 1, n, step):
        _preferential(low, min(low + step, n), m, appeal, key, marks, out)
    rows = out.reshape(n, m)
    for low in range(0, n, step):
        rows[low : low + step].sort(axis=1)
    return np.arange(n + 1, dtype=np.int64) * m, out
