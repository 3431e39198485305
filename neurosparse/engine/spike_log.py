"""The spikes of one population, chunk by chunk: what projections read and recorders drain."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosparse.typing import Int32, Int64

LONGEST_CHUNK = 8192
EVERY = slice(None)
SILENCE = (np.zeros(0, np.int64), np.zeros(0, np.int32))
for _part in SILENCE:
    _part.setflags(write=False)


class Drained(dict[str, tuple[Int64, Int32]]):
    """What fired in a chunk of `done` steps from `first`, by population: collected when somebody
    asks, and kept.
    """

    def __init__(self, groups: Mapping[str, Any], done: int, first: int) -> None:
        self.groups = groups
        self.done = done
        self.first = first

    def __missing__(self, name: str) -> tuple[Int64, Int32]:
        self[name] = self.groups[name].log.drain(self.done, self.first)
        return self[name]


class SpikeLog:
    """Spikes by thread and step, with the last `history` steps of the chunk before.

    `index` [n_threads, capacity] holds neuron indices, ascending within a step; the spikes of step
    s by thread k are index[k, ends[k, s - origin]:ends[k, s - origin + 1]]. Where ranks share a
    population the first part is of those below this one's slices, the last of those above, and
    `own` are the parts that the threads here write; in each there is room for `room` steps in which
    all fire.
    """

    room = 2

    def __init__(self, slice_sizes: Int64, history: int, own: slice = EVERY) -> None:
        n_threads = len(slice_sizes)
        self.history = history
        self.own = own
        self.largest = int(slice_sizes[own].max(initial=0))
        capacity = 2 * self.largest + 4096
        self.index = np.zeros((n_threads, capacity), dtype=np.int32)
        self.ends = np.zeros((n_threads, LONGEST_CHUNK + history + 2), dtype=np.int64)

    def remember(self, history: int) -> None:
        """Hold so many steps of the chunk before, from now on; nothing is in the log yet."""
        self.history = history
        shape = (self.n_threads, LONGEST_CHUNK + history + 2)
        self.ends = np.zeros(shape, dtype=np.int64)

    @property
    def n_threads(self) -> int:
        """Number of slices."""
        return len(self.index)

    @property
    def capacity(self) -> int:
        """Spikes that fit into one slice's part."""
        return self.index.shape[1]

    def words(self, prefix: str = "", parts: slice | None = None) -> dict[str, Any]:
        """The words that describe to an operation the parts that threads write, by name."""
        parts = self.own if parts is None else parts
        words = {
            "log": self.index[parts],
            "capacity": self.capacity,
            "ends": self.ends[parts],
            "slots": self.ends.shape[1],
        }
        return {prefix + name: word for name, word in words.items()}

    def all_words(self) -> dict[str, Any]:
        """The words that describe all parts to those who read, by name."""
        return self.words(parts=EVERY)

    def grow(self, capacity: int) -> None:
        """Make room for so many spikes in each part, keeping what is there."""
        more = np.zeros((self.n_threads, capacity), dtype=np.int32)
        more[:, : self.capacity] = self.index
        self.index = more

    def reserve(self, room: int) -> bool:
        """Have room for so many steps in which all fire; whether the arrays are new."""
        self.room = room
        end = int(self.ends.max())
        if end + room * self.largest <= self.capacity:
            return False
        self.grow(2 * (end + room * self.largest))
        return True

    def _until(self, slot: int) -> int:
        """How many spikes there are before a slot; single numbers are read faster than arrays."""
        ends = self.ends
        if len(ends) == 1:
            return int(ends.item(0, slot))
        return sum(ends.item(k, slot) for k in range(len(ends)))

    def turn(self, done: int) -> bool:
        """Begin a chunk after `done` steps: move the last `history` steps to the front, make room.

        Returns whether the arrays are new, so that their addresses must be told to the program.
        """
        if not self._until(done + self.history):
            return False  # nobody fired
        if not self.history and self.room * self.largest <= self.capacity:
            self.ends[:, 0] = 0
            return False
        kept = self.ends[:, done : done + self.history + 1].copy()
        longest = int((kept[:, -1] - kept[:, 0]).max())
        old = self.index
        new = longest + self.room * self.largest > self.capacity
        if new:
            self.index = np.zeros(
                (self.n_threads, 2 * (longest + self.room * self.largest)), dtype=np.int32
            )
        for k in range(self.n_threads):
            first = kept[k, 0]
            last = kept[k, -1]
            self.index[k, : last - first] = old[k, first:last].copy()
        self.ends[:, : self.history + 1] = kept - kept[:, :1]
        return new

    def lengthen(self, history: int) -> None:
        """Keep the spikes of more steps than so far; those before are gone."""
        more = history - self.history
        ends = np.zeros((self.n_threads, self.ends.shape[1] + more), dtype=np.int64)
        ends[:, more:] = self.ends
        self.ends = ends
        self.history = history

    def drain(self, done: int, first_step: int) -> tuple[Int64, Int32]:
        """Collect the chunk's spikes (step, index), by step and then by index."""
        if self._until(self.history) == self._until(self.history + done):
            return SILENCE
        ends = self.ends[:, self.history : self.history + done + 1]
        counts = np.diff(ends, axis=1)
        steps = np.repeat(np.arange(first_step, first_step + done), counts.sum(axis=0))
        if self.n_threads == 1:
            return steps, self.index[0, ends[0, 0] : ends[0, -1]].copy()
        places = np.cumsum(counts.T.ravel()).reshape(done, self.n_threads).T - counts
        index = np.empty(len(steps), dtype=np.int32)
        for k in range(self.n_threads):
            where = np.repeat(places[k] - (ends[k, :-1] - ends[k, 0]), counts[k])
            index[where + np.arange(len(where))] = self.index[k, ends[k, 0] : ends[k, -1]]
        return steps, index

    def in_flight(self, done: int) -> tuple[Int64, Int32]:
        """Collect the spikes of the last `history` steps as (steps before now, index)."""
        view = SpikeLog.__new__(SpikeLog)
        view.history = 0
        view.index = self.index
        view.ends = self.ends[:, done:]
        view.largest = self.largest
        return view.drain(self.history, -self.history)

    def put_in_flight(self, ago: Int64, index: Int32, bounds: Int64) -> None:
        """Fill the history of a log with what `in_flight` gave; its array may be another one
        then.
        """
        owner = np.searchsorted(bounds, index, side="right") - 1
        longest = int(np.bincount(owner, minlength=1).max())
        if longest > self.capacity:
            self.index = np.zeros(
                (self.n_threads, longest + self.room * self.largest), dtype=np.int32
            )
        for k in range(self.n_threads):
            own = owner == k
            self.index[k, : own.sum()] = index[own]
            steps = np.bincount(ago[own] + self.history, minlength=self.history)
            self.ends[k, 1 : self.history + 1] = np.cumsum(steps)
