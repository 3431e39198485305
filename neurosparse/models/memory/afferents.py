"""Binary weights that are set in one trial, counted by popcount, and fade where a permanence is
asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_argument
from neurosparse.kernels.memory.overlap import overlap
from neurosparse.sdr import SDR, pack, unpack

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Fading:
    """Weight t trials after its last use: w = (1 + c/S) / (1 + c/(S − t)), 0 from the span S on.

    A small `curve` c keeps it near 1 until shortly before the end; a large one makes it fall in a
    line.
    Source: Rinkus, "Sparsey", Front. Comput. Neurosci. 8:160 (2014), doi:10.3389/fncom.2014.00160.

    >>> Fading(span=10, curve=10.0)(np.array([0, 5, 9, 10])).round(3).tolist()
    [1.0, 0.667, 0.182, 0.0]
    """

    span: int = 1000
    curve: float = 10.0

    def __post_init__(self) -> None:
        if self.span < 1 or not self.curve > 0:
            raise bad_argument("fading", self, "a span of at least 1 trial and a curve above 0")

    def __call__(self, age: NDArray[np.int64]) -> Floats:
        """Return the weights at ages in trials, shaped as `age`."""
        left = np.maximum(self.span - np.asarray(age, np.float64), 0)
        with np.errstate(divide="ignore"):
            return np.asarray((1 + self.curve / self.span) / (1 + self.curve / left))


class Afferents:
    """Weights of units from inputs: packed bits [n_units, words] and, with `fading`, when each was last used.

    >>> weights = Afferents(2, 70, None)
    >>> weights.store(np.array([1]), SDR([0, 69], 70), 0.5, now=0)
    >>> weights.sums_of_many(SDR([3, 69], 70).packed[None], now=0).tolist()
    [[0.0, 1.0]]
    """

    def __init__(self, n_units: int, n_inputs: int, fading: Fading | None) -> None:
        self.n_inputs, self.fading = n_inputs, fading
        self.words = np.zeros((n_units, (n_inputs + 63) // 64), np.uint64)
        self.used = np.zeros((n_units, n_inputs) if fading else (0, 0), np.int64)

    def sums_of_many(self, packed: NDArray[np.uint64], now: int) -> Floats:
        """Summed weights of every unit from each packed input [n, words] -> [n, n_units]."""
        if self.fading is None:
            return np.asarray(overlap(packed, self.words), np.float64)
        weights = self.fading(now - self.used) * unpack(self.words, self.n_inputs)
        return np.asarray(unpack(packed, self.n_inputs) @ weights.T)

    def store(self, units: NDArray[np.int64], sdr: SDR, saturation: float, now: int) -> None:
        """Set the weights of units from active inputs; full units only refresh those they have."""
        if self.fading is not None:
            self._refresh(units, sdr, now)
        filled = np.bitwise_count(self.words[units]).sum(axis=1)
        open_units = units[filled <= saturation * self.n_inputs]
        if self.fading is not None:
            self.used[np.ix_(open_units, sdr.indices)] = now
        self.words[open_units] |= sdr.packed

    @property
    def fill(self) -> float:
        """Share of weights that are set."""
        return float(np.bitwise_count(self.words).sum()) / (len(self.words) * self.n_inputs)

    def _refresh(self, units: NDArray[np.int64], sdr: SDR, now: int) -> None:
        """Take off weights that faded away, and note that the others are used."""
        assert self.fading is not None
        alive = unpack(self.words[units], self.n_inputs) & (
            now - self.used[units] < self.fading.span
        )
        self.words[units] = pack(alive)
        rows, columns = np.nonzero(alive[:, sdr.indices])
        self.used[units[rows], sdr.indices[columns]] = now
