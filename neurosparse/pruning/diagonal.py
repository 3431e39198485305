"""What becomes of the leak of neurons when synapses go."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument
from neurosparse.pruning.recurrent import RecurrentNet, incoming
from neurosparse.typing import Float64


class Diagonal(Protocol):
    """What becomes of the leak `[n]` when synapses go."""

    def __call__(self, before: RecurrentNet, after: Connectivity, /) -> Float64: ...


@dataclass(frozen=True)
class Unchanged:
    """Leave every neuron's leak as it is."""

    def __call__(self, before: RecurrentNet, after: Connectivity) -> Float64:
        """Give the leak `[n]` there was."""
        return before.leak


@dataclass(frozen=True)
class Matched:
    """Let the leak follow what a neuron receives: leak_i += gain (Σ_j |w'_ij| - Σ_j |w_ij|).

    With `dominant_leak` at the start this keeps the diagonal dominant, so that every draw is
    stable.

    Args:
        gain: slope of the neurons; 1 for linear networks.
        floor: share of its old leak that a neuron keeps at least; without one the leak may become
            negative when weights are not rescaled. Spiking neurons need one above 0.

    Raises:
        ValueError: a floor outside [0, 1].

    >>> before = RecurrentNet.begin(Connectivity.from_dense([[0, 1], [1, 0]]), 2.0)
    >>> Matched()(before, Connectivity.from_dense([[0, 3], [0, 0]])).tolist()
    [1.0, 4.0]
    """

    gain: float = 1.0
    floor: float | None = None

    def __post_init__(self) -> None:
        if self.floor is not None and not 0 <= self.floor <= 1:
            raise bad_argument("floor", self.floor, "a share in [0, 1], or None")

    def __call__(self, before: RecurrentNet, after: Connectivity) -> Float64:
        """Compute the leak `[n]` after pruning."""
        leak = before.leak + self.gain * (incoming(after) - incoming(before.connectivity))
        return leak if self.floor is None else np.maximum(leak, self.floor * before.leak)
