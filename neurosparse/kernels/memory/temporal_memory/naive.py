"""The seven rules of the temporal memory in plain Python: what the fast path must equal.

1 A segment is active with enough connected synapses from active cells, matching with enough
potential
  ones. 2 A column with active segments activates their cells; these segments learn and grow. 3 A
  column
without bursts; its best matching segment learns, or its winner gets a new one. 4 Matching segments
of silent columns are punished. 5 Synapses at 0 and segments that can no longer match are removed. 6
Too
many synapses or segments: the weakest go. 7 Without learning, winners are still chosen.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from neurosparse.kernels.base.philox.naive import philox4x32
from neurosparse.kernels.memory.temporal_memory.values import (
    EPSILON,
    FIXED,
    PICK_SOURCE,
    PICK_WINNER,
    Before,
    Listing,
    Reach,
    Rule,
    as_cells,
)
from neurosparse.typing import Float32, Int32

_ONE, _NONE = np.float32(1), np.float32(0)


@dataclass
class Segment:
    """One dendritic segment: its cell, its birth number, and a permanence for each source cell."""

    cell: int
    serial: int
    synapses: dict[int, np.float32] = field(default_factory=dict)


@dataclass
class Segments:
    """All segments and the number of the next."""

    n_cells: int
    rows: list[Segment] = field(default_factory=list)
    born: int = 0


class Step(NamedTuple):
    """What stays the same during one activation."""

    before: Before
    rule: Rule
    number: int
    learn: bool


def draw(rule: Rule, step: int, stream: int, key: int, count: int, below: int) -> int:
    """Random whole number in [0, below) as a function of all other arguments."""
    drawn = philox4x32(
        step & 0xFFFFFFFF, key & 0xFFFFFFFF, count, step >> 32, rule.seed, stream
    )
    return (drawn[0] * below) >> 32


def empty(n_cells: int) -> Segments:
    """No segments on `n_cells` cells."""
    return Segments(n_cells)


def create(state: Segments, cell: int, sources: Int32, permanence: Float32) -> Segments:
    """Add one segment; of synapses given twice to one source the stronger stays."""
    segment = Segment(cell, state.born)
    for source, p in zip(sources.tolist(), permanence, strict=True):
        segment.synapses[source] = max(np.float32(p), segment.synapses.get(source, _NONE))
    state.rows.append(segment)
    state.born += 1
    return state


def dendrites(state: Segments, active: Int32, rule: Rule) -> Reach:
    """Rule 1: find active and matching segments, by (cell, age)."""
    on = set(active.tolist())
    least = np.float32(rule.connected - EPSILON)
    live, match = [], []
    for i, segment in sorted(
        enumerate(state.rows), key=lambda row: (row[1].cell, row[1].serial)
    ):
        reached = [p for source, p in segment.synapses.items() if source in on]
        if sum(p >= least for p in reached) >= rule.active:
            live.append((i, segment.cell))
        if len(reached) >= rule.matching:
            match.append((i, segment.cell, len(reached)))
    a = np.array(live, np.int32).reshape(-1, 2)
    b = np.array(match, np.int32).reshape(-1, 3)
    return Reach(a[:, 0], a[:, 1], b[:, 0], b[:, 1], b[:, 2])


def activate(
    state: Segments,
    reach: Reach,
    columns: Int32,
    before: Before,
    rule: Rule,
    step: int,
    learn: bool,
) -> tuple[Segments, Int32, Int32]:
    """Rules 2 to 7: return segments, active cells and winner cells."""
    now = Step(before, rule, step, learn)
    width = rule.cells_per_column
    segment_of = {
        i: state.rows[i] for i in (*reach.active.tolist(), *reach.matching.tolist())
    }
    active: list[int] = []
    winners: list[int] = []
    for column in columns.tolist():
        live = [
            i
            for i, c in zip(reach.active, reach.active_cells, strict=True)
            if c // width == column
        ]
        match = [
            (int(count), segment_of[int(i)])
            for i, c, count in zip(
                reach.matching, reach.matching_cells, reach.matching_counts, strict=True
            )
            if c // width == column
        ]
        if live:
            cells = sorted({segment_of[int(i)].cell for i in live})
            active += cells
            winners += cells
            counts = {id(segment): count for count, segment in match}
            for i in live if learn else []:
                _reinforce(state, segment_of[int(i)], counts[id(segment_of[int(i)])], now)
        else:
            active += range(column * width, (column + 1) * width)
            winners.append(_burst(state, column, match, now))
    for i, c in zip(reach.matching.tolist(), reach.matching_cells.tolist(), strict=True):
        if learn and rule.punishment > 0 and c // width not in columns:
            _adapt(state, segment_of[i], -rule.punishment, 0.0, now)
    return state, as_cells(active), as_cells(winners)


def _burst(
    state: Segments, column: int, match: list[tuple[int, Segment]], now: Step
) -> int:
    if match:
        count, best = max(match, key=lambda pair: (pair[0], -pair[1].cell, -pair[1].serial))
        if now.learn:
            _reinforce(state, best, count, now)
        return best.cell
    winner = _winner_without_match(state, column, now)
    if now.learn and now.before.winners.size:
        owned = [s for s in state.rows if s.cell == winner]
        if len(owned) >= now.rule.per_cell:
            weakest = min(owned, key=lambda s: (_strength(s), s.serial))
            state.rows.remove(weakest)
        state = create(state, winner, as_cells([]), np.empty(0, np.float32))
        _grow(state.rows[-1], now.rule.new_synapses, now)
    return winner


def _strength(segment: Segment) -> int:
    """Sum of squared permanences, in whole numbers so that no order matters."""
    return sum(int(p * np.float32(FIXED)) ** 2 for p in segment.synapses.values())


def _winner_without_match(state: Segments, column: int, now: Step) -> int:
    cells = range(
        column * now.rule.cells_per_column, (column + 1) * now.rule.cells_per_column
    )
    earlier = [c for c in now.before.winners.tolist() if c in cells]
    if earlier:
        return int(earlier[0])
    owned = [sum(s.cell == c for s in state.rows) for c in cells]
    fewest = [c for c, n in zip(cells, owned, strict=True) if n == min(owned)]
    return fewest[draw(now.rule, now.number, PICK_WINNER, column, 0, len(fewest))]


def _reinforce(state: Segments, segment: Segment, count: int, now: Step) -> None:
    if _adapt(state, segment, now.rule.increment, -now.rule.decrement, now):
        _grow(segment, now.rule.new_synapses - count, now)


def _adapt(state: Segments, segment: Segment, on: float, off: float, now: Step) -> bool:
    """Move permanences by `on` from active and `off` from silent cells.

    Returns:
        False if the segment dies.
    """
    was_active = set(now.before.active.tolist())
    before = len(segment.synapses)
    moved = {
        source: min(max(p + np.float32(on if source in was_active else off), _NONE), _ONE)
        for source, p in segment.synapses.items()
    }
    segment.synapses = {
        source: p for source, p in moved.items() if p >= np.float32(EPSILON)
    }
    if len(segment.synapses) < min(before, now.rule.matching):
        state.rows.remove(segment)
        return False
    return True


def _grow(segment: Segment, missing: int, now: Step) -> None:
    """Add up to `missing` synapses to random earlier winners, weakest others making room."""
    winners = now.before.winners.tolist()
    free = [c for c in winners if c not in segment.synapses]
    missing = min(missing, len(free))
    if missing <= 0:
        return
    spare = [source for source in segment.synapses if source not in winners]
    over = len(segment.synapses) + missing - now.rule.per_segment
    for source in sorted(spare, key=lambda c: (segment.synapses[c], c))[: max(over, 0)]:
        del segment.synapses[source]
    for i in range(min(missing, now.rule.per_segment - len(segment.synapses))):
        j = i + draw(now.rule, now.number, PICK_SOURCE, segment.serial, i, len(free) - i)
        free[i], free[j] = free[j], free[i]
        segment.synapses[free[i]] = np.float32(now.rule.initial)


def listing(state: Segments) -> Listing:
    """All segments by (cell, age)."""
    rows = sorted(state.rows, key=lambda s: (s.cell, s.serial))
    pairs = [sorted(s.synapses.items()) for s in rows]
    flat = [pair for row in pairs for pair in row]
    return Listing(
        as_cells([s.cell for s in rows]),
        np.array([s.serial for s in rows], np.int64),
        np.concatenate([[0], np.cumsum([len(row) for row in pairs])]).astype(np.int64),
        as_cells([source for source, _ in flat]),
        np.array([p for _, p in flat], np.float32),
    )


def born(state: Segments) -> int:
    """Segments ever created."""
    return state.born


def restore(n_cells: int, rows: Listing, born: int) -> Segments:
    """Build segments from a listing, keeping their birth numbers."""
    state = empty(n_cells)
    for i in np.argsort(rows.serial, kind="stable"):
        a = rows.indptr[i]
        b = rows.indptr[i + 1]
        state.born = int(rows.serial[i])
        state = create(state, int(rows.cell[i]), rows.source[a:b], rows.permanence[a:b])
    state.born = born
    return state
