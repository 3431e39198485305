"""Homeostatic synaptic scaling: all weights onto a neuron follow its rate towards a target."""

from dataclasses import dataclass

import numpy as np

from neurosparse.checks import keep_fields, text
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.spikes.weight_update import scale_targets
from neurosparse.neurons import Value
from neurosparse.neurons.base import check_length, floats
from neurosparse.plasticity.base import Simulation


@dataclass(frozen=True, eq=False)
class SynapticScaling:
    """Multiply the weights onto each neuron so that its rate comes to `target` (Hz).

    w *= 1 + strength clip((target - rate) / target, -1, 1),   |w| at most w_max;

    the rate is measured since the last call; the first call begins to measure and changes nothing.
    Ratios between the synapses of a neuron and signs stay. Costs O(nnz) a call: call it every few
    seconds.

    Raises:
        ValueError: a target that is not above 0, a strength that is not between 0 and 1.

    Source: Turrigiano et al. 1998, doi:10.1038/36103; as a rule: van Rossum, Bi & Turrigiano 2000,
    doi:10.1523/JNEUROSCI.20-23-08812.2000.

    >>> SynapticScaling("E->E", target=5.0).strength  # Every(1000.0, SynapticScaling(...))
    0.1
    """

    projection: str
    target: Value
    strength: float = 0.1
    w_max: float = np.inf

    def __post_init__(self) -> None:
        keep_fields(self)
        text("SynapticScaling.projection", self.projection, "the name of a projection")
        target = floats("SynapticScaling.target", self.target)
        if not (np.isfinite(target).all() and (target > 0).all()):
            lowest = Said(f"{target.min()} Hz")
            raise bad_argument("SynapticScaling.target", lowest, "rates in Hz above 0")
        strength = floats("SynapticScaling.strength", self.strength)
        w_max = floats("SynapticScaling.w_max", self.w_max)
        if strength.ndim or not 0 < strength < 1:
            expected = "a number between 0 and 1"
            raise bad_argument("SynapticScaling.strength", self.strength, expected)
        if w_max.ndim or not w_max > 0:
            raise bad_argument(
                "SynapticScaling.w_max", self.w_max, "a weight above 0, or inf"
            )

    def __call__(self, simulator: Simulation) -> None:
        """Scale by the rates since the last call."""
        projection = simulator.network.projection(self.projection)
        n = simulator.network.populations[projection.post].n
        check_length("SynapticScaling.target", self.target, n)
        tally = simulator.tally(f"scaling:{projection.name}", projection.post)
        if tally is None or tally.start == simulator.now:
            return
        rate = tally.counts.sum(axis=0) / (
            (simulator.now - tally.start) * simulator.dt / 1000
        )
        target = np.asarray(self.target, dtype=np.float64)
        factor = 1 + self.strength * np.clip((target - rate) / target, -1, 1)
        now = simulator.connectivity(projection.name)
        scaled = now.weights_array().copy()
        scale_targets(now.indices, scaled, factor.astype(np.float32), self.w_max)
        simulator.set_weights(projection.name, scaled)
