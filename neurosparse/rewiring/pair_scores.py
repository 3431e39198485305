"""What a synapse would be worth where there is none: scores of pairs by activity.

Scores by topology alone are in `cannistraci`.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from neurosparse.rewiring.absent import Block
from neurosparse.rewiring.activity import standardised
from neurosparse.rewiring.costs import every_pair
from neurosparse.rewiring.layer import LayerSynapses, Visits
from neurosparse.typing import Array


class PairScore(Protocol):
    """Score pairs: prepare once, then `block(first, last)` gives rows first..last.

    A block has the shape `[last - first, n_post]`; rows are presynaptic neurons.
    """

    def __call__(self, layer: LayerSynapses, /) -> Block: ...


@dataclass(frozen=True)
class PairGradient:
    """Score `|dL/dw|` of every pair over the window, rows at a time (RigL)."""

    macs = staticmethod(every_pair)

    def __call__(self, layer: LayerSynapses) -> Block:
        """Prepare |inputsᵀ slopes|."""
        inputs, _, slopes = layer.activity()

        def block(first: int, last: int) -> Array:
            products = inputs[:, first:last].T @ slopes
            return np.asarray(np.abs(products, out=products))

        return block


@dataclass(frozen=True)
class PairCorrelation:
    """Score the correlation of every pair over the window: who fires together wires together.

    Args:
        centred: Pearson correlation; otherwise the cosine of public G2GNet code.
    """

    centred: bool = True

    macs = staticmethod(every_pair)

    def __call__(self, layer: LayerSynapses) -> Block:
        """Prepare products of activity scaled to unit length."""
        activity = layer.activity()
        pre = standardised(activity.inputs, self.centred)
        post = standardised(activity.outputs, self.centred)
        return lambda first, last: np.asarray(pre[:, first:last].T @ post)


@dataclass(frozen=True)
class Exploring:
    """Score `|dL/dw| + bonus ln t / (N + 1)`, N rounds connected so far of t.

    Source: DST-EE, Huang et al. 2022, arXiv 2211.16667.
    """

    bonus: float = 1e-3

    macs = staticmethod(every_pair)

    def __call__(self, layer: LayerSynapses) -> Block:
        """Prepare the gradient, with the bonus of pairs never connected added to all."""
        gradient = PairGradient()(layer)
        visits = layer.memory or Visits.none()
        n_post = layer.support.n_post
        most = np.float32(self.bonus * np.log(max(visits.time, 1)))
        # what a pair that was connected has less; all others have the whole bonus
        less = most / (visits.rounds + np.float32(1)) - most

        def block(first: int, last: int) -> Array:
            scores = gradient(first, last)
            scores += most
            lo, hi = np.searchsorted(visits.keys, [first * n_post, last * n_post])
            scores.reshape(-1)[visits.keys[lo:hi] - first * n_post] += less[lo:hi]
            return scores

        return block
