"""Given degrees on both sides."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base import csr
from neurosparse.typing import Int32, Int64
from neurosparse.wiring._rule import Rows, WiringRule, degree_argument, square

_ROUNDS = 1000


@dataclass(frozen=True, eq=False)
class ConfigurationModel(WiringRule):
    """Give every neuron its number of inputs and outputs, stubs joined at random.

    Without multapses (or self-connections) the pairs that offend trade targets with random others
    until none is left; degrees stay exact.

    Args:
        in_degrees: inputs, `[n_post]`.
        out_degrees: outputs, `[n_pre]`, with the same sum.
        multapses: the same pair may be joined again.
        allow_self: neuron i may be joined to neuron i.

    Raises:
        ValueError: sums differ, or no wiring without multapses was found.

    Source: M. E. J. Newman, S. H. Strogatz, D. J. Watts, Phys. Rev. E 64, 026118 (2001),
    doi:10.1103/PhysRevE.64.026118.

    >>> c = ConfigurationModel([2, 1, 1], [1, 1, 2]).build(3, 3, rng=1)
    >>> c.in_degree.tolist(), c.out_degree.tolist()
    ([2, 1, 1], [1, 1, 2])
    """

    in_degrees: ArrayLike
    out_degrees: ArrayLike
    multapses: bool = False
    allow_self: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        degree_argument("in_degrees", self.in_degrees)
        degree_argument("out_degrees", self.out_degrees)
        inputs = np.sum(self.in_degrees)
        outputs = np.sum(self.out_degrees)
        if inputs != outputs:
            received = Said(f"{inputs} inputs in all")
            raise bad_argument("in_degrees", received, f"as many as outputs: {outputs}")

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """The sum of the degrees."""
        return float(np.sum(self.out_degrees))

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Stubs in random order, offending pairs traded away."""
        if not self.allow_self:
            square("allow_self=False", n_pre, n_post)
        pre = self._stubs("out_degrees", self.out_degrees, n_pre)
        post = rng.permutation(self._stubs("in_degrees", self.in_degrees, n_post))
        for _ in range(_ROUNDS):
            order = csr.sort_edges(pre, post, n_pre, n_post)
            post = post[order]  # pre ascends already
            bad = self._offending(pre, post)
            if not len(bad):
                indptr = np.zeros(n_pre + 1, np.int64)
                np.cumsum(csr.count(pre, n_pre), out=indptr[1:])
                return indptr, post
            partners = rng.integers(0, len(post), len(bad))
            for a, b in zip(bad, partners, strict=True):
                post[a], post[b] = post[b], post[a]
        expected = (
            f"degrees with one synapse a pair (none found in {_ROUNDS} rounds of trades)"
        )
        remedy = "multapses=True allows the same pair again"
        raise bad_argument("in_degrees", self.in_degrees, expected, remedy)

    @staticmethod
    def _stubs(name: str, degree: ArrayLike, n: int) -> Int32:
        if np.shape(degree) != (n,):
            received = Said(f"{np.size(degree)} degrees")
            raise bad_argument(name, received, f"{n}, one for each neuron")
        return np.repeat(np.arange(n, dtype=np.int32), np.asarray(degree, np.int64))

    def _offending(self, pre: Int32, post: Int32) -> Int64:
        bad = np.zeros(len(pre), np.bool_)
        if not self.multapses:
            bad[1:] = (pre[1:] == pre[:-1]) & (post[1:] == post[:-1])
        if not self.allow_self:
            bad |= pre == post
        return np.flatnonzero(bad)
