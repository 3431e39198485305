"""A given number of synapses in all."""

import os
from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.errors import bad_argument
from neurosparse.kernels.graphs import wire
from neurosparse.typing import Int64
from neurosparse.wiring._rule import Rows, WiringRule, key, square


@dataclass(frozen=True, eq=False)
class FixedTotal(WiringRule):
    """Place exactly nnz synapses, every set of that many pairs as likely as any other.

    Args:
        nnz: synapses in all.
        multapses: the same pair may be drawn again.
        allow_self: pairs (i, i) may be drawn.

    >>> FixedTotal(7).build(5, 5, rng=1).nnz
    7
    """

    nnz: int
    multapses: bool = False
    allow_self: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        checks.whole_number("nnz", self.nnz)

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """As many as asked for."""
        return float(self.nnz)

    def _of_neurons(self, n_pre: int, n_post: int) -> float:
        """Each thread has marks of its own."""
        return super()._of_neurons(n_pre, n_post) + 4.0 * n_post * (os.cpu_count() or 1)

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Row lengths first, then columns within each row."""
        return self.columns(n_pre, n_post, rng, 0, n_post)

    def columns(
        self, n_pre: int, n_post: int, rng: np.random.Generator, low: int, high: int
    ) -> Rows:
        """Rows are drawn whole, a few at a time, and cut."""
        if not self.allow_self:
            square("allow_self=False", n_pre, n_post)
        places = n_post - (not self.allow_self) if n_post else 0
        cells = n_pre * places
        if self.nnz and not cells:
            remedy = "there are no pairs to connect"
            raise bad_argument("nnz", self.nnz, "0 synapses", remedy)
        if self.nnz > cells and not self.multapses:
            remedy = "multapses=True allows the same pair again"
            raise bad_argument(
                "nnz", self.nnz, f"at most {cells} synapses, one a pair", remedy
            )
        length = self._lengths(n_pre, places, rng)
        options = (not self.allow_self, self.multapses, key(rng))
        return wire.fixed_rows(length, n_post, *options, span=(low, high))

    def _lengths(self, n_pre: int, places: int, rng: np.random.Generator) -> Int64:
        if not self.nnz:
            return np.zeros(n_pre, np.int64)
        if self.multapses:
            return rng.multinomial(self.nnz, np.full(n_pre, 1 / n_pre))
        empty = n_pre * places - self.nnz
        if empty < self.nnz:  # fewer darts say where no synapse is
            return places - wire.darts(empty, n_pre, places, key(rng))
        return wire.darts(self.nnz, n_pre, places, key(rng))
