"""The seven rules of the temporal memory, compiled (Numba): dendrites and activation of cells."""

from typing import Any

import numpy as np
from numba import njit

from neurosparse.kernels.base.philox.cpu import philox4x32
from neurosparse.kernels.memory.temporal_memory.rows import (
    add_segment,
    add_synapse,
    add_synapses,
    pack_links,
    pack_synapses,
    remove_segment,
    remove_synapse,
)
from neurosparse.kernels.memory.temporal_memory.segments import (
    MARK,
    SEGMENTS,
    STAMP,
    TOUCHED,
    Segments,
)
from neurosparse.kernels.memory.temporal_memory.values import (
    EPSILON,
    FIXED,
    PICK_SOURCE,
    PICK_WINNER,
    Before,
    Reach,
    Rule,
)
from neurosparse.typing import Int32

__all__ = [
    "add_segment",
    "add_synapses",
    "choose",
    "dendrites",
    "learn",
    "pack_links",
    "pack_synapses",
    "punish",
]
_EPSILON = np.float32(EPSILON)
_MASK, _HALF = np.uint64(0xFFFFFFFF), np.uint64(32)


@njit(cache=True, nogil=True)
def _draw(rule: Rule, step: int, stream: int, key: int, count: int, below: int) -> Any:
    wide = np.uint64(step)
    a = np.uint32(wide & _MASK)
    b = np.uint32(np.uint64(key) & _MASK)
    drawn = philox4x32(
        a,
        b,
        np.uint32(count),
        np.uint32(wide >> _HALF),
        np.uint32(rule.seed),
        np.uint32(stream),
    )
    return np.int64((np.uint64(drawn[0]) * np.uint64(below)) >> _HALF)


@njit(cache=True, nogil=True)
def dendrites(s: Segments, active: Int32, least: float, matching: int) -> Int32:
    """Count reached and reached connected synapses of all segments; return those that match."""
    for t in range(s.number[TOUCHED]):
        s.connected[s.touched[t]] = 0
        s.potential[s.touched[t]] = 0
    n = 0
    m = 0
    threshold = np.float32(least)
    for cell in active:
        for q in range(s.out_start[cell], s.out_start[cell] + s.out_length[cell]):
            segment = s.out_segment[q]
            if s.potential[segment] == 0:
                s.touched[n] = segment
                n += 1
            s.potential[segment] += 1
            s.connected[segment] += (
                s.permanence[s.start[segment] + s.out_place[q]] >= threshold
            )
    s.number[TOUCHED] = n
    match = np.empty(n, np.int32)
    for t in range(n):
        if s.potential[s.touched[t]] >= matching:
            match[m] = s.touched[t]
            m += 1
    return match[:m]


@njit(cache=True, nogil=True)
def _first_from(ascending: Int32, value: int) -> Any:
    """Place of the first element that is not below `value`."""
    low = 0
    high = ascending.size
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@njit(cache=True, nogil=True)
def _adapt(
    s: Segments, segment: int, on: float, off: float, stamp: int, matching: int
) -> bool:
    before = s.length[segment]
    up, down = np.float32(on), np.float32(off)
    for i in range(before - 1, -1, -1):
        p = s.start[segment] + i
        moved = s.permanence[p] + (up if s.was_active[s.source[p]] == stamp else down)
        s.permanence[p] = min(max(moved, np.float32(0)), np.float32(1))
        if s.permanence[p] < _EPSILON:
            remove_synapse(s, segment, i)
    if s.length[segment] < min(before, matching):
        remove_segment(s, segment)
        return False
    return True


@njit(cache=True, nogil=True)
def _weakest_spare(s: Segments, segment: int, winners: Int32) -> int:
    """Place of the weakest synapse whose source is no earlier winner, -1 for none."""
    best = -1
    for i in range(s.length[segment]):
        p, q = s.start[segment] + i, s.start[segment] + best
        j = _first_from(winners, s.source[p])
        if (j == winners.size or winners[j] != s.source[p]) and (
            best < 0
            or s.permanence[p] < s.permanence[q]
            or (s.permanence[p] == s.permanence[q] and s.source[p] < s.source[q])
        ):
            best = i
    return best


@njit(cache=True, nogil=True)
def _grow(
    s: Segments, segment: int, missing: int, winners: Int32, rule: Rule, step: int
) -> None:
    if missing <= 0 or winners.size == 0:
        return
    s.number[MARK] += 1
    stamp = s.number[MARK]
    for i in range(s.length[segment]):
        s.mark[s.source[s.start[segment] + i]] = stamp
    free = np.empty(winners.size, np.int32)
    n = 0
    for i in range(winners.size):
        if s.mark[winners[i]] != stamp:
            free[n] = winners[i]
            n += 1
    missing = min(missing, n)
    for _ in range(s.length[segment] + missing - rule.per_segment):
        weakest = _weakest_spare(s, segment, winners)
        if weakest < 0:
            break
        remove_synapse(s, segment, weakest)
    for i in range(min(missing, rule.per_segment - s.length[segment])):
        j = i + _draw(rule, step, PICK_SOURCE, s.serial[segment], i, n - i)
        free[i], free[j] = free[j], free[i]
        add_synapse(s, segment, free[i], np.float32(rule.initial))


