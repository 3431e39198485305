"""Spikes counted between steps for rules that look at activity; what they counted is part of a
checkpoint.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.typing import Array, Int32, Int64


@dataclass
class Tally:
    """Spikes of one population since step `start`: counts [bins, n] in bins of `width` steps (0:
    one bin).
    """

    population: str
    start: int
    width: int
    counts: Int64

    def add(self, first: int, done: int, step: Int64, index: Int32) -> None:
        """Count a chunk of `done` steps from `first`."""
        bins, n = self.counts.shape
        needed = 1 if not self.width else -(-(first + done - self.start) // self.width)
        if needed > bins:
            self.counts = np.concatenate(
                [self.counts, np.zeros((needed - bins, n), np.int64)]
            )
        line = (step - self.start) // self.width if self.width else 0
        self.counts += np.bincount(line * n + index, minlength=self.counts.size).reshape(
            self.counts.shape
        )


def count(
    tallies: dict[str, Tally], first: int, done: int, drained: dict[str, Any]
) -> None:
    """Count a chunk in all tallies."""
    for tally in tallies.values():
        tally.add(first, done, *drained[tally.population])


def take(
    tallies: dict[str, Tally], owner: str, population: str, n: int, now: int, width: int = 0
) -> Tally | None:
    """Give what was counted for `owner` and begin anew at step `now`; None the first time.

    >>> tallies = {}
    >>> take(tallies, "me", "E", 2, now=0)
    >>> count(tallies, 0, 10, {"E": (np.array([3, 7]), np.array([1, 1]))})
    >>> take(tallies, "me", "E", 2, now=10).counts.tolist()
    [[0, 2]]
    """
    key = f"{owner}/{population}"
    before = tallies.get(key)
    tallies[key] = Tally(population, now, width, np.zeros((1, n), np.int64))
    return before


def tally_arrays(tallies: dict[str, Tally]) -> dict[str, Array]:
    """What a checkpoint must hold."""
    arrays: dict[str, Array] = {}
    for key, tally in tallies.items():
        arrays[f"tally/{key}/counts"] = tally.counts.copy()
        arrays[f"tally/{key}/when"] = np.array([tally.start, tally.width])
    return arrays


def tallies_from(arrays: dict[str, Array]) -> dict[str, Tally]:
    """Undo `tally_arrays`, whose names come without `tally/`."""
    keys = dict.fromkeys(name.rsplit("/", 1)[0] for name in arrays)
    tallies = {}
    for key in keys:
        start, width = (int(k) for k in arrays[f"{key}/when"])
        tallies[key] = Tally(
            key.rsplit("/", 1)[1], start, width, arrays[f"{key}/counts"].copy()
        )
    return tallies
