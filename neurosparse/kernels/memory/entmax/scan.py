"""Candidates for the support in one pass over scores (Numba), in a buffer that doubles if it must.

τ over any part of a row is at most τ over the whole row. So a score at or below the present
threshold can never be in the support, whatever is still to come: what is kept provably contains it.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from neurosparse.kernels.memory.entmax.rules import Shape, Support
from neurosparse.kernels.memory.entmax.solve import raised, slack, threshold
from neurosparse.typing import Array

CHUNK = 128
PENDING = 192  # new candidates after which the threshold is found again


class Candidates(NamedTuple):
    """Scores that may still be in the support, ascending by index.

    Attributes:
        scores: `[n, room]`, of which the first `held` of a row are meant.
        indices: where they stand, `[n, room]`.
        held: how many there are, `[n]`.
        bound: a score at or below it is out, `[n]`; +inf for rows that are no longer followed.
    """

    scores: Array
    indices: Array
    held: Array
    bound: Array


def new_candidates(n: int, room: int, dtype: Any) -> Candidates:
    """Empty buffers for n rows."""
    scores = np.empty((n, room), dtype)
    indices = np.empty((n, room), np.int32)
    return Candidates(scores, indices, np.zeros(n, np.int64), np.full(n, -np.inf))


def grown(old: Candidates, room: int) -> Candidates:
    """The same candidates in buffers of `room` a row."""
    new = new_candidates(len(old.held), room, old.scores.dtype)
    most = int(old.held.max(initial=0))
    new.scores[:, :most] = old.scores[:, :most]
    new.indices[:, :most] = old.indices[:, :most]
    return Candidates(new.scores, new.indices, old.held, old.bound)


@njit(cache=True, nogil=True)
def _above(row: Array, bound: Any) -> int:
    # counting vectorises; the scores that pass are few
    count = np.int32(0)
    for i in range(len(row)):
        count += np.int32(row[i] > bound)
    return int(count)


@njit(cache=True, nogil=True)
def _shrink(
    s: Array, index: Array, gain: float, power: float, total: float, slack: float
) -> tuple[int, float]:
    """Drop in place what lies below the threshold of s [m].

    Returns:
        How many are left, and the bound.
    """
    m = len(s)
    top = s[0]
    for i in range(m):
        top = max(top, s[i])
    u = np.empty(m, np.float64)
    for i in range(m):
        u[i] = gain * (float(s[i]) - float(top))
    base, rest = threshold(u, power, total)
    below = (base - rest) / gain
    bound = float(top) + below - slack * (abs(float(top)) + abs(below))
    kept = 0
    for i in range(m):
        if s[i] > bound:
            s[kept], index[kept] = s[i], index[i]
            kept += 1
    return kept, bound


@njit(cache=True, nogil=True)
def _scan_row(
    row: Array,
    first: int,
    s: Array,
    index: Array,
    m: int,
    bound: float,
    shape: tuple[float, float, float],
    slack: float,
) -> tuple[int, float]:
    gain, power, total = shape
    if total == 1.0:
        top = row[0]
        for i in range(len(row)):
            top = max(top, row[i])
        bound = max(bound, float(top) - 1.0 / gain - slack * (abs(float(top)) + 1.0 / gain))
    fresh = m
    for c in range(0, len(row), CHUNK):
        chunk = row[c : c + CHUNK]
        low = row.dtype.type(bound)
        if _above(chunk, low) == 0:
            continue
        for i in range(len(chunk)):
            if chunk[i] > low:
                s[m], index[m] = chunk[i], first + c + i
                m += 1
        if m - fresh > PENDING:
            m, bound = _shrink(s[:m], index[:m], gain, power, total, slack)
            fresh = m
    if m != fresh and m > 1:
        m, bound = _shrink(s[:m], index[:m], gain, power, total, slack)
    return m, bound


@njit(cache=True, nogil=True)
def _scan(
    rows: Array,
    first: int,
    s: Array,
    index: Array,
    count: Array,
    bound: Array,
    shape: tuple[float, float, float],
    slack: float,
) -> None:
    for n in range(len(rows)):
        if _above(rows[n], rows.dtype.type(bound[n])):
            count[n], bound[n] = _scan_row(
                rows[n], first, s[n], index[n], count[n], bound[n], shape, slack
            )


def scan(
    rows: Array, first: int, candidates: Candidates, gain: float, shape: Shape
) -> None:
    """Add what may be in the support of the next scores; there must be room for all.

    Args:
        rows: scores before they are multiplied by `gain` = scale·β, [n, size].
        first: index of their first column.
        candidates: what is added to, in place.
        gain: what turns scores into scaled scores.
        shape: of the rule.
    """
    # scores are compared as they were rounded; the bound is lowered by what rounding it may add
    slack = 8.0 * float(np.finfo(rows.dtype).eps)
    _scan(rows, first, *candidates, (gain, shape.power, shape.total), slack)


@njit(cache=True, nogil=True)
def settle(
    s: Array, index: Array, shape: tuple[float, float, float, float], p: Array
) -> int:
    """Reduce candidates s, index [m] to the support; write its weights to p [m], return its size.

    τ is found again on the support alone, so that the bits do not depend on which others were
    candidates.
    """
    gain, power, out, total = shape
    m = len(s)
    top = s[0]
    for i in range(m):
        top = max(top, s[i])
    for _ in range(2):
        u = np.empty(m, np.float64)
        for i in range(m):
            u[i] = gain * (float(s[i]) - float(top))
        base, rest = threshold(u, power, total)
        kept = 0
        for i in range(m):
            if slack(gain * (float(s[i]) - float(top)), base, rest) > 0.0:
                s[kept], index[kept] = s[i], index[i]
                kept += 1
        m = kept
    whole = 0.0
    for i in range(m):
        whole += raised(min(slack(gain * (float(s[i]) - float(top)), base, rest), 1.0), out)
    kept = 0
    for i in range(m):
        above = min(slack(gain * (float(s[i]) - float(top)), base, rest), 1.0)
        p[kept] = raised(above, out) / whole
        if p[kept] > 0.0:  # a power of a small number may vanish in this dtype
            s[kept], index[kept] = s[i], index[i]
            kept += 1
    return kept


def finish(candidates: Candidates, shape: Shape, gain: float) -> tuple[Array, Support]:
    """Settle every row: (scores of the support `[nnz]`, the support).

    >>> from neurosparse.kernels.memory.entmax.rules import Entmax
    >>> candidates = new_candidates(1, 8, np.float64)
    >>> scan(np.array([[1.0, 0.5, 0.2, -0.3]]), 0, candidates, 1.0, Entmax(2.0).shape)
    >>> finish(candidates, Entmax(2.0).shape, 1.0)[1].weights
    array([0.75, 0.25])
    """
    weights = np.empty_like(candidates.scores)
    sizes = np.empty(len(candidates.held), np.int64)
    numbers = (gain, shape.power, shape.out, shape.total)
    _finish(candidates.scores, candidates.indices, candidates.held, numbers, weights, sizes)
    indptr = np.concatenate(([0], np.cumsum(sizes)))
    flat = np.flatnonzero(np.arange(candidates.scores.shape[1]) < sizes[:, None])
    support = Support(indptr, candidates.indices.ravel()[flat], weights.ravel()[flat])
    return candidates.scores.ravel()[flat], support


@njit(cache=True, nogil=True)
def _finish(
    s: Array,
    index: Array,
    count: Array,
    shape: tuple[float, float, float, float],
    weights: Array,
    sizes: Array,
) -> None:
    for n in range(len(count)):
        m = count[n]
        # none is left where scores overflowed
        sizes[n] = settle(s[n, :m], index[n, :m], shape, weights[n]) if m else 0


def support_of(z: Array, shape: Shape, k: int) -> Support:
    """Support of each row of z [n, size], from buffers of k scores that double if it is larger."""
    candidates = new_candidates(len(z), 2 * k, z.dtype)
    for first in range(0, z.shape[1], k):
        while int(candidates.held.max(initial=0)) + k > candidates.scores.shape[1]:
            candidates = grown(candidates, 2 * candidates.scores.shape[1])
        scan(
            np.ascontiguousarray(z[:, first : first + k]),
            first,
            candidates,
            shape.scale,
            shape,
        )
    return finish(candidates, shape, shape.scale)[1]
