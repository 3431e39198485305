"""The same wiring several times side by side, for sweeps."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.wiring._rule import Seed, whole_number


@dataclass(frozen=True, eq=False)
class Copies:
    """`copies` blocks on the diagonal, each the wiring `base`: copy k connects its own neurons
    only.

    Neuron i of copy k is number k n + i. A rule is drawn once, from the seed that it would have
    alone, so all copies have the same synapses. `weight` [copies] gives the synapses of each copy
    one weight of its own. On the GPU the copies share one block in memory. Raises ValueError for
    sizes that the copies do not divide.

    >>> from neurosparse.wiring import OneToOne
    >>> Copies(OneToOne(), 2, weight=[0.5, 2.0]).build(4, 4).to_dense().diagonal().tolist()
    [0.5, 0.5, 2.0, 2.0]
    """

    base: Any
    copies: int
    weight: Any = None

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        whole_number("Copies.copies", self.copies, 1)
        if self.weight is not None and np.shape(self.weight) != (self.copies,):
            wants = f"an array [{self.copies}], one number for each copy"
            raise bad_argument("Copies.weight", Said(f"shape {np.shape(self.weight)}"), wants)

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Connect n_pre to n_post neurons, all copies together."""
        for name, n in (("n_pre", n_pre), ("n_post", n_post)):
            if n % self.copies:
                raise bad_argument(name, n, f"a multiple of the {self.copies} copies")
        one = self._one(n_pre // self.copies, n_post // self.copies, rng)
        indptr = np.concatenate([[0], *(one.indptr[1:] + k * one.nnz for k in range(self.copies))])
        indices = np.concatenate(
            [one.indices + np.int32(k * one.n_post) for k in range(self.copies)]
        )
        given = np.asarray(one.weight)
        weight = np.tile(given, self.copies) if given.size == one.nnz else given
        if self.weight is not None:
            weight = np.repeat(np.asarray(self.weight, dtype=np.float32), one.nnz)
        delay = np.asarray(one.delay_steps)
        late = np.tile(delay, self.copies) if delay.size == one.nnz else delay
        return Connectivity(indptr, indices, n_post, _one_or_all(weight), _one_or_all(late))

    def _one(self, n_pre: int, n_post: int, rng: Seed) -> Connectivity:
        if hasattr(self.base, "build"):
            built: Connectivity = self.base.build(n_pre, n_post, rng)
            return built
        if tuple(self.base.shape) != (n_pre, n_post):
            wants = f"a connectivity of shape [{n_pre}, {n_post}]"
            raise bad_argument("Copies.base", Said(f"shape {tuple(self.base.shape)}"), wants)
        return self.base  # type: ignore[no-any-return]


def _one_or_all(values: Any) -> Any:
    """A single number as such; Connectivity takes an array [nnz] or one number."""
    return values if values.ndim and values.size != 1 else values.reshape(-1)[0].item()
