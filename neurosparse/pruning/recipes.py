"""Pruning during training, as rewiring whose density falls."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from neurosparse.pruning.density import Scope, to_density
from neurosparse.rewiring import (
    BaseRule,
    Best,
    Change,
    Cosine,
    Cubic,
    LayerSynapses,
    Lowest,
    Magnitude,
    PairGradient,
    Rewiring,
    Schedule,
)
from neurosparse.rewiring.costs import no_products
from neurosparse.rewiring.rule import LAST_BATCH
from neurosparse.typing import Seed


@dataclass(frozen=True)
class Gradual(BaseRule):
    """Prune by |w| along a density schedule while training; what is gone stays gone.

    Start from a dense network turned sparse (`sparsified`) and hand this to `fit` as its rewiring,
    or to a `Rewirer`. Source: Zhu & Gupta 2017, arXiv 1710.01878.

    Args:
        density: by progress; all layers together ("global") or each ("layer").
        every: optimiser steps between two prunings; 0 is once an epoch.
        scope: where |w| is compared.

    Raises:
        ValueError: a negative period.

    >>> from neurosparse.connectivity import Connectivity
    >>> support = Connectivity.from_dense([[1, 1, 1, 1]])
    >>> layer = LayerSynapses(support, np.array([3.0, 1.0, 2.0, 4.0]))
    >>> Gradual(Cubic(1.0, 0.5)).step([layer], 0.9)[0].drop.tolist()
    [1, 2]
    """

    density: Schedule = field(default_factory=Cubic)
    every: int = 100
    scope: Scope = "global"

    macs = staticmethod(no_products)

    @property
    def resizes(self) -> bool:
        """Whether a layer may end with another number of synapses than it has: yes."""
        return True

    def step(
        self, layers: Sequence[LayerSynapses], progress: float, rng: Seed = None
    ) -> list[Change]:
        """Choose what each layer drops at this progress 0..1; nothing is drawn."""
        scores = [np.abs(layer.values) for layer in layers]
        places = [layer.support.n_pre * layer.support.n_post for layer in layers]
        masks = to_density(scores, self.density(progress), self.scope, places)
        none = np.empty(0, np.int32)
        return [Change(np.flatnonzero(~mask), none, none) for mask in masks]


def granet(
    final: float,
    start: float = 0.5,
    fraction: float = 0.5,
    every: int = 1000,
    end: float = 0.75,
) -> Rewiring:
    """GraNet: density falls as a cubic, and at each step some are pruned and regrown by gradient.

    Source: Liu et al. 2021, arXiv 2106.10404.

    Args:
        final: density at the end.
        start: density at the beginning; begin with a network that has it.
        fraction: share exchanged at first, falling as a cosine.
        every: optimiser steps between two updates.
        end: progress at which both schedules end.
    """
    return Rewiring(
        Lowest(Magnitude()),
        Best(PairGradient()),
        Cosine(fraction, end),
        every,
        density=Cubic(start, final, 0.0, end),
        sampling=LAST_BATCH,
    )
