"""Crowds: populations of one model, whose states lie side by side, advanced in one pass.

A network of many small populations would spend its time on going from one to the next. Where models
are of one class and the same coefficients differ between neurons, one operation runs over all of
them; neighbours with equal coefficients are one stretch of it. Each neuron is calculated as in a
population of its own, to the bit.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.engine.populations import SCRATCH, Group
from neurosparse.engine.program import Program
from neurosparse.engine.slices import PAGE, pages
from neurosparse.kernels.base.machine.memory import cleared
from neurosparse.typing import Array, Int64

SMALL = 2048  # neurons, above which a population does not gain by company


@dataclass
class Crowd:
    """Populations that are advanced together; `levels` are their coefficients, a line for each of
    them or, where some differ between neurons, a column for each neuron; `members` [n_threads, n,
    FIELDS] says where each lies; `shared` are the coefficients that one number stands for in each.
    That is how it was formed, whatever parameters a population has come to have since.
    """

    groups: list[Group]
    levels: Array
    members: Int64
    wide: bool
    shared: list[int]

    def tell(self) -> None:
        """Find anew which neighbours are one stretch: coefficients may have changed."""
        from neurosparse.kernels.spikes.neuron_update.cpu import AFTER, HIGH, LOW

        n = len(self.groups)
        if n == 1:
            self.members[:, 0, AFTER] = 1
            return
        common = self._common()
        alike = (common[1:] == common[:-1]).all(axis=1)
        for lines in self.members:
            joined = alike & (lines[:-1, HIGH] == lines[1:, LOW])
            ends = np.append(np.flatnonzero(~joined) + 1, n)
            lines[:, AFTER] = ends[np.searchsorted(ends, np.arange(n), side="right")]

    def _common(self) -> Array:
        """The coefficients that do not differ within a population, a line for each population."""
        if not self.wide:
            return self.levels
        firsts = [group.first for group in self.groups]
        return self.levels[np.ix_(self.shared, firsts)].T


@dataclass
class Member:
    """What follows the log of one population when it grows: its lines in the table of a crowd."""

    crowd: Crowd
    place: int

    def put(self, *, log: Array, capacity: int, ends: Int64, slots: int) -> None:
        """Write down where the spikes go."""
        from neurosparse.kernels.spikes.neuron_update.cpu import CAPACITY, ENDS, LOG

        for thread, lines in enumerate(self.crowd.members):
            line = lines[self.place]
            line[LOG] = log[thread].ctypes.data
            line[CAPACITY] = capacity
            line[ENDS] = ends[thread].ctypes.data


def one_block(groups: Iterable[Group], real: type) -> Array:
    """Let the states of all populations that never sleep lie in one array for good, those of a
    model side by side, so that one index reaches them all.
    """
    clocked = [group for group in groups if group.rows.size and not group.may_sleep]
    kinds = _by_model(clocked)
    sizes = [_columns(kin)[1] * len(kin[0].rows) for kin in kinds]
    block = _from_a_page(sum(sizes), real)
    first = 0
    for kin, size in zip(kinds, sizes, strict=True):
        _side_by_side(kin, block[first : first + size])
        first += size
        for group in kin:
            group.pinned = True
    return block


def form_crowds(groups: Iterable[Group]) -> list[Crowd]:
    """Put populations that the clock moves into crowds, each at the place of its first."""
    clocked = []
    for group in groups:
        if group.event is not None:
            # operations on sleepers want rows without gaps
            group.rows = group.base = np.ascontiguousarray(group.rows)
            group.first = 0
            group.crowd = None
        elif group.rows.size:
            clocked.append(group)
    free = [group for group in clocked if not group.pinned and group.n <= SMALL]
    for kin in _by_model(free):
        if any(group.base is not kin[0].base for group in kin):
            _lay_on_pages(kin)
    for group in clocked:
        own = group.n > SMALL and not group.pinned
        if own and len(group.bounds) > 2 and not _on_pages(group):
            _lay_on_pages([group])
    together: dict[Any, list[Group]] = {}
    for group in clocked:
        key = (id(group.base), type(group.model), group.each)
        together.setdefault(key, []).append(group)
    return [_crowd(kin) for kin in together.values()]


def _by_model(groups: list[Group]) -> list[list[Group]]:
    """Populations by the class of their model, in the order of the first of each."""
    kin: dict[type, list[Group]] = {}
    for group in groups:
        kin.setdefault(type(group.model), []).append(group)
    return list(kin.values())


def _columns(groups: list[Group]) -> tuple[list[int], int]:
    """Where in one array populations begin, and its width: no page is of two threads, where their
    bounds allow that.
    """
    begins = []
    first = 0
    owner = -1
    paged = len(groups[0].bounds) > 2 and sum(group.n_alloc for group in groups) >= PAGE
    for group in groups:
        owners = np.flatnonzero(np.diff(group.bounds))
        if paged and first and owners.tolist() != [owner]:
            first = pages(first)
        begins.append(first)
        first += group.n_alloc
        owner = int(owners[-1]) if owners.size else owner
    return begins, pages(first) if paged else first


def _lay_on_pages(groups: list[Group]) -> None:
    """Move populations of one model into memory of their own."""
    rows = groups[0].rows
    memory = _from_a_page(_columns(groups)[1] * len(rows), rows.dtype.type)
    _side_by_side(groups, memory)


def _on_pages(group: Group) -> bool:
    """Whether the states of a population begin with a page, each row of them."""
    base = group.base
    return not (base.shape[1] % PAGE or base.ctypes.data % (PAGE * base.itemsize))


def _from_a_page(size: int, real: type) -> Array:
    """Zeros that begin with a page."""
    zeros = cleared(size + PAGE, real)
    skipped = -zeros.ctypes.data % (PAGE * zeros.itemsize) // zeros.itemsize
    return zeros[skipped : skipped + size]


def _side_by_side(groups: list[Group], memory: Array) -> None:
    """Move the states of populations of one model into `memory`, a row a variable."""
    begins, width = _columns(groups)
    base = memory.reshape(len(groups[0].rows), width)
    readiness = _from_a_page(width, np.int32)
    for group, first in zip(groups, begins, strict=True):
        last = first + group.n_alloc
        base[:, first:last] = group.rows
        readiness[first:last] = group.ready
        group.base = base
        group.readiness = readiness
        group.first = first
        group.rows = base[:, first:last]
        group.ready = readiness[first:last]


def _crowd(groups: list[Group]) -> Crowd:
    """Make a crowd of populations whose states lie in one array, and hold their coefficients."""
    from neurosparse.kernels.spikes.neuron_update.cpu import (
        FIELDS,
        HIGH,
        LOW,
        START,
    )

    base = groups[0].base
    n_coefficients = len(groups[0].coefficients)
    wide = groups[0].per_neuron
    shape = (n_coefficients, base.shape[1]) if wide else (len(groups), n_coefficients)
    levels = np.zeros(shape, base.dtype)
    n_threads = len(groups[0].bounds) - 1
    members = np.zeros((n_threads, len(groups), FIELDS), dtype=np.int64)
    names = groups[0].model.Coefficients._fields
    shared = [k for k, name in enumerate(names) if name not in groups[0].each]
    crowd = Crowd(groups, levels, members, wide, shared)
    for k, group in enumerate(groups):
        last = group.first + group.n_alloc
        own = levels[:, group.first : last] if wide else levels[k : k + 1].T
        own[:] = group.coefficients
        group.coefficients = own
        group.crowd = crowd
        members[:, k, LOW] = group.first + group.bounds[:-1]
        members[:, k, HIGH] = group.first + group.bounds[1:]
        members[:, k, START] = group.first
    crowd.tell()
    return crowd


def add_crowd(program: Program, crowd: Crowd, control: Any) -> None:
    """Append the operation that advances a crowd and writes down its spikes."""
    from neurosparse.kernels.spikes.neuron_update.cpu import (
        PAUSE,
        PAUSES,
        UpdateWords,
        population_operation,
    )

    first = crowd.groups[0]
    for k, group in enumerate(crowd.groups):
        member = Member(crowd, k)
        member.put(**group.log.words())
        group.watch(member)
        crowd.members[:, k, PAUSE] = group.refractory.ctypes.data
        crowd.members[:, k, PAUSES] = group.refractory.size
    compiled = population_operation(type(first.model), first.rows.dtype.type, first.each)
    words = UpdateWords(
        rows=first.base,
        width=first.base.shape[1],
        n_state=len(first.base),
        coefficients=crowd.levels,
        n_coefficients=len(first.coefficients),
        wide=int(first.per_neuron),
        ready=first.readiness,
        members=crowd.members,
        n_members=len(crowd.groups),
        control=control,
        scratch=np.zeros((len(crowd.members), SCRATCH), dtype=np.uint8),
    )
    owner = ", ".join(group.population.name for group in crowd.groups)
    program.add(compiled, words, "update", owner, before=True)
