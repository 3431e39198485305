"""Prune synapses for certain: exactly so many of the highest score stay, as they are."""

from dataclasses import dataclass, field

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.pruning.diagonal import Diagonal, Unchanged
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.rewiring import SynapseScore
from neurosparse.rewiring.scores import check_score, scores_of
from neurosparse.selection import highest
from neurosparse.typing import Seed


@dataclass(frozen=True)
class KeepBest:
    """Keep the synapses of highest score; of equal ones the earlier.

    With `Magnitude()` this is magnitude pruning.

    Args:
        score: of each synapse.
        diagonal: what becomes of the leak, `Unchanged()` or `Matched()`.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.rewiring import Magnitude
    >>> net = RecurrentNet.begin(Connectivity.from_dense([[0, 1], [-2, 0]]))
    >>> KeepBest(Magnitude())(net, 1).connectivity.weights_array().tolist()
    [-2.0]
    """

    score: SynapseScore[RecurrentNet]
    diagonal: Diagonal = field(default_factory=Unchanged)

    def __post_init__(self) -> None:
        check_score(self.score)

    def __call__(self, net: RecurrentNet, synapses: int, rng: Seed = None) -> RecurrentNet:
        """Prune to so many synapses.

        Raises:
            ValueError: more to keep than there are.
        """
        c = net.connectivity
        if not 0 <= synapses <= c.nnz:
            raise bad_argument("synapses", synapses, f"0..{c.nnz}, those there are")
        score = scores_of(self.score, net, c.nnz, np.random.default_rng(rng))
        dropped = np.ones(c.nnz, np.bool_)
        dropped[highest(score, synapses)] = False
        pruned = c.without(dropped)
        return RecurrentNet(pruned, self.diagonal(net, pruned), net.neurons)
