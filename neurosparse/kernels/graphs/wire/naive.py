"""Random wiring in plain Python: one draw at a time, the same bits as the compiled rows."""

import math

import numpy as np

from neurosparse.kernels.base.philox.naive import philox4x32
from neurosparse.typing import Float64, Int32, Int64, UInt32

Rows = tuple[Int64, Int32]


def _words(key: UInt32, turn: int, stream: int, row: int) -> int:
    """64 random bits of a row's turn-th draw."""
    high, low, _, _ = philox4x32(turn, stream, row, 0, int(key[0]), int(key[1]))
    return high << 32 | low


def _unit(words: int) -> float:
    """64 bits -> (0, 1], in steps of 2^-53."""
    return ((words >> 37) * 2**26 + ((words & 0xFFFFFFFF) >> 6) + 1) / 2**53


def _below(n: int, words: int) -> int:
    """64 bits -> [0, n)."""
    return (n * words) >> 64


def _compressed(rows: list[list[int]]) -> Rows:
    indptr = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    return indptr, np.array([j for row in rows for j in sorted(row)], np.int32)


def bernoulli(
    pre_bounds: Int64, post_bounds: Int64, p: Float64, skip_self: bool, key: UInt32
) -> Rows:
    """Every pair of groups (a, b) wired with probability p[a, b], by geometric leaps in the row."""
    rows = []
    for a in range(len(pre_bounds) - 1):
        for i in range(pre_bounds[a], pre_bounds[a + 1]):
            row = []
            turn = 0
            b = 0
            while b < p.shape[1]:
                last = b
                while last + 1 < p.shape[1] and p[a, last + 1] == p[a, b]:
                    last += 1
                j = int(post_bounds[b])
                end = int(post_bounds[last + 1])
                scale = 1 / math.log1p(-p[a, b]) if 0 < p[a, b] < 1 else 0.0
                while p[a, b] > 0 and j < end:
                    if p[a, b] < 1:
                        leap = math.log(_unit(_words(key, turn, 0, i))) * scale
                        turn += 1
                        if leap >= end - j:
                            break
                        j += int(leap)
                    row.append(j)
                    j += 1
                b = last + 1
            rows.append([j for j in row if not (skip_self and j == i)])
    return _compressed(rows)


def _distinct(n: int, k: int, key: UInt32, row: int) -> list[int]:
    """k different numbers of 0..n-1 (Floyd): draw below j + 1, take j itself when that is taken."""
    taken: set[int] = set()
    for turn, j in enumerate(range(n - k, n)):
        drawn = _below(j + 1, _words(key, turn, 0, row))
        taken.add(j if drawn in taken else drawn)
    return list(taken)


def _sample(
    n: int, k: int, left_out: int, repeat: bool, key: UInt32, row: int
) -> list[int]:
    """k numbers of 0..n-1 without `left_out` (-1: none), with or without repetition."""
    places = n - (left_out >= 0)
    if repeat:
        drawn = [_below(places, _words(key, turn, 0, row)) for turn in range(k)]
    else:
        drawn = _distinct(places, k, key, row)
    # numbers from the one left out on move up by one
    return [j + (left_out >= 0 and j >= left_out) for j in drawn]


def fixed_rows(
    degree: Int64, n_post: int, skip_self: bool, repeat: bool, key: UInt32
) -> Rows:
    """Row i: `degree[i]` columns drawn at random."""
    rows = []
    for i, k in enumerate(degree):
        left_out = i if skip_self else -1
        rows.append(_sample(n_post, int(k), left_out, repeat, key, i))
    return _compressed(rows)


def fixed_columns(
    degree: Int64, n_pre: int, skip_self: bool, repeat: bool, key: UInt32
) -> Rows:
    """Column j: `degree[j]` rows drawn at random."""
    rows: list[list[int]] = [[] for _ in range(n_pre)]
    for j, k in enumerate(degree):
        for i in _sample(n_pre, int(k), j if skip_self else -1, repeat, key, j):
            rows[i].append(j)
    return _compressed(rows)


def darts(total: int, n_rows: int, n_places: int, key: UInt32) -> Int64:
    """How many of `total` different cells of an n_rows x n_places board fall into each row."""
    filled = np.zeros(n_rows, np.int64)
    hits = 0
    turn = 0
    while hits < total:
        row = _below(n_rows, _words(key, turn & 0xFFFFFFFF, 1, turn >> 32))
        place = _below(n_places, _words(key, turn & 0xFFFFFFFF, 2, turn >> 32))
        if place >= filled[row]:
            filled[row] += 1
            hits += 1
        turn += 1
    return filled


def ring(n: int, k: int, rewired: float, key: UInt32) -> Rows:
    """Each neuron to its k nearest on a ring, edges moved to free targets by chance."""
    rows = []
    for i in range(n):
        row = [(i + (slot // 2 + 1) * (-1) ** slot) % n for slot in range(k)]
        for slot in range(k):
            if k == n - 1 or _unit(_words(key, 0, slot + 1, i)) > rewired:
                continue
            turn = 1
            target = i
            while target == i or target in row:
                target = _below(n, _words(key, turn, slot + 1, i))
                turn += 1
            row[slot] = target
        rows.append(row)
    return _compressed(rows)


def preferential(n: int, m: int, appeal: float, key: UInt32) -> Rows:
    """Neurons come one by one, each to m earlier ones in proportion to in-degree + appeal."""
    rows = [[j for j in range(m + 1) if j != i] for i in range(m + 1)]
    chosen = [j for row in rows for j in row]
    for i in range(m + 1, n):
        row: list[int] = []
        turn = 0
        share = len(chosen) / (len(chosen) + appeal * i)
        while len(row) < m:
            by_degree = _unit(_words(key, turn, 0, i)) <= share
            words = _words(key, turn, 1, i)
            target = chosen[_below(len(chosen), words)] if by_degree else _below(i, words)
            turn += 1
            if target not in row:
                row.append(target)
        chosen += row
        rows.append(row)
    return _compressed(rows)
