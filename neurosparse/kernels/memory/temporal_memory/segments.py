"""Segments of a temporal memory as growable rows: their layout."""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.typing import Float32, Int32, Int64

# places in `Segments.number`
SEGMENTS, FREE, SYNAPSES, LINKS, BORN, TOUCHED, STAMP, MARK = range(8)


class Segments(NamedTuple):
    """All segments of a memory. Rows of synapses and of links both have room to grow."""

    cell: Int32  # [S] owner, -1 where free
    serial: Int64  # [S] order of birth
    start: Int64  # [S] first synapse
    length: Int32  # [S] synapses in use
    room: Int32  # [S] synapses that fit
    connected: Int32  # [S] reached connected synapses
    potential: Int32  # [S] reached synapses
    touched: Int32  # [S] segments with any reached synapse
    free: Int32  # [S] stack of free places
    source: Int32  # [N] cell a synapse comes from
    permanence: Float32  # [N]
    link: Int32  # [N] place of the synapse in its source's row of links
    out_start: Int64  # [C] first link
    out_length: Int32  # [C]
    out_room: Int32  # [C]
    out_segment: Int32  # [M] segment a link leads to
    out_place: Int32  # [M] place of the synapse in that segment
    owned: Int32  # [C] segments of a cell
    mark: Int64  # [C] scratch: stamps
    was_active: Int64  # [C] scratch: stamps
    number: Int64  # [8] segments, free, synapse tail, link tail, born, touched, stamp, mark


def empty(n_cells: int) -> Segments:
    """No segments on `n_cells` cells."""

    def zeros(n: int, dtype: Any = np.int32) -> Any:
        return np.zeros(n, dtype)

    arrays = (
        *(zeros(8) - 1, zeros(8, np.int64), zeros(8, np.int64)),
        *(zeros(8) for _ in range(6)),
        *(zeros(64), zeros(64, np.float32), zeros(64)),
        *(zeros(n_cells, np.int64), zeros(n_cells), zeros(n_cells), zeros(64), zeros(64)),
        *(
            zeros(n_cells),
            zeros(n_cells, np.int64),
            zeros(n_cells, np.int64),
            zeros(8, np.int64),
        ),
    )
    return Segments._make(arrays)
