"""Samples of few atoms of a known dictionary: what coders and autoencoders should find."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from neurosparse.checks import (
    generator,
    keep_counts,
    not_negative,
    positive,
    truth,
    whole_number,
)
from neurosparse.errors import bad_argument, unknown_name
from neurosparse.kernels.coding.decode_rows import decode_rows
from neurosparse.sparse_coding import Dictionary, SparseCodes
from neurosparse.typing import Array, Float64, Seed

# samples drawn at a time: one number each for every atom
DRAWN = 8192


class FeatureSet(NamedTuple):
    """Samples, the codes that made them, and the atoms.

    Attributes:
        x: `[samples, d]`.
        codes: true coefficients.
        dictionary: true atoms.
    """

    x: Float64
    codes: SparseCodes
    dictionary: Dictionary


@dataclass(frozen=True)
class SparseFeatures:
    """A law of sparse samples: `x = Σ_i a_i d_i + bias + noise`.

    Atoms are random directions. Each sample has exactly `active` of them, or each atom fires by
    itself with a probability whose sum is `active`.

    Args:
        n: atoms.
        d: width of a sample.
        active: atoms of a sample, exactly or in the mean.
        firing: "exact", "uniform" (each fires alike) or "zipf" (atom i with probability ∝ 1/i).
        low: smallest coefficient.
        high: largest coefficient; between them all are alike.
        children: atoms below each parent, 0 for none: atom p of the first `n / (children + 1)` has
            the children that follow, in order, and a child fires only where its parent does.
        antipodal: whether the second half of the atoms are the first with their signs changed.
        rank: dimensions of the subspace that the atoms lie in; d by default.
        noise: standard deviation of normal noise on each number.
        bias: constant on each number.

    Raises:
        ValueError: more active atoms than there are, or numbers that do not go together.

    >>> features = SparseFeatures(256, 64, 8)
    >>> samples = features.draw(1000, rng=0)
    >>> samples.x[0, :3].round(8).tolist(), samples.codes.counts.max()
    ([0.01444867, -0.47840438, -0.41811603], np.int64(8))
    """

    n: int
    d: int
    active: int
    firing: Literal["exact", "uniform", "zipf"] = "exact"
    low: float = 0.5
    high: float = 1.5
    children: int = 0
    antipodal: bool = False
    rank: int | None = None
    noise: float = 0.0
    bias: float = 0.0

    def __post_init__(self) -> None:
        keep_counts(self, 1, "n", "d")
        whole_number("active", self.active, 0, self.n)
        whole_number("children", self.children)
        if self.firing not in ("exact", "uniform", "zipf"):
            raise unknown_name("firing", self.firing, ("exact", "uniform", "zipf"))
        positive("low", self.low)
        if not positive("high", self.high) >= self.low:
            raise bad_argument("high", self.high, f"{self.low} or more, as low is")
        not_negative("noise", self.noise)
        if self.rank is not None:
            whole_number("rank", self.rank, 1, self.d)
        if truth("antipodal", self.antipodal) and self.n % 2:
            raise bad_argument("n", self.n, "an even number, for pairs of opposites")
        if self.n % (self.children + 1):
            expected = f"a multiple of {self.children + 1}, a parent and its children"
            raise bad_argument("n", self.n, expected)

    @property
    def probabilities(self) -> Float64:
        """How often each atom fires, `[n]`; of a child, where its parent does.

        >>> SparseFeatures(1000, 10, 1000, "zipf").rates[:3].round(3).tolist()
        [133.592, 66.796, 44.531]
        """
        return np.minimum(self.rates, 1.0)

    @property
    def rates(self) -> Float64:
        """The same before it is cut at 1: its sum is `active`."""
        weights = np.ones(self.n)
        if self.firing == "zipf":
            weights = 1 / np.arange(1, self.n + 1)
        return np.asarray(weights * (self.active / weights.sum()))

    def atoms(self, rng: Seed = None) -> Dictionary:
        """Draw atoms."""
        rng = generator(rng)
        count = self.n // 2 if self.antipodal else self.n
        rows = rng.standard_normal((count, self.rank or self.d))
        if self.rank is not None:
            rows = rows @ np.linalg.qr(rng.standard_normal((self.d, self.rank)))[0].T
        if self.antipodal:
            rows = np.concatenate([rows, -rows])
        return Dictionary(rows, renormalise=True)

    def draw(
        self, samples: int, rng: Seed = None, dictionary: Dictionary | None = None
    ) -> FeatureSet:
        """Draw samples, and atoms first unless they are handed in.

        Args:
            samples: how many.
            rng: seed or generator.
            dictionary: atoms, such as those of an earlier draw.
        """
        whole_number("samples", samples)
        rng = generator(rng)
        atoms = self.atoms(rng) if dictionary is None else dictionary
        if (atoms.n, atoms.d) != (self.n, self.d):
            expected = f"{self.n} atoms of width {self.d}"
            raise bad_argument("dictionary", atoms, expected)
        parts = [
            self._codes(min(DRAWN, samples - start), rng)
            for start in range(0, max(samples, 1), DRAWN)
        ]
        codes = SparseCodes.concatenate(parts)
        rows = atoms.atoms.astype(np.float64)
        x = decode_rows(codes.indptr, codes.indices, codes.values, rows) + self.bias
        if self.noise:
            x += rng.normal(0.0, self.noise, x.shape)
        return FeatureSet(x, codes, atoms)

    def _codes(self, samples: int, rng: np.random.Generator) -> SparseCodes:
        if self.firing == "exact" and not self.children:
            chosen = np.argsort(rng.random((samples, self.n)), axis=1)[:, : self.active]
            values = rng.uniform(self.low, self.high, chosen.shape)
            return SparseCodes.from_condensed(chosen, values, self.n)
        on = self._on(samples, rng)
        dense = np.zeros((samples, self.n))
        dense[on] = rng.uniform(self.low, self.high, int(on.sum()))
        return SparseCodes.from_dense(dense)

    def _on(self, samples: int, rng: np.random.Generator) -> Array:
        """Who fires, boolean `[samples, n]`."""
        if self.firing == "exact":
            on = np.zeros((samples, self.n), np.bool_)
            order = np.argsort(rng.random((samples, self.n)), axis=1)
            np.put_along_axis(on, order[:, : self.active], True, axis=1)
        else:
            on = rng.random((samples, self.n)) < self.probabilities
        if self.children:
            parents = self.n // (self.children + 1)
            on[:, parents:] &= np.repeat(on[:, :parents], self.children, axis=1)
        return on
