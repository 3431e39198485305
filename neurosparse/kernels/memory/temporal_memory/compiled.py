"""The face of the compiled loops: segments handed in, segments handed back."""

from typing import Any

import numpy as np

from neurosparse.kernels.memory.temporal_memory import cpu
from neurosparse.kernels.memory.temporal_memory.segments import (
    BORN,
    LINKS,
    SEGMENTS,
    SYNAPSES,
    Segments,
    empty,
)
from neurosparse.kernels.memory.temporal_memory.values import (
    EPSILON,
    Before,
    Listing,
    Reach,
    Rule,
)
from neurosparse.typing import Float32, Int32

_BY_SEGMENT = (
    "cell",
    "serial",
    "start",
    "length",
    "room",
    "connected",
    "potential",
    "touched",
    "free",
)
_BY_SYNAPSE = ("source", "permanence", "link")
_BY_LINK = ("out_segment", "out_place")


def _enlarged(state: Segments, names: tuple[str, ...], need: int) -> Segments:
    size = getattr(state, names[0]).size
    if need <= size:
        return state
    extra = max(2 * size, need) - size
    old = {n: getattr(state, n) for n in names}
    return state._replace(
        **{n: np.concatenate([a, np.zeros(extra, a.dtype)]) for n, a in old.items()}
    )


def with_room(state: Segments, segments: int, synapses: int, links: int) -> Segments:
    """Make sure that so many more segments, synapses and links fit; rows are packed before
    growing.
    """
    number = state.number
    state = _enlarged(state, _BY_SEGMENT, int(number[SEGMENTS]) + segments)
    if number[SYNAPSES] + synapses > state.source.size:
        live = int(state.length[: number[SEGMENTS]].sum())
        size = 2 * live + 8 * int(number[SEGMENTS]) + 4 * synapses
        larger: dict[str, Any] = {
            n: np.zeros(size, getattr(state, n).dtype) for n in _BY_SYNAPSE
        }
        cpu.pack_synapses(state, **larger)
        state = state._replace(**larger)
    if number[LINKS] + links > state.out_segment.size:
        size = 2 * int(state.out_length.sum()) + 4 * links
        rows: dict[str, Any] = {n: np.zeros(size, np.int32) for n in _BY_LINK}
        cpu.pack_links(state, **rows)
        state = state._replace(**rows)
    return state


def create(state: Segments, cell: int, sources: Int32, permanence: Float32) -> Segments:
    """Add one segment; of synapses given twice to one source the stronger stays."""
    order = np.lexsort((-permanence, sources))
    unique, first = np.unique(sources[order], return_index=True)
    links = 4 * int((state.out_length[unique] + 2).sum())
    state = with_room(state, 1, 4 * unique.size + 16, links)
    segment = cpu.add_segment(state, cell)
    cpu.add_synapses(state, segment, unique, permanence[order][first].astype(np.float32))
    return state


def dendrites(state: Segments, active: Int32, rule: Rule) -> Reach:
    """Rule 1: find active and matching segments, by (cell, age)."""
    match = cpu.dendrites(state, active, rule.connected - EPSILON, rule.matching)
    match = match[np.lexsort((state.serial[match], state.cell[match]))]
    live = match[state.connected[match] >= rule.active]
    return Reach(live, state.cell[live], match, state.cell[match], state.potential[match])


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
    active, winners, learner, cell, count = cpu.choose(
        state.owned, reach, columns, before.winners, rule, step
    )
    if learn:
        learners = columns.size + reach.active.size
        lengths = int(state.length[reach.active].sum() + state.length[reach.matching].sum())
        # rows move at doubling sizes: together at most four times what they then hold
        synapses = 4 * lengths + (4 * rule.new_synapses + 16) * learners
        links = 4 * int((state.out_length[before.winners] + learners + 4).sum())
        state = with_room(state, columns.size, synapses, links)
        cpu.learn(state, learner, cell, count, before, rule, step)
        if rule.punishment > 0:
            cpu.punish(state, reach, columns, rule)
    return state, active, winners


def listing(state: Segments) -> Listing:
    """All segments by (cell, age)."""
    alive = np.flatnonzero(state.cell[: state.number[SEGMENTS]] >= 0)
    alive = alive[np.lexsort((state.serial[alive], state.cell[alive]))]
    length = state.length[alive].astype(np.int64)
    indptr = np.concatenate([[0], np.cumsum(length)]).astype(np.int64)
    row = np.repeat(np.arange(alive.size), length)
    where = state.start[alive][row] + np.arange(row.size) - indptr[:-1][row]
    where = where[np.lexsort((state.source[where], row))]
    return Listing(
        state.cell[alive].copy(),
        state.serial[alive],
        indptr,
        state.source[where],
        state.permanence[where],
    )


def born(state: Segments) -> int:
    """Segments ever created."""
    return int(state.number[BORN])


def restore(n_cells: int, rows: Listing, born: int) -> Segments:
    """Build segments from a listing, keeping their birth numbers."""
    state = empty(n_cells)
    for i in np.argsort(rows.serial, kind="stable"):
        a = rows.indptr[i]
        b = rows.indptr[i + 1]
        state.number[BORN] = rows.serial[i]
        state = create(state, int(rows.cell[i]), rows.source[a:b], rows.permanence[a:b])
    state.number[BORN] = born
    return state
