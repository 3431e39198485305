"""Given degrees on both sides."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base import csr
from neurosparse.wiring._rule import Int64, Rows, WiringRule, degree_argument, square

_ROUNDS = 1000


@dataclass(frozen=True, eq=False)
class ConfigurationModel(WiringRule):
    """Give every neuron its number of inputs and outputs, stubs joined at random.

    Without multapses (or self-connections) the pairs that offend trade targets with random others
    until none is left; degrees stay exact. Source: M. E. J. Newman, S. H. Strogatz, D. J. Watts,
    Phys. Rev. E
    64, 026118 (2001), doi:10.1103/PhysRevE.64.026118.

    Args:
        in_degrees: inputs, `[n_post]`.
        out_degrees: outputs, `[n_pre]`, with the same sum.
        multapses: the same pair may be joined again.
        allow_self: neuron i may be joined to neuron i.

    Raises:
        ValueError: sums differ, or no wiring without multapses was found.

    >>> c = ConfigurationModel([2, 1, 1], [1, 1, 2]).build(3, 3, rng=1)
    >>> c.in_degree.tolist(), c.out_degree.tolist()
    ([2, 1, 1], [1, 1, 2])
    """

    in_degrees: npt.ArrayLike
    out_degrees: npt.ArrayLike
    multapses: bool = False
    allow_self: bool = True

    def __post_init__(self) -> None:
        degree_argument("in_degrees", self.in_degrees)
        degree_argument("out_degrees", self.out_degrees)
        into = np.sum(self.in_degrees)
        out = np.sum(self.out_degrees)
        if into != out:
            raise bad_argument(
                "in_degrees", Said(f"{into} inputs in all"), f"as many as outputs: {out}"
            )

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
            for a, b in zip(bad, rng.integers(0, len(post), len(bad)), strict=True):
                post[a], post[b] = post[b], post[a]
        wants = f"degrees that allow one synapse a pair (none found in {_ROUNDS} rounds of trades)"
        raise bad_argument(
            "in_degrees", self.in_degrees, wants, "multapses=True allows the same pair again"
        )

    @staticmethod
    def _stubs(name: str, degree: npt.ArrayLike, n: int) -> npt.NDArray[np.int32]:
        if np.shape(degree) != (n,):
            raise bad_argument(
                name, Said(f"{np.size(degree)} degrees"), f"{n}, one for each neuron"
            )
        return np.repeat(np.arange(n, dtype=np.int32), np.asarray(degree, np.int64))

    def _offending(self, pre: npt.NDArray[np.int32], post: npt.NDArray[np.int32]) -> Int64:
        bad = np.zeros(len(pre), np.bool_)
        if not self.multapses:
            bad[1:] = (pre[1:] == pre[:-1]) & (post[1:] == post[:-1])
        if not self.allow_self:
            bad |= pre == post
        return np.flatnonzero(bad)
