"""What a rewiring rule sees of a layer, and what it answers."""

from typing import NamedTuple

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument
from neurosparse.selection import member, merged, pair_keys
from neurosparse.typing import Array, Int32, Int64


class ActivityWindow(NamedTuple):
    """Samples of a layer at work, from one batch or from many.

    Args:
        inputs: what the layer received, shape `[samples, n_pre]`.
        outputs: what it gave, behind the nonlinearity, shape `[samples, n_post]`.
        slopes: gradient of the loss by the layer's output, already divided by the batch size,
            shape `[samples, n_post]`.
    """

    inputs: Array
    outputs: Array
    slopes: Array


class LayerSynapses(NamedTuple):
    """The synapses of one layer, as a rule sees them.

    Args:
        support: which synapses exist.
        values: their weights, shape `[nnz]`.
        window: recent activity, for rules that ask for it.
        memory: rounds in which pairs were connected, for rules that remember.
        is_output: whether this layer gives the output of its network.
    """

    support: Connectivity
    values: Array
    window: ActivityWindow | None = None
    memory: "Visits | None" = None
    is_output: bool = False

    @property
    def keys(self) -> Int64:
        """Position of each synapse in the dense matrix, ascending, `[nnz]`."""
        return keys_of(self.support)

    def without(self, positions: Int64) -> "LayerSynapses":
        """Return the layer without the synapses at these positions."""
        kept = np.ones(len(self.values), np.bool_)
        kept[positions] = False
        return self._replace(
            support=self.support.without(positions), values=self.values[kept]
        )

    def activity(self) -> ActivityWindow:
        """Return the recent activity.

        Raises:
            ValueError: nothing was recorded.
        """
        if self.window is None:
            remedy = "give the layer an ActivityWindow"
            raise bad_argument(
                "window", None, "recorded activity, which this rule needs", remedy
            )
        return self.window


class Change(NamedTuple):
    """Which synapses go, and which come.

    Args:
        drop: positions of those that go, ascending.
        pre: presynaptic neurons of the new ones, shape `[k]`.
        post: postsynaptic neurons of the new ones, shape `[k]`; none of the pairs exists.
    """

    drop: Int64
    pre: Int32
    post: Int32


class Visits(NamedTuple):
    """How many rounds each pair that was ever connected has been so.

    Args:
        keys: the pairs, pre * n_post + post, ascending.
        rounds: of each pair.
        time: rounds in all.
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
    return pair_keys(pre, post, support.n_post)