@njit(cache=True, nogil=True)
def _winner_without_match(
    owned: Int32, column: int, winners: Int32, rule: Rule, step: int
) -> Any:
    first = column * rule.cells_per_column
    j = _first_from(winners, first)
    if j < winners.size and winners[j] < first + rule.cells_per_column:
        return winners[j]
    least = owned[first]
    ties = 0
    for cell in range(first, first + rule.cells_per_column):
        if owned[cell] < least:
            least = owned[cell]
            ties = 0
        ties += owned[cell] == least
    skip = _draw(rule, step, PICK_WINNER, column, 0, ties)
    for cell in range(first, first + rule.cells_per_column):
        skip -= owned[cell] == least
        if skip < 0:
            return np.int32(cell)
    return np.int32(first)


@njit(cache=True, nogil=True)
def _make_place(s: Segments, cell: int) -> None:
    """Remove the segment of a cell with the smallest strength, the oldest of equals."""
    weakest = -1
    least = np.int64(0)
    for segment in range(s.number[SEGMENTS]):
        if s.cell[segment] == cell:
            strength = np.int64(0)
            for p in range(s.start[segment], s.start[segment] + s.length[segment]):
                strength += np.int64(s.permanence[p] * np.float32(FIXED)) ** 2
            older = strength == least and s.serial[segment] < s.serial[weakest]
            if weakest < 0 or strength < least or older:
                weakest, least = segment, strength
    remove_segment(s, weakest)


@njit(cache=True, nogil=True)
def choose(
    owned: Int32, reach: Reach, columns: Int32, winners: Int32, rule: Rule, step: int
) -> tuple[Int32, Int32, Int32, Int32, Int32]:
    """Choose active and winner cells, and list who learns.

    A learner is (segment or -1 for a new one, cell, reached).
    """
    width = rule.cells_per_column
    active = np.empty(columns.size * width, np.int32)
    chosen = np.empty(columns.size * width, np.int32)
    most = columns.size + reach.active.size
    learner = np.empty(most, np.int32)
    cell = np.empty(most, np.int32)
    count = np.empty(most, np.int32)
    n_active = 0
    n_chosen = 0
    n_learn = 0
    a = 0
    m = 0
    for column in columns:
        first = column * width
        end = (column + 1) * width
        while a < reach.active.size and reach.active_cells[a] < first:
            a += 1
        while m < reach.matching.size and reach.matching_cells[m] < first:
            m += 1
        predicted, best = -1, -1
        while a < reach.active.size and reach.active_cells[a] < end:
            if reach.active_cells[a] != predicted:
                predicted = reach.active_cells[a]
                active[n_active] = predicted
                chosen[n_chosen] = predicted
                n_active, n_chosen = n_active + 1, n_chosen + 1
            while (
                reach.matching[m] != reach.active[a]
            ):  # active segments are among the matching ones
                m += 1
            learner[n_learn] = reach.active[a]
            cell[n_learn] = predicted
            count[n_learn] = reach.matching_counts[m]
            n_learn, a = n_learn + 1, a + 1
        if predicted >= 0:
            continue
        for i in range(first, end):
            active[n_active] = i
            n_active += 1
        while m < reach.matching.size and reach.matching_cells[m] < end:
            if best < 0 or reach.matching_counts[m] > reach.matching_counts[best]:
                best = m
            m += 1
        if best >= 0:
            learner[n_learn] = reach.matching[best]
            cell[n_learn] = reach.matching_cells[best]
            count[n_learn] = reach.matching_counts[best]
        else:
            learner[n_learn] = -1
            count[n_learn] = 0
            cell[n_learn] = _winner_without_match(owned, column, winners, rule, step)
        chosen[n_chosen] = cell[n_learn]
        n_chosen, n_learn = n_chosen + 1, n_learn + 1
    return (
        active[:n_active],
        chosen[:n_chosen],
        learner[:n_learn],
        cell[:n_learn],
        count[:n_learn],
    )


@njit(cache=True, nogil=True)
def learn(
    s: Segments,
    learner: Int32,
    cell: Int32,
    count: Int32,
    before: Before,
    rule: Rule,
    step: int,
) -> None:
    """Let listed segments learn and grow, and cells without one begin one (rules 2, 3, 5, 6)."""
    s.number[STAMP] += 1
    stamp = s.number[STAMP]
    for i in range(before.active.size):
        s.was_active[before.active[i]] = stamp
    for i in range(learner.size):
        segment: Any = np.int64(learner[i])
        missing = rule.new_synapses - count[i]
        if segment >= 0:
            if not _adapt(
                s, segment, rule.increment, -rule.decrement, stamp, rule.matching
            ):
                continue
        elif before.winners.size > 0:
            if s.owned[cell[i]] >= rule.per_cell:
                _make_place(s, cell[i])
            segment = add_segment(s, cell[i])
        else:
            continue
        _grow(s, segment, missing, before.winners, rule, step)


@njit(cache=True, nogil=True)
def punish(s: Segments, reach: Reach, columns: Int32, rule: Rule) -> None:
    """Weaken matching segments of columns that stayed silent (rule 4); follows `learn`."""
    on = np.zeros(s.owned.size // rule.cells_per_column, np.bool_)
    for i in range(columns.size):
        on[columns[i]] = True
    for m in range(reach.matching.size):
        if not on[reach.matching_cells[m] // rule.cells_per_column]:
            _adapt(
                s, reach.matching[m], -rule.punishment, 0.0, s.number[STAMP], rule.matching
            )
