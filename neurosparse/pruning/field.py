"""A recurrent LIF network at work on input that belongs to no task, for steps that look at it."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from neurosparse.errors import bad_argument
from neurosparse.lyapunov import DiscreteLif, local_exponents, spectrum
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.typing import Float64, Int64


class Activity(NamedTuple):
    """Spikes and membrane potentials of a run, both `[steps, n]`."""

    spikes: Float64
    membrane: Float64


@dataclass(frozen=True)
class LifField:
    """How the neurons of a network behave, and what drives them.

    Neurons are `DiscreteLif` with decay exp(-dt leak); input belongs to the neurons of the first
    network, so that a pruned one is driven as before.

    Args:
        drive: input `[steps, n]` of the network before pruning.
        threshold: one number, or `[n]`.
        dt: time of a step, in the unit of 1 / leak.
        alpha: decay of synaptic current in a step, one number or `[n]`; None for currents that do
            not last.
        slope: of the surrogate, which exponents depend on.
        burn_in: first steps that are not shown.

    >>> from neurosparse.connectivity import Connectivity
    >>> field = LifField(np.full((50, 2), 0.3), burn_in=10)
    >>> net = RecurrentNet.begin(Connectivity.from_dense([[0, 1], [0, 0]]), 0.1)
    >>> field.activity(net).spikes.shape
    (40, 2)
    """

    drive: Float64
    threshold: ArrayLike = 1.0
    dt: float = 1.0
    alpha: ArrayLike | None = None
    slope: float = 5.0
    burn_in: int = 100

    def __post_init__(self) -> None:
        if np.ndim(self.drive) != 2 or not 0 <= self.burn_in < len(self.drive):
            expected = f"[steps, n] with more than burn_in = {self.burn_in} steps"
            raise bad_argument("drive", self.drive, expected)

    def system(self, net: RecurrentNet) -> DiscreteLif:
        """Make the network's map, delays left out."""
        if len(net.neurons) and net.neurons[-1] >= self.drive.shape[1]:
            expected = f"input for {net.neurons[-1] + 1} neurons, as the network has"
            raise bad_argument("drive", self.drive, expected)
        return DiscreteLif(
            net.connectivity.with_delay_steps(0),
            np.exp(-self.dt * np.maximum(net.leak, 0.0)),
            _of_neurons(self.threshold, net.neurons),
            self.drive[:, net.neurons],
            self.slope,
            None if self.alpha is None else _of_neurons(self.alpha, net.neurons),
            self.dt,
        )

    def activity(self, net: RecurrentNet) -> Activity:
        """Run over the whole drive from rest."""
        system = self.system(net)
        state = np.zeros(system.width)
        steps = len(self.drive)
        spikes = np.empty((steps, system.n))
        membrane = np.empty((steps, system.n))
        for t in range(steps):
            spikes[t] = system.spikes(state)
            membrane[t] = state[: system.n]
            state = system.step(state, t)
        return Activity(spikes[self.burn_in :], membrane[self.burn_in :])


def _of_neurons(value: ArrayLike, neurons: Int64) -> Any:
    """One number for all, or those of these neurons."""
    return value if np.ndim(value) == 0 else np.asarray(value)[neurons]


@dataclass(frozen=True)
class MembraneRollout:
    """Membrane potentials of a field `[samples, n]`, for `MeasuredNoise`."""

    field: LifField

    def __call__(self, net: RecurrentNet, rng: Generator) -> Float64:
        """Run the network over the whole drive."""
        return self.field.activity(net).membrane


@dataclass(frozen=True)
class LocalExponents:
    """Surrogate local exponents `[n]` of a field; see `local_exponents`."""

    field: LifField
    window: int = 20
    windows: int = 5

    def __call__(self, net: RecurrentNet, rng: Generator) -> Float64:
        """Measure the exponent of every neuron `[n]`."""
        system = self.field.system(net)
        return local_exponents(
            system,
            np.zeros(system.width),
            window=self.window,
            windows=self.windows,
            transient=self.field.burn_in,
            neurons=system.n,
        )


@dataclass(frozen=True)
class LargestExponent:
    """Largest surrogate exponent of a field: what a pruning loop can watch."""

    field: LifField
    steps: int = 200

    def __call__(self, net: RecurrentNet, rng: Generator) -> float:
        """Measure the exponent of the network."""
        system = self.field.system(net)
        start = np.zeros(system.width)
        before = self.field.burn_in
        lyapunov = spectrum(
            system, start, self.steps, k=1, every=5, transient=before, rng=rng
        )
        return float(lyapunov.exponents[0])
