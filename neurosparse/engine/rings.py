"""Rings: what spikes under way will add to a receptor, a slot for each of the coming steps."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.available import refuse_beyond_memory
from neurosparse.engine.populations import Group
from neurosparse.engine.program import Program
from neurosparse.engine.slices import padded
from neurosparse.kernels.base.machine.memory import cleared

Key = tuple[str, str]
"""A population and a variable of its state."""


class Ring:
    """What arrives in the coming steps at one receptor of a population, whatever it comes through.

    Slot s % n_slots of `values` [n_slots, n_alloc] holds what arrives in step s. `filled`
    [n_threads, width] tells in which slots a thread put something into its slice, so that empty
    ones are passed over.
    """

    def __init__(self, group: Group, variable: str, longest: int) -> None:
        self.group = group
        self.variable = variable
        self._clear(longest + 1)

    def _clear(self, n_slots: int) -> None:
        name = self.group.population.name
        shape = (n_slots, self.group.n_alloc)
        kind = self.group.rows.dtype
        what = f"spikes under way to {name!r}, {n_slots} steps of {self.group.n} neurons"
        remedy = "shorten the longest delay, or give each projection one delay"
        # the system may promise more than it has
        refuse_beyond_memory("delay", float(math.prod(shape)) * kind.itemsize, what, remedy)
        self.values: NDArray[Any] = cleared(shape, kind, what, remedy)
        n_threads = len(self.group.bounds) - 1
        # a line of its own for each thread
        self.filled: NDArray[np.uint8] = np.zeros(
            (n_threads, padded(n_slots)), dtype=np.uint8
        )

    @property
    def n_slots(self) -> int:
        """How many coming steps it holds."""
        return len(self.values)

    @property
    def empty(self) -> bool:
        """Whether nothing waits here."""
        return not self.filled.any()

    def lengthen(self, longest: int, now: int) -> None:
        """Hold delays up to `longest` steps, keeping what waits at step `now`."""
        if longest < self.n_slots:
            return
        steps, waiting = self.waiting(now)
        self._clear(longest + 1)
        self.put(steps, waiting, now)

    def line(self, step: int) -> NDArray[Any]:
        """The values that arrive in a step, to add to."""
        slot = step % self.n_slots
        self.filled[:, slot] = 1
        line: NDArray[Any] = self.values[slot]
        return line

    def waiting(self, now: int) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """The steps from now in which something arrives [k], and what [k, n]."""
        coming = np.arange(self.n_slots)
        slots = (now + coming) % self.n_slots
        filled: NDArray[np.bool_] = np.any(self.filled, axis=0)
        holding: NDArray[np.bool_] = np.any(self.values, axis=1)
        steps = coming[filled[slots] & holding[slots]]
        return steps, self.values[(now + steps) % self.n_slots, : self.group.n]

    def put(self, steps: NDArray[np.int64], values: NDArray[Any], now: int) -> None:
        """Take what `waiting` gave at the same step, in the place of what is here."""
        self.values[:] = 0
        self.filled[:] = 0
        for ahead, line in zip(steps.tolist(), values, strict=True):
            self.line(now + ahead)[: self.group.n] = line

    def words(self) -> dict[str, Any]:
        """The words that describe it to an operation, by name."""
        return {
            "ring": self.values,
            "n_slots": self.n_slots,
            "n_alloc": self.group.n_alloc,
            "filled": self.filled,
            "width": self.filled.shape[1],
        }

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        return self.values.nbytes + self.filled.nbytes


class Rings(dict[Key, Ring]):
    """The rings of a network by population and variable, made when the first spike has to wait."""

    def of(self, group: Group, receptor: str | None, longest: int, now: int = 0) -> Ring:
        """The ring onto a receptor, made or lengthened for delays up to `longest` steps."""
        receptors = group.model.receptors
        variable = (
            next(iter(receptors.values())) if receptor is None else receptors[receptor]
        )
        key = (group.population.name, variable)
        if key not in self:
            self[key] = Ring(group, variable, longest)
        self[key].lengthen(longest, now)
        return self[key]

    def onto(self, population: str) -> list[Ring]:
        """All rings of one population."""
        return [ring for (name, _), ring in self.items() if name == population]

    def arrays(self, now: int) -> dict[str, NDArray[Any]]:
        """What waits, for a checkpoint."""
        arrays: dict[str, NDArray[Any]] = {}
        for (population, variable), ring in self.items():
            key = f"ring/{population}/{variable}"
            arrays[f"{key}/steps"], arrays[f"{key}/values"] = ring.waiting(now)
        return arrays

    def put_back(
        self, arrays: dict[str, NDArray[Any]], groups: dict[str, Group], now: int
    ) -> None:
        """Take what waits from a checkpoint, and forget what waited here."""
        for ring in self.values():
            ring.put(np.zeros(0, np.int64), ring.values[:0], now)
        for key in arrays:
            if not (key.startswith("ring/") and key.endswith("/steps")):
                continue
            _, population, variable, _ = key.split("/")
            steps = arrays[key]
            group = groups[population]
            longest = int(steps.max(initial=0))
            ring = self.setdefault((population, variable), Ring(group, variable, longest))
            ring.lengthen(longest, now)
            ring.put(steps, arrays[f"ring/{population}/{variable}/values"], now)


def add_drain(program: Program, ring: Ring) -> None:
    """Append the operation that adds what arrives in a step to the receptor."""
    from neurosparse.kernels.base.machine.operation import operation
    from neurosparse.kernels.spikes.deliver.cpu import DrainWords, drain_ring

    group = ring.group
    real = group.rows.dtype.type
    words = DrainWords(**ring.words(), target=group.row(ring.variable), bounds=group.bounds)
    compiled = operation(drain_ring, real.__name__, REAL=real)
    program.add(compiled, words, "deliver", group.population.name, before=False)
