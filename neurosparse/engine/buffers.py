"""What recorders fill between two steps: lines of state, weights of synapses that are followed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.engine.populations import Group
from neurosparse.engine.program import Program
from neurosparse.engine.sleepers import state_words
from neurosparse.engine.spike_log import LONGEST_CHUNK
from neurosparse.typing import Array, Float32, Int64

BUFFER_BYTES = 2**24


@dataclass
class FollowedTraces:
    """A recorded trace: row `row` of those of one side of a projection, of some neurons."""

    projection: str
    side: str
    row: int
    every: int
    indices: Int64
    sink: Any


@dataclass
class FollowedWeights:
    """Recorded synapses of one projection: `where` they stand now in CSR order, -1 once removed.

    `variable` is what is recorded of them.
    """

    projection: str
    every: int
    where: Int64
    sink: Any
    variable: str = "weight"

    def values(self, weights: Float32) -> Float32:
        """Their weights, NaN for those removed."""
        values = np.full(len(self.where), np.nan, dtype=np.float32)
        present = self.where >= 0
        values[present] = weights[self.where[present]]
        return values

    def move(self, moved: Int64) -> None:
        """Go along with an edit: `moved` [nnz before] is where each synapse went, -1 where it was
        removed.
        """
        present = self.where >= 0
        self.where = np.where(
            present, moved[np.maximum(self.where, 0)] if moved.size else -1, -1
        )


class StateBuffer:
    """Lines of one state variable that the time loop fills and a sink empties."""

    def __init__(
        self, group: Group, variable: str, indices: Int64, every: int, sink: Any
    ) -> None:
        # a thread copies what lies in its slice, so the loop needs ascending numbers; `place` leads
        # back to the order of the request
        chosen = np.sort(indices)
        self.place = (
            None if np.array_equal(chosen, indices) else np.searchsorted(chosen, indices)
        )
        self.group = group
        self.variable = variable
        self.chosen = chosen
        self.every = every
        self.sink = sink
        self.lines = max(2, min(LONGEST_CHUNK, BUFFER_BYTES // max(8 * chosen.size, 1)))
        self.cuts = np.searchsorted(chosen, group.bounds)
        self.out = np.zeros((self.lines, chosen.size), dtype=group.rows.dtype)

    def add(self, program: Program, control: Int64, history: int) -> None:
        """Append the operation that copies the variable into the buffer."""
        lines = {
            "chosen": self.chosen,
            "n_chosen": self.chosen.size,
            "cuts": self.cuts,
            "out": self.out,
            "every": self.every,
            "control": control,
            "history": history,
        }
        compiled, words = (
            self._awake(lines) if self.group.event is None else self._asleep(lines)
        )
        program.add(compiled, words, "record", self.group.population.name, before=True)

    def _awake(self, lines: dict[str, Any]) -> tuple[Any, Any]:
        from neurosparse.kernels.base.machine.operation import operation
        from neurosparse.kernels.spikes.record.cpu import RecordWords, record_state

        row = self.group.row(self.variable)
        compiled = operation(record_state, row.dtype.name, REAL=row.dtype.type)
        return compiled, RecordWords(**lines, row=row, n_alloc=self.group.n_alloc)

    def _asleep(self, lines: dict[str, Any]) -> tuple[Any, Any]:
        from neurosparse.kernels.spikes.event_update.cpu import (
            RecordEventsWords,
            event_operation,
            record_events,
        )

        model = self.group.model
        variable = model.State._fields.index(self.variable)
        words = RecordEventsWords(**lines, **state_words(self.group), variable=variable)
        return event_operation(type(model), record_events), words

    def as_asked(self, lines: Array) -> Array:
        """Lines of ascending numbers, columns in the order of the request."""
        return lines if self.place is None else lines[:, self.place]

    def lines_of(self, first: int, done: int) -> Int64:
        """The steps whose lines the chunk filled."""
        return (
            np.arange(-(-first // self.every), -(-(first + done) // self.every))
            * self.every
        )
