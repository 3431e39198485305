"""Scores of synapses and neurons by what a network does in a field."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from neurosparse.checks import whole_number
from neurosparse.kernels.layers.sampled_outer import sampled_outer
from neurosparse.pruning.field import LifField
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.typing import Float64


@dataclass(frozen=True)
class Traffic:
    """Score |w| times the rate of the sending neuron: activity pruning of synapses."""

    field: LifField

    def __call__(self, net: RecurrentNet, rng: Generator) -> Float64:
        """Multiply |w| by the rate."""
        pre, _ = net.connectivity.edges()
        rate = self.field.activity(net).spikes.mean(axis=0)
        return np.asarray(np.abs(net.connectivity.weights_array()) * rate[pre])


@dataclass(frozen=True)
class SpikeCorrelation:
    """Score how often a sender's spike comes before the receiver's, less the other order.

    Σ_t x_pre(t) s_post(t) - x_post(t) s_pre(t), x the number of spikes in the `window` steps
    before: the drift that a pair rule of STDP would give the synapse.

    Source of the idea: N. Rathi, P. Panda, K. Roy, IEEE TCAD 38 (2019),
    doi:10.1109/TCAD.2018.2819366 (there with quantised survivors, during learning).

    Args:
        field: where spikes come from.
        window: steps.
    """

    field: LifField
    window: int = 20

    def __post_init__(self) -> None:
        whole_number("window", self.window, 1)

    def __call__(self, net: RecurrentNet, rng: Generator) -> Float64:
        """Count spikes of each neuron before those of the other, over every synapse."""
        spikes = self.field.activity(net).spikes
        before = np.cumsum(np.vstack([np.zeros((1, spikes.shape[1])), spikes]), axis=0)
        steps = np.arange(len(spikes))
        recent = before[steps] - before[np.maximum(steps - self.window, 0)]
        support = net.connectivity.indptr, net.connectivity.indices
        causal = sampled_outer(*support, recent, spikes)
        return np.asarray(causal - sampled_outer(*support, spikes, recent))


@dataclass(frozen=True)
class FiringRate:
    """Score how often a neuron spikes in a field: activity pruning of neurons."""

    field: LifField

    def __call__(self, net: RecurrentNet, rng: Generator) -> Float64:
        """Average the spikes of every neuron over the steps."""
        return np.asarray(self.field.activity(net).spikes.mean(axis=0))
