"""Prune synapses for certain: exactly so many of the highest score stay, with their weights as they
are.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.kernels.layers.sampled_outer import sampled_outer
from neurosparse.pruning.field import LifField
from neurosparse.pruning.recurrent import Float, Recurrent
from neurosparse.pruning.sampled import Diagonal, Generator, SynapseScore, Unchanged
from neurosparse.pruning.select import best


@dataclass(frozen=True)
class KeepBest:
    """Keep the synapses of highest score; of equal ones the earlier.

    With `Weight()` this is magnitude pruning.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.pruning import Weight
    >>> net = Recurrent.begin(Connectivity.from_dense([[0, 1], [-2, 0]]))
    >>> KeepBest(Weight())(net, 1).connectivity.weights_array().tolist()
    [-2.0]
    """

    score: SynapseScore
    diagonal: Diagonal = field(default_factory=Unchanged)

    def __call__(self, net: Recurrent, synapses: int, rng: Any = None) -> Recurrent:
        """Prune to so many synapses.

        Raises:
            ValueError: more to keep than there are.
        """
        c = net.connectivity
        if not 0 <= synapses <= c.nnz:
            raise bad_argument("synapses", synapses, f"0..{c.nnz}, those there are")
        mask = best([np.asarray(self.score(net, np.random.default_rng(rng)))], synapses)[0]
        pruned = c.without(~mask)
        return Recurrent(pruned, self.diagonal(net, pruned), net.neurons)


@dataclass(frozen=True)
class Chance:
    """Score nothing: every synapse is as likely to go."""

    def __call__(self, net: Recurrent, rng: Generator) -> Float:
        """Score every synapse."""
        return rng.random(net.connectivity.nnz)


@dataclass(frozen=True)
class Traffic:
    """Score |w| times the rate of the sending neuron: activity pruning of synapses."""

    field: LifField

    def __call__(self, net: Recurrent, rng: Generator) -> Float:
        """Score every synapse."""
        pre, _ = net.connectivity.edges()
        rate = self.field.activity(net).spikes.mean(axis=0)
        return np.asarray(np.abs(net.connectivity.weights_array()) * rate[pre])


@dataclass(frozen=True)
class SpikeCorrelation:
    """Score how often a sender's spike is followed by the receiver's within `window` steps, less
    the other order.

    Σ_t x_pre(t) s_post(t) - x_post(t) s_pre(t), x the number of spikes in the `window` steps
    before: the drift that a pair rule of STDP would give the synapse. Source of the idea: N. Rathi,
    P. Panda, K. Roy, IEEE TCAD 38 (2019), doi:10.1109/TCAD.2018.2819366 (there with quantised
    survivors, during learning).

    Args:
        field: where spikes come from.
        window: steps.
    """

    field: LifField
    window: int = 20

    def __post_init__(self) -> None:
        if self.window < 1:
            raise bad_argument("window", self.window, "at least 1 step")

    def __call__(self, net: Recurrent, rng: Generator) -> Float:
        """Score every synapse."""
        spikes = self.field.activity(net).spikes
        before = np.cumsum(np.vstack([np.zeros((1, spikes.shape[1])), spikes]), axis=0)
        steps = np.arange(len(spikes))
        recent = before[steps] - before[np.maximum(steps - self.window, 0)]
        support = net.connectivity.indptr, net.connectivity.indices
        return np.asarray(
            sampled_outer(*support, recent, spikes) - sampled_outer(*support, spikes, recent)
        )
