"""What projections that carry values have in common, laid out once however they were cut.

A network cut into many projections would look at its neurons once for each. Values of one delay
that meet at one receptor are rows of one table, and gap junctions are lists of their targets: a
neuron's flows are summed where it stands, from both ends alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.populations import Group
from neurosparse.engine.slices import row_segments
from neurosparse.engine.synapses import Synapses
from neurosparse.kernels.spikes.couple import EXTRA, INTO, JUNCTION, OUT_OF
from neurosparse.network import GapJunction, Projection
from neurosparse.typing import Array, Int64

MOST_COPIED = (
    1 << 20
)  # synapses: what is larger gains nothing by company, and would lie twice

Key = tuple[str, str, Any]  # population, variable, function


def keys_of(projection: Projection) -> list[Key]:
    """What the ends of a projection have to show: the presynaptic one, or both."""
    transmits = projection.transmits
    assert transmits is not None
    keys: list[Key] = [(projection.pre, transmits.variable, transmits.carried)]
    if isinstance(transmits, GapJunction):
        keys.append((projection.post, transmits.variable, transmits.carried))
    return keys


def rings_of(
    slots: Mapping[Key, int], groups: Mapping[str, Group], real: Any
) -> dict[Key, Array]:
    """Rings of so many slots each [n_slots, n_alloc]; those without delays lie side by side in one
    array, so that one index reaches them all.
    """
    widths = {key: groups[key[0]].n_alloc for key in slots}
    near = [key for key, n_slots in slots.items() if n_slots == EXTRA]
    block = np.zeros((EXTRA, sum(widths[key] for key in near)), real)
    ends = np.cumsum([widths[key] for key in near]).tolist()
    lie = {
        key: block[:, last - widths[key] : last]
        for key, last in zip(near, ends, strict=True)
    }
    rings = {k: lie.get(k) for k in slots}
    return {
        key: np.zeros((slots[key], widths[key]), real) if ring is None else ring
        for key, ring in rings.items()
    }


def place_of(ring: Array) -> tuple[Array, int]:
    """The array in which a ring lies, and its first column there.

    >>> block = np.zeros((2, 128))
    >>> place_of(block[:, 64:])[1], place_of(block)[1]
    (64, 0)
    """
    block = ring if ring.base is None else ring.base
    return block, (ring.ctypes.data - block.ctypes.data) // block.itemsize


@dataclass
class Rows:
    """Rows of one delay, or of one projection: `first` is the column of neuron 0 of `n_pre` in the
    array `shown`.
    """

    names: list[str]
    post: str
    receptor: str | None
    shown: Array
    first: int
    n_pre: int
    segments: NDArray[Any]
    stride: int
    indices: NDArray[Any]
    weight: NDArray[np.float32]
    delay: Any
    whole: bool


def graded_rows(
    coupled: list[Synapses], groups: Mapping[str, Group], shown: Mapping[Key, Array]
) -> list[Rows]:
    """The rows of projections whose synapses each carry a value, as few as may be."""
    alike: dict[Any, list[Rows]] = {}
    for s in coupled:
        rows = _rows_of(s, shown)
        key: Any = s.projection.name
        if not (rows.whole or s.mixed):
            key = (rows.post, rows.receptor, int(s.delay), id(rows.shown))
        alike.setdefault(key, []).append(rows)
    laid = []
    for members in alike.values():
        nnz = sum(rows.indices.size for rows in members)
        if len(members) > 1 and nnz <= MOST_COPIED:
            laid.append(_merged(members, groups[members[0].post]))
        else:
            laid += members
    return laid


def _rows_of(s: Synapses, shown: Mapping[Key, Array]) -> Rows:
    p = s.projection
    block, first = place_of(shown[keys_of(p)[0]])
    return Rows(
        [p.name],
        p.post,
        p.receptor,
        block,
        first,
        s.n_pre,
        s.segments,
        s.stride,
        s.indices,
        s.weight,
        s.delay,
        _is_whole(s),
    )


def _is_whole(synapses: Synapses) -> bool:
    """Whether every neuron reaches every target once, with one weight and delay."""
    n = synapses.n_post
    if synapses.weight.size > 1 or synapses.mixed or synapses.nnz != synapses.n_pre * n:
        return False
    rows = synapses.indices.reshape(synapses.n_pre, n)
    return bool((np.diff(synapses.indptr) == n).all() and (rows == np.arange(n)).all())


def _merged(members: list[Rows], post: Group) -> Rows:
    """One table of several, a row for each column of what is shown between their neurons."""
    begin = min(rows.first for rows in members)
    n_pre = max(rows.first + rows.n_pre for rows in members) - begin
    pre = [rows.first - begin + _numbers(rows) for rows in members]
    each = [np.broadcast_to(rows.weight, rows.indices.size) for rows in members]
    indices = np.concatenate([rows.indices for rows in members])
    order = np.lexsort((indices, np.concatenate(pre)))
    indptr = _pointers(np.concatenate(pre), n_pre)
    segments, stride = row_segments(indptr, indices[order], post.bounds)
    first = members[0]
    return Rows(
        [name for rows in members for name in rows.names],
        first.post,
        first.receptor,
        first.shown,
        begin,
        n_pre,
        segments,
        stride,
        indices[order],
        np.concatenate(each)[order],
        first.delay,
        False,
    )


def _numbers(rows: Rows) -> Int64:
    """The presynaptic neuron of each synapse."""
    stride = rows.stride
    begins = rows.segments[: rows.n_pre * stride : stride]
    ends = rows.segments[max(stride - 1, 1) :: stride][: rows.n_pre]
    return np.repeat(np.arange(rows.n_pre), ends - begins)


def _pointers(numbers: Int64, n: int) -> Int64:
    """Where the synapses of each of n neurons begin, once they are sorted."""
    return np.concatenate([[0], np.cumsum(np.bincount(numbers, minlength=n))])


@dataclass
class Junctions:
    """Gap junctions at the neurons of one population: those of neuron i lead to the columns
    sources[pointers[i]:pointers[i + 1]] of `shown`; `first` is its own neuron 0 in `here`, the same
    array unless one of both shows values to delayed synapses too.
    """

    names: list[str]
    post: str
    receptor: str | None
    kind: int
    shown: Array
    here: Array
    first: int
    pointers: Int64
    sources: NDArray[Any]
    weight: NDArray[np.float32]


def junctions(
    coupled: list[Synapses], groups: Mapping[str, Group], shown: Mapping[Key, Array]
) -> list[Junctions]:
    """All gap junctions, by the populations that they move and by what they conduct; each moves
    both its neurons, so it stands at both.
    """
    ends: dict[Any, list[Any]] = {}
    for s in coupled:
        p = s.projection
        rectifies = getattr(p.transmits, "rectifies", False)
        pre = np.repeat(np.arange(s.n_pre), np.diff(s.indptr))
        weight = np.broadcast_to(s.weight, s.nnz)
        there, here = keys_of(p)
        for target, moved, other, source, kind in (
            (here, s.indices, there, pre, INTO),
            (there, pre, here, s.indices, OUT_OF),
        ):
            block, first = place_of(shown[other])
            key = (target, p.receptor, kind if rectifies else JUNCTION, id(block))
            flows = (p.name, moved, source + first, weight, block)
            ends.setdefault(key, []).append(flows)
    laid = []
    for (target, receptor, kind, _), lists in ends.items():
        own, first = place_of(shown[target])
        block = lists[0][4]
        narrow = np.uint16 if block.shape[1] <= 65_536 else np.uint32
        at = np.concatenate([each[1] for each in lists]).astype(np.int64)
        source = np.concatenate([each[2] for each in lists])
        order = np.argsort(at, kind="stable")
        laid.append(
            Junctions(
                list(dict.fromkeys(each[0] for each in lists)),
                target[0],
                receptor,
                kind,
                block,
                own,
                first,
                _pointers(at, groups[target[0]].n),
                source.astype(narrow)[order],
                np.concatenate([each[3] for each in lists])[order],
            )
        )
    return laid
