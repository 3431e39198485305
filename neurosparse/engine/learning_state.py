"""What a plasticity rule keeps of a projection, to be looked at and changed between steps."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class LearningState:
    """What a plasticity rule keeps of a projection at one step, in the order of its connectivity.

    Arrays may be changed in place: the next step reads them as they are then. After that they are
    of the past, ask anew.

    Attributes:
        rule: the rule.
        weight: float32 `[nnz]`.
        eligibility: of rules with a third factor, float32 `[nnz]`, else None.
        modulator: concentration of a third factor, and the step up to which it was reckoned with.
        variables: what synapses keep beside the weight, by name, float32 `[nnz]`.
        pre_traces: float32 `[n_traces, n_pre]`, as they are at the soma: a synapse sees them after
            its delay.
        post_traces: float32 `[n_traces, n_post]`.
        stored: weight and eligibility in an order of their own, both in the same: quicker where
            the order does not matter.
    """

    def __init__(self, synapses: Any, now: int) -> None:
        self.rule = synapses.plastic.rule
        self.modulator: NDArray[np.float64] = synapses.plastic.modulator
        self.now = now
        self._synapses = synapses
        self._arrays: dict[str, NDArray[np.float32]] = {}

    @property
    def stored(self) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
        """Weight and eligibility, in an order of their own."""
        self.settle()
        self._arrays = {k: a for k, a in self._arrays.items() if k.endswith("traces")}
        return self._synapses.weight, self._synapses.plastic.eligibility

    @property
    def weight(self) -> NDArray[np.float32]:
        """Weights [nnz]."""
        return self._in_rows("weight", self._synapses.weight)

    @property
    def eligibility(self) -> NDArray[np.float32] | None:
        """Eligibilities [nnz], None of rules without."""
        marks = self._synapses.plastic.eligibility
        return None if marks is None else self._in_rows("eligibility", marks)

    @property
    def variables(self) -> dict[str, NDArray[np.float32]]:
        """What synapses keep beside the weight, by name [nnz]."""
        learning = self._synapses.plastic
        each = zip(learning.names, learning.own, strict=True)
        return {name: self._in_rows(name, row) for name, row in each}

    @property
    def pre_traces(self) -> NDArray[np.float32]:
        """Presynaptic traces [n_traces, n_pre]."""
        return self._traces()[0]

    @property
    def post_traces(self) -> NDArray[np.float32]:
        """Postsynaptic traces [n_traces, n_post]."""
        return self._traces()[1]

    def _in_rows(self, name: str, stored: NDArray[np.float32]) -> NDArray[np.float32]:
        at = self._synapses.places()
        if at is None:
            return stored
        if name not in self._arrays:
            self._arrays[name] = np.empty_like(stored)
            self._arrays[name][at] = stored
        return self._arrays[name]

    def _traces(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        if "pre traces" not in self._arrays:
            before, behind = self._synapses.plastic.traces(self.now)
            self._arrays |= {"pre traces": before, "post traces": behind}
        return self._arrays["pre traces"], self._arrays["post traces"]

    def settle(self) -> None:
        """Take what was changed in the arrays that were handed out."""
        at = self._synapses.places() if self._arrays else None
        learning = self._synapses.plastic
        stored = {"weight": self._synapses.weight, "eligibility": learning.eligibility}
        stored |= dict(zip(learning.names, learning.own, strict=True))
        for name, array in self._arrays.items():
            if name in stored:
                stored[name][:] = array[at]
        if "pre traces" in self._arrays:
            learning.put_traces(self.now, *self._traces())

    def follow(self) -> None:
        """Show in the arrays that were handed out what the weights are now."""
        if "weight" in self._arrays:
            self._arrays["weight"][self._synapses.places()] = self._synapses.weight
