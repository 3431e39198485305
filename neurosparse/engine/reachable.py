"""Thresholds that the synapses of a population cannot reach, where nothing else drives it."""

from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.engine.draws import weights_of
from neurosparse.engine.ranks import Alone
from neurosparse.network import Network, Projection
from neurosparse.typing import Float64

PIECE = 1 << 20  # synapses that are added together


class Reachable:
    """The most that each neuron can receive at once, for populations whose model warns where that
    is too little.

    Left out are those with a stimulus or with synapses that learn.
    """

    def __init__(self, network: Network) -> None:
        self.populations = network.populations
        projections = network.projections.values()
        others = {s.target for s in network.stimuli}
        others |= {p.post for p in projections if p.plasticity is not None}
        onto = {p.post for p in projections} - others
        self.most: dict[str, Float64] = {
            name: np.zeros(population.n)
            for name, population in network.populations.items()
            if name in onto and hasattr(population.model, "warn_unreachable")
        }

    def add(self, projection: Projection, connectivity: Connectivity) -> None:
        """Add what a projection brings; forget its target where weights have another number, which
        is refused in its own words when it is laid out.
        """
        most = self.most.get(projection.post)
        if most is None:
            return
        nnz = connectivity.nnz
        weights: Any = np.asarray(weights_of(projection, connectivity))
        if weights.size not in (1, nnz):
            del self.most[projection.post]
            return
        each = np.broadcast_to(weights, nnz) if weights.size == 1 else weights
        for first in range(0, nnz, PIECE):
            part = slice(first, first + PIECE)
            positive = np.maximum(each[part].astype(np.float64), 0.0)
            most += np.bincount(connectivity.indices[part], positive, len(most))

    def warn(self, ranks: Alone) -> None:
        """Let the models warn, of what all ranks know together."""
        for name, most in self.most.items():
            model: Any = self.populations[name].model
            model.warn_unreachable(name, ranks.total(most))
