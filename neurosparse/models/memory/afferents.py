"""Binary weights that are set in one trial, counted by popcount, and fade where asked to."""

from dataclasses import dataclass

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import keep_counts, positive
from neurosparse.grid import floor_steps
from neurosparse.kernels.memory.overlap import overlap
from neurosparse.sdr import SDR, pack, unpack
from neurosparse.typing import Float64, Int64, UInt64


@dataclass(frozen=True)
class Fading:
    """Weight t trials after its last use: w = (1 + c/S) / (1 + c/(S − t)), 0 from the span S on.

    A small `curve` c keeps it near 1 until shortly before the end; a large one makes it fall in a
    line. Source: Rinkus, "Sparsey", Front. Comput. Neurosci. 8:160 (2014),
    doi:10.3389/fncom.2014.00160.

    >>> Fading(span=10, curve=10.0)(np.array([0, 5, 9, 10])).round(3).tolist()
    [1.0, 0.667, 0.182, 0.0]
    """

    span: int = 1000
    curve: float = 10.0

    def __post_init__(self) -> None:
        keep_counts(self, 1, "span")
        positive("curve", self.curve)

    def __call__(self, age: Int64) -> Float64:
        """Return the weights at ages in trials, shaped as `age`."""
        left = np.maximum(self.span - np.asarray(age, np.float64), 0)
        with np.errstate(divide="ignore"):
            return np.asarray((1 + self.curve / self.span) / (1 + self.curve / left))


class Afferents:
    """Weights of units from inputs.

    Args:
        n_units: units.
        in_features: cells of the input.
        fading: how weights fade that are not used again; None for never.

    Attributes:
        words: one bit a weight, `[n_units, words]`.
        used: when each weight was last used, `[n_units, in_features]` with `fading`.

    >>> weights = Afferents(2, 70, None)
    >>> weights.store(np.array([1]), SDR([0, 69], 70), 0.5, now=0)
    >>> weights.sums_of_many(SDR([3, 69], 70).packed[None], now=0).tolist()
    [[0.0, 1.0]]
    """

    def __init__(self, n_units: int, in_features: int, fading: Fading | None) -> None:
        self.in_features = in_features
        self.fading = fading
        words = (in_features + 63) // 64
        n_bytes = 8 * n_units * (words + (in_features if fading else 0))
        size = f"weights of {n_units:,} units from {in_features:,} cells"
        refuse_beyond_memory("in_features, modules, units", n_bytes, size)
        self.words = np.zeros((n_units, words), np.uint64)
        self.used = np.zeros((n_units, in_features) if fading else (0, 0), np.int64)

    def sums_of_many(self, packed: UInt64, now: int) -> Float64:
        """Sum the weights of every unit from each packed input: `[n, words]` -> `[n, n_units]`."""
        if self.fading is None:
            return np.asarray(overlap(packed, self.words), np.float64)
        weights = self.fading(now - self.used) * unpack(self.words, self.in_features)
        return np.asarray(unpack(packed, self.in_features) @ weights.T)

    def store(self, units: Int64, sdr: SDR, saturation: float, now: int) -> None:
        """Set the weights of units from active inputs; full units only refresh those they have."""
        if self.fading is not None:
            self._refresh(units, sdr, now)
        filled = np.bitwise_count(self.words[units]).sum(axis=1)
        most = floor_steps(saturation * self.in_features, 1.0)
        open_units = units[filled <= most]
        if self.fading is not None:
            self.used[np.ix_(open_units, sdr.indices)] = now
        self.words[open_units] |= sdr.packed

    @property
    def fill(self) -> float:
        """Share of weights that are set."""
        return float(np.bitwise_count(self.words).sum()) / (
            len(self.words) * self.in_features
        )

    def _refresh(self, units: Int64, sdr: SDR, now: int) -> None:
        """Take off weights that faded away, and note that the others are used."""
        assert self.fading is not None
        alive = unpack(self.words[units], self.in_features)
        alive &= now - self.used[units] < self.fading.span
        self.words[units] = pack(alive)
        rows, columns = np.nonzero(alive[:, sdr.indices])
        self.used[units[rows], sdr.indices[columns]] = now
