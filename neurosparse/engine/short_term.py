"""Short-term plasticity of a projection: traces of each presynaptic neuron, shares of spikes."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.available import refuse_beyond_memory
from neurosparse.engine.program import Program
from neurosparse.kernels.base.machine.words import Block
from neurosparse.plasticity.base import numbers_of

LINE = 8  # numbers in a cache line


class ShortTerm:
    """What a projection with short-term plasticity keeps beside its synapses.

    `traces` [n_threads, n_traces, n_pre], a copy for each thread, are as the last spike of a neuron
    left them, in step `last` [n_threads, n_pre]. `shares` [n_threads, n_slots, n_pre] is what its
    spike of step s delivers of a weight, in line s % n_slots.
    """

    def __init__(
        self, rule: Any, n_pre: int, n_threads: int, dt: float, longest: int
    ) -> None:
        self.rule = rule
        factors = numbers_of(rule, "decay", dt, rule.State)
        numbers = numbers_of(rule, "coefficients", dt, rule.Coefficients)
        n_slots = longest + 1
        shape = (n_threads, n_slots, n_pre)
        what = f"shares of the spikes of {n_pre} neurons for {n_slots} steps of delay"
        refuse_beyond_memory(
            "delay", 4.0 * math.prod(shape), what, "shorten the longest delay"
        )
        with np.errstate(divide="ignore"):
            self.rates = np.log(factors)
        self.coefficients = numbers.reshape(-1, 1)
        self.traces = np.zeros((n_threads, len(factors), n_pre))
        self.last = np.full((n_threads, n_pre), -1, dtype=np.int64)
        self.shares = np.zeros(shape, dtype=np.float32)

    def of(self, neurons: NDArray[Any], step: int) -> NDArray[np.float32]:
        """The shares that spikes of some step deliver."""
        share: NDArray[np.float32] = self.shares[0, step % self.shares.shape[1], neurons]
        return share

    def words(self) -> dict[str, Any]:
        """The words that describe the shares to an operation, by name."""
        return {"shares": self.shares, "n_slots": self.shares.shape[1]}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The state, for a checkpoint."""
        return {k: a[0] for k, a in self._copies().items()}

    def _copies(self) -> dict[str, NDArray[Any]]:
        return {"traces": self.traces, "last": self.last, "shares": self.shares}

    def put_back(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take the state from a checkpoint."""
        for name, array in self._copies().items():
            array[:] = arrays[name]

    @property
    def nbytes(self) -> int:
        """Bytes that it takes."""
        return sum(a.nbytes for a in self._copies().values())


def add_use(
    program: Program, short: ShortTerm, source: dict[str, Any], owner: str
) -> Block:
    """Append the operation that finds what the spikes of a step will deliver."""
    from neurosparse.kernels.spikes.deliver.shares import UseWords, share_operation

    n_threads, n_traces, _ = short.traces.shape
    words = UseWords(
        **source,
        traces=short.traces,
        n_traces=n_traces,
        last=short.last,
        rates=short.rates,
        coefficients=short.coefficients,
        n_coefficients=len(short.coefficients),
        one=np.zeros((n_threads, n_traces, LINE)),
        **short.words(),
    )
    compiled = share_operation(type(short.rule))
    return program.add(compiled, words, "plasticity", owner, before=False)
