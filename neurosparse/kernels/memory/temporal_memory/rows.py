"""Growable rows of synapses and of links to them, kept in step (Numba)."""

from typing import Any

import numpy as np
from numba import njit

from neurosparse.kernels.memory.temporal_memory.segments import (
    BORN,
    FREE,
    LINKS,
    SEGMENTS,
    SYNAPSES,
    Segments,
)
from neurosparse.typing import Float32, Int32


@njit(cache=True, nogil=True)
def _roomier_segment(s: Segments, segment: int) -> None:
    """Move a full row of synapses to the end, with twice the room."""
    room = max(8, 2 * s.room[segment])
    old = s.start[segment]
    new = s.number[SYNAPSES]
    for i in range(s.length[segment]):
        s.source[new + i] = s.source[old + i]
        s.permanence[new + i] = s.permanence[old + i]
        s.link[new + i] = s.link[old + i]
    s.start[segment], s.room[segment] = new, room
    s.number[SYNAPSES] = new + room


@njit(cache=True, nogil=True)
def _roomier_cell(s: Segments, cell: int) -> None:
    """Move a full row of links to the end, with twice the room."""
    room = max(4, 2 * s.out_room[cell])
    old = s.out_start[cell]
    new = s.number[LINKS]
    for i in range(s.out_length[cell]):
        s.out_segment[new + i] = s.out_segment[old + i]
        s.out_place[new + i] = s.out_place[old + i]
    s.out_start[cell], s.out_room[cell] = new, room
    s.number[LINKS] = new + room


@njit(cache=True, nogil=True)
def add_synapse(s: Segments, segment: int, source: int, permanence: Any) -> None:
    """Append one synapse to a segment and link it from its source."""
    if s.length[segment] == s.room[segment]:
        _roomier_segment(s, segment)
    if s.out_length[source] == s.out_room[source]:
        _roomier_cell(s, source)
    place, link = s.length[segment], s.out_length[source]
    p = s.start[segment] + place
    q = s.out_start[source] + link
    s.source[p] = source
    s.permanence[p] = permanence
    s.link[p] = link
    s.out_segment[q], s.out_place[q] = segment, place
    s.length[segment] += 1
    s.out_length[source] += 1


@njit(cache=True, nogil=True)
def add_synapses(s: Segments, segment: int, sources: Int32, permanence: Float32) -> None:
    """Append synapses to a segment."""
    for i in range(sources.size):
        add_synapse(s, segment, sources[i], permanence[i])


@njit(cache=True, nogil=True)
def remove_synapse(s: Segments, segment: int, place: int) -> None:
    """Remove one synapse; the last of its row and the last link of its source fill the gaps."""
    p = s.start[segment] + place
    cell = s.source[p]
    gap = s.out_start[cell] + s.link[p]
    last = s.out_start[cell] + s.out_length[cell] - 1
    if gap != last:
        s.out_segment[gap] = s.out_segment[last]
        s.out_place[gap] = s.out_place[last]
        s.link[s.start[s.out_segment[gap]] + s.out_place[gap]] = s.link[p]
    s.out_length[cell] -= 1
    end = s.start[segment] + s.length[segment] - 1
    if p != end:
        s.source[p] = s.source[end]
        s.permanence[p] = s.permanence[end]
        s.link[p] = s.link[end]
        s.out_place[s.out_start[s.source[p]] + s.link[p]] = place
    s.length[segment] -= 1


@njit(cache=True, nogil=True)
def add_segment(s: Segments, cell: int) -> Any:
    """Add a segment without synapses and return its place."""
    if s.number[FREE] > 0:
        s.number[FREE] -= 1
        segment = np.int64(s.free[s.number[FREE]])
    else:
        segment = s.number[SEGMENTS]
        s.number[SEGMENTS] += 1
        s.room[segment] = 0
    s.cell[segment] = cell
    s.serial[segment] = s.number[BORN]
    s.length[segment] = 0
    s.number[BORN] += 1
    s.owned[cell] += 1
    return segment


@njit(cache=True, nogil=True)
def remove_segment(s: Segments, segment: int) -> None:
    """Remove a segment with its synapses."""
    for i in range(s.length[segment] - 1, -1, -1):
        remove_synapse(s, segment, i)
    s.owned[s.cell[segment]] -= 1
    s.cell[segment] = -1
    s.free[s.number[FREE]] = segment
    s.number[FREE] += 1


@njit(cache=True, nogil=True)
def pack_synapses(s: Segments, source: Int32, permanence: Float32, link: Int32) -> None:
    """Copy all rows of synapses, without gaps, to new arrays."""
    tail = 0
    for segment in range(s.number[SEGMENTS]):
        for i in range(s.length[segment]):
            p = s.start[segment] + i
            source[tail + i] = s.source[p]
            permanence[tail + i] = s.permanence[p]
            link[tail + i] = s.link[p]
        s.start[segment] = tail
        s.room[segment] = s.length[segment]
        tail += s.length[segment]
    s.number[SYNAPSES] = tail


@njit(cache=True, nogil=True)
def pack_links(s: Segments, out_segment: Int32, out_place: Int32) -> None:
    """Copy all rows of links, without gaps, to new arrays."""
    tail = 0
    for cell in range(s.out_start.size):
        for i in range(s.out_length[cell]):
            q = s.out_start[cell] + i
            out_segment[tail + i] = s.out_segment[q]
            out_place[tail + i] = s.out_place[q]
        s.out_start[cell] = tail
        s.out_room[cell] = s.out_length[cell]
        tail += s.out_length[cell]
    s.number[LINKS] = tail
