"""The same wiring several times side by side, for sweeps."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse import checks
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.neurons.base import floats
from neurosparse.typing import Array, Seed
from neurosparse.wiring._columns import onto
from neurosparse.wiring._rule import Wiring, built, check_sizes, check_wiring, weigh


@dataclass(frozen=True, eq=False)
class Copies:
    """Blocks on the diagonal, each the same wiring: copy k connects its neurons only.

    Neuron i of copy k is number k n + i. A rule is drawn once, from the seed that it would have
    alone, so all copies have the same synapses. On the GPU they share one block in memory.

    Args:
        base: a wiring rule, or a `Connectivity`.
        copies: how many.
        weight: one weight for the synapses of each copy, `[copies]`; None keeps those of `base`.

    Raises:
        ValueError: sizes that the copies do not divide.

    >>> from neurosparse.wiring import OneToOne
    >>> Copies(OneToOne(), 2, weight=[0.5, 2.0]).build(4, 4).to_dense().diagonal().tolist()
    [0.5, 0.5, 2.0, 2.0]
    """

    base: Wiring | Connectivity
    copies: int
    weight: Any = None

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        check_wiring("Copies.base", self.base)
        checks.whole_number("Copies.copies", self.copies, 1)
        if self.weight is None:
            return
        weight = floats("Copies.weight", self.weight)
        if weight.shape != (self.copies,):
            expected = f"an array [{self.copies}], one number for each copy"
            raise bad_argument("Copies.weight", Said(f"shape {weight.shape}"), expected)
        if not np.isfinite(weight).all():
            raise bad_argument("Copies.weight", weight, "finite numbers")

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Connect n_pre to n_post neurons, all copies together."""
        return self.build_columns(n_pre, n_post, rng, 0, n_post)

    def build_columns(
        self, n_pre: int, n_post: int, rng: Seed, low: int, high: int
    ) -> Connectivity:
        """The synapses onto neurons low..high-1 alone: one copy is whole for a moment."""
        check_sizes(n_pre, n_post)
        for name, n in (("n_pre", n_pre), ("n_post", n_post)):
            if n % self.copies:
                raise bad_argument(name, n, f"a multiple of the {self.copies} copies")
        expected = getattr(self.base, "expected_synapses", lambda n_pre, n_post: 0.0)
        of_one = expected(n_pre // self.copies, n_post // self.copies)
        share = (high - low) / max(n_post, 1)
        self._weigh(share * of_one, n_pre, n_post)
        one = self._one(n_pre // self.copies, n_post // self.copies, rng)
        self._weigh(share * one.nnz, n_pre, n_post)
        size = max(one.n_post, 1)
        copies = range(low // size, -(-high // size))
        blocks = self._blocks(one, copies, n_post)
        return blocks if (low, high) == (0, n_post) else onto(blocks, low, high)

    def _blocks(self, one: Connectivity, copies: range, n_post: int) -> Connectivity:
        """Some of the copies, each in its place."""
        counts = np.zeros((self.copies, one.n_pre), np.int64)
        counts[copies.start : copies.stop] = np.diff(one.indptr)
        indptr = np.concatenate([[0], np.cumsum(counts.ravel())])
        none = np.empty(0, np.int32)
        indices = np.concatenate(
            [none, *(one.indices + np.int32(k * one.n_post) for k in copies)]
        )
        weight = self._repeated(one.weight, one.nnz, len(copies))
        if self.weight is not None:
            of_copies = np.asarray(self.weight, dtype=np.float32)
            weight = np.repeat(of_copies[copies.start : copies.stop], one.nnz)
        delay_steps = self._repeated(one.delay_steps, one.nnz, len(copies))
        return Connectivity(
            indptr, indices, n_post, _one_or_all(weight), _one_or_all(delay_steps)
        )

    def _weigh(self, of_one: float, n_pre: int, n_post: int) -> None:
        """Refuse copies that are too many: 12 bytes a synapse while they are joined."""
        n = of_one * self.copies
        weigh("Copies", n, n_pre, n_post, 12.0 * n + 8.0 * n_pre)

    def _repeated(self, values: Any, nnz: int, times: int) -> Array:
        array = np.asarray(values)
        return np.tile(array, times) if array.size == nnz else array

    def _one(self, n_pre: int, n_post: int, rng: Seed) -> Connectivity:
        if not isinstance(self.base, Connectivity):
            return built(self.base, n_pre, n_post, rng, "Copies.base")
        if self.base.shape != (n_pre, n_post):
            expected = f"a connectivity of shape [{n_pre}, {n_post}]"
            raise bad_argument("Copies.base", Said(f"shape {self.base.shape}"), expected)
        return self.base


def _one_or_all(values: Array) -> Any:
    """A single number as such; Connectivity takes an array `[nnz]` or one number."""
    return values if values.ndim and values.size != 1 else values.reshape(-1)[0].item()
