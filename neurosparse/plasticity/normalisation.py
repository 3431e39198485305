"""Weights that compete: what a neuron receives in all, or sends in all, stays the same."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from neurosparse.checks import keep_fields, text
from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.neurons import Value
from neurosparse.neurons.base import check_length, floats
from neurosparse.plasticity.base import Simulation

Side = Literal["in", "out"]


@dataclass(frozen=True, eq=False)
class WeightNormalisation:
    """Multiply weights so that those onto each neuron sum to `total` in magnitude.

    w_ij *= total_j / sum_i |w_ij|

    With side="out" those that leave each neuron do. Ratios and signs stay; a neuron whose weights
    are all 0, or that has none, is left alone. Costs O(nnz) a call; hand it to `Every(…)`.

    Raises:
        ValueError: a total that is not above 0, another side.

    Source: for spike-timing rules Lazar, Pipa & Triesch 2009, doi:10.3389/neuro.10.023.2009.

    >>> WeightNormalisation("E->E", total=1.0).side  # Every(100.0, WeightNormalisation(…))
    'in'
    """

    projection: str
    total: Value
    side: Side = "in"

    def __post_init__(self) -> None:
        keep_fields(self)
        text("WeightNormalisation.projection", self.projection, "the name of a projection")
        total = floats("WeightNormalisation.total", self.total)
        if not (np.isfinite(total).all() and (total > 0).all()):
            lowest = Said(f"{total.min()}") if total.size else self.total
            raise bad_argument("WeightNormalisation.total", lowest, "sums above 0")
        if self.side not in get_args(Side):
            raise unknown_name("WeightNormalisation.side", self.side, get_args(Side))

    def __call__(self, simulator: Simulation) -> None:
        """Bring the sums to their total."""
        projection = simulator.network.projection(self.projection)
        end = projection.post if self.side == "in" else projection.pre
        n = simulator.network.populations[end].n
        check_length("WeightNormalisation.total", self.total, n)
        now = simulator.connectivity(projection.name)
        neuron = now.edges()[1 if self.side == "in" else 0]
        weights = now.weights_array()
        sums = np.bincount(neuron, np.abs(weights, dtype=np.float64), minlength=n)
        total = np.broadcast_to(np.asarray(self.total, np.float64), n)
        factor = np.divide(total, sums, out=np.ones(n), where=sums > 0)
        scaled = (weights * factor[neuron]).astype(np.float32)
        simulator.set_weights(projection.name, scaled)
