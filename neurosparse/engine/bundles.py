"""Bundles: projections of one population walked as one row for each of its neurons.

A network cut into many projections has short rows, and every one of them would be looked for in
every step. Where synapses have no state of their own, the rows of all projections from a population
are one: cut by thread and delay, its targets counted through the states of all populations.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.engine.parts import Parts, occurring
from neurosparse.engine.populations import Group
from neurosparse.engine.synapses import Synapses

SMALLEST = 4096  # synapses, below which rows are short whatever is done
PIECE = 1 << 16  # synapses that are placed before the next rows
LONG_PART = (
    1  # synapses of a row that share a delay: from there on quicker than a ring for each
)
SHORT = 256  # synapses of one row and delay: longer parts are as quick on their own


@dataclass
class Bundle:
    """Rows of several projections: `indices` [nnz] count from the beginning of `target`, a part of
    the states of all populations; `weight` is [nnz], or [1] where all share one.
    """

    pre: str
    names: tuple[str, ...]
    target: NDArray[Any]
    parts: Parts
    indices: NDArray[Any]
    weight: NDArray[np.float32]

    @property
    def nbytes(self) -> int:
        """Bytes that it takes, without the states."""
        return self.parts.nbytes + self.indices.nbytes + self.weight.nbytes


@dataclass
class Bundles:
    """The bundles of a network: by the names of their projections those that there may be, None
    where their projections are laid out one by one since one was changed.

    `lay_out` makes the synapses of a projection anew, as they were declared; its second argument
    tells it not to wait for others. `block` holds the states of all populations.
    """

    lay_out: Callable[[str, bool], Synapses]
    block: NDArray[Any]
    by_names: dict[tuple[str, ...], Bundle | None] = field(default_factory=dict)

    def of(self, name: str) -> tuple[str, ...]:
        """The bundle that a projection may stand in, by its names; nothing if in none."""
        return next((names for names in self.by_names if name in names), ())

    def live(self) -> Iterable[Bundle]:
        """Those that there are."""
        return (bundle for bundle in self.by_names.values() if bundle is not None)

    def dissolve(self, synapses: dict[str, Synapses], name: str) -> bool:
        """Lay out the projections of a bundle one by one; tells whether there was one."""
        names = self.of(name)
        if not names or self.by_names[names] is None:
            return False
        self.by_names[names] = None
        for member in names:
            synapses[member] = self.lay_out(member, True)
        return True

    def forget(self, synapses: dict[str, Synapses], name: str) -> None:
        """Keep a projection out of bundles for good."""
        if self.dissolve(synapses, name):
            del self.by_names[self.of(name)]

    def put_back(
        self, synapses: dict[str, Synapses], groups: dict[str, Group], changed: set[str]
    ) -> None:
        """Have those bundles again in which no projection is `changed`, and none of the others."""
        for names, bundle in list(self.by_names.items()):
            apart = not changed.isdisjoint(names)
            if apart:
                self.dissolve(synapses, names[0])
            elif bundle is None:
                synapses.update({name: self.lay_out(name, False) for name in names})
                self.by_names[names] = tie(names, synapses, groups, self.block)


def is_short(member: Synapses) -> bool:
    """Whether its rows gain by company, whatever that costs in weights."""
    return _mean_part([member]) < SHORT


def worth_tying(members: list[Synapses]) -> bool:
    """Whether rows are short one by one and long enough together."""
    if len(members) < 2 or sum(s.nnz_all for s in members) < SMALLEST:
        return False
    lengths = [_mean_part([s]) for s in members]
    return min(lengths) < SHORT and _mean_part(members) >= LONG_PART


def _mean_part(members: list[Synapses]) -> float:
    """How many synapses share a row and a delay, in the mean over rows that have any."""
    ranks = members[0].ranks
    degrees = ranks.total(np.sum([np.diff(s.indptr) for s in members], axis=0))
    n_rows = int(np.count_nonzero(degrees))
    longest = max(s.longest for s in members)
    seen = np.zeros(longest + 1, dtype=np.int64)
    for s in members:
        seen[_delays_of(s)] = 1
    n_delays = np.count_nonzero(ranks.total(seen))
    return float(degrees.sum() / max(n_rows * n_delays, 1))


def _delays_of(synapses: Synapses) -> NDArray[np.int64]:
    """The delays that occur, ascending."""
    if not synapses.mixed:
        return np.atleast_1d(np.int64(synapses.delay))[: synapses.nnz]
    return occurring(synapses.delay)


def tie(
    names: tuple[str, ...],
    synapses: dict[str, Synapses],
    groups: dict[str, Group],
    block: NDArray[Any],
) -> Bundle:
    """Make one row of each presynaptic neuron's rows, and let the arrays of the projections go."""
    from neurosparse.kernels.graphs.wire.threads import run
    from neurosparse.kernels.spikes.deliver.parts import (
        count_parts,
        offsets,
        place_parts,
        ranks,
    )

    members = [synapses[name] for name in names]
    targets = [groups[s.projection.post] for s in members]
    rows = [
        group.receptor(s.projection.receptor)
        for group, s in zip(targets, members, strict=True)
    ]
    target, starts = _span(block, rows)
    delays = np.unique(np.concatenate([_delays_of(s) for s in members]))[::-1].copy()
    if not delays.size:
        delays = np.zeros(1, dtype=np.int64)  # all synapses are on other ranks
    n_threads = len(targets[0].bounds) - 1
    stride = n_threads * len(delays)
    nnz = sum(s.nnz for s in members)
    rank = ranks(delays)
    segments = np.zeros(members[0].n_pre * stride + 1, dtype=offsets(nnz))
    keys = []
    for s, group in zip(members, targets, strict=True):
        owner = np.zeros(group.n_alloc, dtype=np.uint8)
        each = np.repeat(np.arange(n_threads, dtype=np.uint8), np.diff(group.bounds))
        owner[group.bounds[0] : group.bounds[-1]] = each
        keys.append((s.indptr, s.indices, np.atleast_1d(s.delay), rank, owner))
        count_parts(*keys[-1], segments[1:])
    np.cumsum(segments, out=segments)
    cursor = segments[:-1].copy()
    indices = np.empty(nnz, dtype=np.uint16 if target.size <= 65_536 else np.uint32)
    weights = {float(s.weight[0]) if s.alike else np.nan for s in members}
    alike = members[0].alike and len(weights) == 1
    weight = members[0].weight.copy() if alike else np.empty(nnz, dtype=np.float32)
    jobs: list[Any] = [
        (indptr, (*key, s.weight, start))
        for (indptr, *key), s, start in zip(keys, members, starts, strict=True)
    ]
    # all projections of some rows, then of the next: what is written stays in the cache
    n_rows = max(1, PIECE * members[0].n_pre // max(nnz, 1))

    put: Any = place_parts

    def place(_: int, low: int, high: int) -> None:
        for first in range(low, high, n_rows):
            last = min(first + n_rows, high)
            places = cursor[first * stride : last * stride]
            for indptr, key in jobs:
                put(indptr[first : last + 1], *key, places, indices, weight)

    run(place, members[0].n_pre, None if nnz > PIECE else 1, size=nnz)
    for s in members:
        s.let_go()
    parts = Parts(delays, segments, stride)
    return Bundle(members[0].projection.pre, names, target, parts, indices, weight)


def _span(block: NDArray[Any], rows: list[NDArray[Any]]) -> tuple[NDArray[Any], list[int]]:
    """The part of a block that holds some rows, and where each begins in it."""
    begins = [(row.ctypes.data - block.ctypes.data) // block.itemsize for row in rows]
    first = min(begins)
    last = max(begin + row.size for begin, row in zip(begins, rows, strict=True))
    return block[first:last], [begin - first for begin in begins]
