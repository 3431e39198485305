"""Prune whole neurons: the ones of lowest score go, with all their synapses."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.random import Generator

from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument
from neurosparse.kernels.graphs.betweenness import betweenness
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.rewiring.scores import scores_of
from neurosparse.selection import highest
from neurosparse.typing import Float64, Seed


class NeuronScore(Protocol):
    """What each neuron is worth `[n]`."""

    def __call__(self, net: RecurrentNet, rng: Generator, /) -> Float64: ...


@dataclass(frozen=True)
class Betweenness:
    """Score the shortest paths through a neuron, in large networks from a sample of the others.

    Sources: U. Brandes, J. Math. Sociol. 25 (2001), doi:10.1080/0022250X.2001.9990249; sampling:
    U. Brandes, C. Pich, Int. J. Bifurc. Chaos 17 (2007), doi:10.1142/S0218127407018403.

    Args:
        exact_up_to: neurons up to which every neuron is a source.
        sources: drawn in larger networks; sums are scaled by n / sources.

    >>> from neurosparse.connectivity import Connectivity
    >>> chain = RecurrentNet.begin(Connectivity.from_dense([[0, 1, 0], [0, 0, 1], [0, 0, 0]]))
    >>> Betweenness()(chain, np.random.default_rng(0)).tolist()
    [0.0, 1.0, 0.0]
    """

    exact_up_to: int = 2000
    sources: int = 256

    def __post_init__(self) -> None:
        whole_number("sources", self.sources, 1)

    def __call__(self, net: RecurrentNet, rng: Generator) -> Float64:
        """Count the shortest paths from the sources through every neuron."""
        c = net.connectivity
        sources = np.arange(c.n_pre)
        if c.n_pre > max(self.exact_up_to, self.sources):
            sources = rng.choice(c.n_pre, self.sources, replace=False)
        return betweenness(c.indptr, c.indices, sources) * (c.n_pre / max(len(sources), 1))


@dataclass(frozen=True)
class RandomNeurons:
    """Score at random: every neuron is as likely to go."""

    def __call__(self, net: RecurrentNet, rng: Generator) -> Float64:
        """Draw from [0, 1)."""
        return rng.random(net.connectivity.n_pre)


@dataclass(frozen=True)
class DropNeurons:
    """Keep exactly so many neurons, those of highest score; of equal ones the earlier.

    >>> from neurosparse.connectivity import Connectivity
    >>> chain = RecurrentNet.begin(Connectivity.from_dense([[0, 1, 0], [0, 0, 1], [0, 0, 0]]))
    >>> DropNeurons(Betweenness())(chain, 2).neurons.tolist()
    [0, 1]
    """

    score: NeuronScore

    def __call__(self, net: RecurrentNet, neurons: int, rng: Seed = None) -> RecurrentNet:
        """Prune to so many neurons.

        Raises:
            ValueError: more to keep than there are.
        """
        n = net.connectivity.n_pre
        if not 1 <= neurons <= n:
            raise bad_argument("neurons", neurons, f"1..{n}, those there are")
        score = scores_of(self.score, net, n, np.random.default_rng(rng))
        return net.only(highest(score.astype(np.float64), neurons))
