"""Given degrees on both sides."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base import csr
from neurosparse.typing import Int32, Int64
from neurosparse.wiring._rule import Rows, WiringRule, degree_argument, square

_ROUNDS = 1000
_MOST = 2**31  # synapses, whose numbers are int32 while they are sorted


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
    _drawing: ClassVar[int] = 36

    def __post_init__(self) -> None:
        super().__post_init__()
        degree_argument("in_degrees", self.in_degrees)
        degree_argument("out_degrees", self.out_degrees)
        inputs = np.sum(self.in_degrees)
        outputs = np.sum(self.out_degrees)
        if inputs != outputs:
            received = Said(f"{inputs} inputs in all")
            raise bad_argument("in_degrees", received, f"as many as outputs: {outputs}")
        if inputs >= _MOST:
            received = Said(f"{inputs} inputs in all")
            raise bad_argument(
                "in_degrees", received, "fewer than 2^31, to sort them at once"
            )

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """The sum of the degrees."""
        return float(np.sum(self.out_degrees))

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Stubs in random order, offending pairs traded away."""
        if not self.allow_self:
            square("allow_self=False", n_pre, n_post)
        self._lengths("out_degrees", self.out_degrees, n_pre)
        self._lengths("in_degrees", self.in_degrees, n_post)
        outputs = np.asarray(self.out_degrees, np.int64)
        inputs = np.asarray(self.in_degrees, np.int64)
        joined = self._traded(outputs, inputs, rng)
        if joined is None and not self.multapses:
            joined = self._all_but_few(outputs, inputs, rng)
        if joined is not None:
            return joined
        expected = (
            f"degrees with one synapse a pair (none found in {_ROUNDS} rounds of trades)"
        )
        remedy = "multapses=True allows the same pair again"
        raise bad_argument("in_degrees", self.in_degrees, expected, remedy)

    def _traded(
        self, outputs: Int64, inputs: Int64, rng: np.random.Generator
    ) -> Rows | None:
        """Join stubs at random and trade targets until no pair offends; None if some always do."""
        n_pre = len(outputs)
        n_post = len(inputs)
        pre = np.repeat(np.arange(n_pre, dtype=np.int32), outputs)
        post = rng.permutation(np.repeat(np.arange(n_post, dtype=np.int32), inputs))
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
        return None

    def _all_but_few(
        self, outputs: Int64, inputs: Int64, rng: np.random.Generator
    ) -> Rows | None:
        """Draw the pairs that are not joined: where most are, those are the fewer."""
        n_pre = len(outputs)
        n_post = len(inputs)
        missing_outputs = n_post - (not self.allow_self) - outputs
        missing_inputs = n_pre - (not self.allow_self) - inputs
        if min(missing_outputs.min(initial=0), missing_inputs.min(initial=0)) < 0:
            return None
        missing = self._traded(missing_outputs, missing_inputs, rng)
        if missing is None:
            return None
        joined = np.ones((n_pre, n_post), np.bool_)
        joined[np.repeat(np.arange(n_pre), np.diff(missing[0])), missing[1]] = False
        if not self.allow_self:
            np.fill_diagonal(joined, False)
        indptr = np.concatenate([[0], np.cumsum(joined.sum(axis=1))]).astype(np.int64)
        return indptr, np.nonzero(joined)[1].astype(np.int32)

    @staticmethod
    def _lengths(name: str, degree: ArrayLike, n: int) -> None:
        if np.shape(degree) != (n,):
            received = Said(f"{np.size(degree)} degrees")
            raise bad_argument(name, received, f"{n}, one for each neuron")

    def _offending(self, pre: Int32, post: Int32) -> Int64:
        bad = np.zeros(len(pre), np.bool_)
        if not self.multapses:
            bad[1:] = (pre[1:] == pre[:-1]) & (post[1:] == post[:-1])
        if not self.allow_self:
            bad |= pre == post
        return np.flatnonzero(bad)
