"""Random wiring in plain Python: one draw at a time, the same bits as the compiled rows."""

import math
from itertools import pairwise

import numpy as np

from neurosparse.kernels.base.philox.naive import philox4x32
from neurosparse.typing import Float64, Int32, Int64, UInt32

Rows = tuple[Int64, Int32]
LANE = 64  # columns of a tile: what ranks own whole
HIGHEST = 16_384  # rows of a tile


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


def tile_heights(pre_bounds: Int64, p: Float64) -> Int64:
    """Rows of a tile for each pair of groups, so that some 256 of its pairs are joined.

    A tile is one lane of 64 columns wide. Groups of rows are cut into 16 at least.
    """
    rows = np.diff(pre_bounds)[:, None]
    most = np.clip(-(-rows // 16), 1, HIGHEST)
    return np.clip(4.0 / np.maximum(p, 4.0 / HIGHEST), 1, most).astype(np.int64)


def bernoulli(
    pre_bounds: Int64,
    post_bounds: Int64,
    p: Float64,
    skip_self: bool,
    key: UInt32,
    span: tuple[int, int] | None = None,
) -> Rows:
    """Every pair of groups (a, b) wired with probability p[a, b], by geometric leaps in tiles.

    Neighbouring groups of one p are one. A tile's draws are counted by its first row and column.
    """
    heights = tile_heights(pre_bounds, p)
    rows: list[list[int]] = [[] for _ in range(pre_bounds[-1])]
    low, high = (0, post_bounds[-1]) if span is None else span
    for a in range(len(pre_bounds) - 1):
        block = heights[a].max()
        for first in range(pre_bounds[a], pre_bounds[a + 1], block):
            last = min(first + block, pre_bounds[a + 1])
            for b, left, right in _lanes(post_bounds, p[a]):
                for i in range(first, last, heights[a, b]):
                    height = min(heights[a, b], last - i)
                    for hit in _hits(p[a, b], height * (right - left), key, i, left):
                        row = i + hit // (right - left)
                        column = left + hit % (right - left)
                        if low <= column < high and not (skip_self and row == column):
                            rows[row].append(column)
    return _compressed(rows)


def _lanes(bounds: Int64, p: Float64) -> list[tuple[int, int, int]]:
    """(group, begin, end) of stretches of columns of one p that lie in one lane."""
    lanes = []
    for b in range(len(p)):
        if b and p[b] == p[b - 1]:
            continue
        end = next((k for k in range(b, len(p)) if p[k] != p[b]), len(p))
        cuts = range(LANE * (bounds[b] // LANE + 1), bounds[end], LANE)
        edges = [int(bounds[b]), *cuts, int(bounds[end])]
        lanes += [(b, left, right) for left, right in pairwise(edges) if right > left]
    return lanes


def _hits(p: float, cells: int, key: UInt32, row: int, column: int) -> list[int]:
    """Cells of a tile that are hit."""
    hits = []
    turn = 0
    c = 0
    scale = 1 / math.log1p(-p) if 0 < p < 1 else 0.0
    while p > 0 and c < cells:
        if p < 1:
            leap = math.log(_unit(_words(key, turn, column, row))) * scale
            turn += 1
            if leap >= cells - c:
                break
            c += int(leap)
        hits.append(c)
        c += 1
    return hits


def pair_words(
    rows: Rows, first: int, last: int, stream: int, key: UInt32, above: int = 0
) -> UInt32:
    """A random word for each of the synapses first..last-1: of its pair, not of its place.

    Synapses that join one pair have the pair's next ones.
    """
    indptr, indices = rows
    drawn = []
    for i in range(len(indptr) - 1):
        again = 0
        for k in range(indptr[i], indptr[i + 1]):
            same = k > indptr[i] and indices[k] == indices[k - 1]
            again = again + 1 if same else 0
            if first <= k < last:
                counter = (again, stream, above + i, int(indices[k]))
                drawn.append(philox4x32(*counter, int(key[0]), int(key[1]))[0])
    return np.array(drawn, np.uint32)


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
    degree: Int64,
    n_post: int,
    skip_self: bool,
    repeat: bool,
    key: UInt32,
    span: tuple[int, int] | None = None,
) -> Rows:
    """Row i: `degree[i]` columns drawn at random, or those of them within a span."""
    rows = []
    low, high = (0, n_post) if span is None else span
    for i, k in enumerate(degree):
        left_out = i if skip_self else -1
        row = _sample(n_post, int(k), left_out, repeat, key, i)
        rows.append([j for j in row if low <= j < high])
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
