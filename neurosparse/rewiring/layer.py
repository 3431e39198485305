"""What a rewiring rule sees of a layer, and what it answers."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.selection import member, merged

Array = NDArray[Any]
Int32 = NDArray[np.int32]
Int64 = NDArray[np.int64]


class ActivityWindow(NamedTuple):
    """Samples of a layer at work, from one batch or from many.

    `inputs [samples, n_pre]`, `outputs [samples, n_post]` (behind the nonlinearity) and `slopes
    [samples, n_post]`, the gradient of the loss by the layer's output, already divided by the batch
    size.
    """

    inputs: Array
    outputs: Array
    slopes: Array


class LayerSynapses(NamedTuple):
    """One sparse layer: synapses, weights `[nnz]`, recent activity, what the rule remembers, if it
    is the output.
    """

    support: Connectivity
    values: Array
    window: ActivityWindow | None = None
    memory: "Visits | None" = None
    is_output: bool = False

    def without(self, positions: Int64) -> "LayerSynapses":
        """Return the layer without the synapses at these positions."""
        kept = np.ones(len(self.values), np.bool_)
        kept[positions] = False
        return self._replace(support=self.support.without(positions), values=self.values[kept])

    def seen(self) -> ActivityWindow:
        """Return the recent activity.

        Raises:
            ValueError: nothing was recorded.
        """
        if self.window is None:
            raise ValueError(
                "window: got None, wants recorded activity; give the layer a ActivityWindow to this rule"
            )
        return self.window


class Change(NamedTuple):
    """Positions to drop, ascending, and edges to grow `pre [k] -> post [k]`, none of which
    exists.
    """

    drop: Int64
    pre: Int32
    post: Int32


class Visits(NamedTuple):
    """How many rounds each pair that was ever connected has been so; keys are pre * n_post + post,
    sorted.
    """

    keys: Int64
    rounds: Int32
    time: int

    @classmethod
    def none(cls) -> "Visits":
        """Begin a count."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int32), 0)

    def after(self, support: Connectivity) -> "Visits":
        """Count one round in which these synapses exist.

        >>> Visits.none().after(Connectivity.from_dense([[0, 1]])).rounds.tolist()
        [1]
        """
        present = keys_of(support)
        keys = merged(self.keys, present[~member(present, self.keys)])
        rounds = np.zeros(len(keys), np.int32)
        rounds[np.searchsorted(keys, self.keys)] = self.rounds
        rounds[np.searchsorted(keys, present)] += 1
        return Visits(keys, rounds, self.time + 1)


def keys_of(support: Connectivity) -> Int64:
    """Position of each synapse in the dense matrix, pre * n_post + post, ascending.

    >>> keys_of(Connectivity.from_dense([[0, 1], [1, 0]])).tolist()
    [1, 2]
    """
    pre, post = support.edges()
    return pre.astype(np.int64) * support.n_post + post
