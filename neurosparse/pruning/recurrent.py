"""A recurrent network as pruning sees it, and what is left of it afterwards."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Array, Float64, Int64


class RecurrentNet(NamedTuple):
    """Recurrent synapses and the leaks of their neurons.

    Formulas write A = W - diag(leak), W[post, pre]; the connectivity's rows are presynaptic.

    Args:
        connectivity: the synapses.
        leak: 1 / τ of every neuron, shape `[n]`.
        neurons: which neurons of the first network these are, ascending, shape `[n]`.
    """

    connectivity: Connectivity
    leak: Float64
    neurons: Int64

    @classmethod
    def begin(
        cls, connectivity: Connectivity, leak: ArrayLike | None = None
    ) -> "RecurrentNet":
        """Take over a network before pruning.

        Args:
            connectivity: recurrent, at most one synapse a pair.
            leak: 1 / τ, one number or `[n]`; without it `dominant_leak`, with which any network is
                stable.

        Raises:
            ValueError: not recurrent, weights that are not finite, or leaks that are not above 0.

        >>> RecurrentNet.begin(Connectivity.from_dense([[0, 1], [-2, 0]]), 0.5).tau.tolist()
        [2.0, 2.0]
        """
        n = connectivity.n_pre
        if n != connectivity.n_post:
            expected = "recurrent synapses, as many neurons before as behind"
            raise bad_argument("connectivity", connectivity, expected)
        if not np.isfinite(connectivity.weights_array()).all():
            received = Said("numbers that are not finite")
            raise bad_argument("connectivity.weight", received, "finite weights")
        pre, post = connectivity.edges()
        if np.any((pre[1:] == pre[:-1]) & (post[1:] == post[:-1])):
            received = Said("several synapses of one pair")
            remedy = 'merge them with from_edges(..., duplicates="sum")'
            raise bad_argument("connectivity", received, "at most one", remedy)
        leaks = (
            dominant_leak(connectivity) if leak is None else np.asarray(leak, np.float64)
        )
        meant = np.isfinite(leaks).all() and np.all(leaks > 0)
        if leaks.shape not in ((), (n,)) or not meant:
            expected = f"numbers above 0, one or one for each of {n} neurons"
            raise bad_argument("leak", leak, expected, "leak = 1 / tau")
        return cls(connectivity, np.broadcast_to(leaks, n).copy(), np.arange(n))

    @property
    def support(self) -> Connectivity:
        """The synapses, by the name that scores know them."""
        return self.connectivity

    @property
    def values(self) -> Array:
        """Weights of the synapses, `[nnz]`."""
        return self.connectivity.weights_array()

    @property
    def tau(self) -> Float64:
        """Time constants `[n]`."""
        return np.asarray(1.0 / self.leak)

    def only(self, kept: Int64) -> "RecurrentNet":
        """Return the network of these neurons (positions, ascending).

        >>> net = RecurrentNet.begin(Connectivity.from_dense([[0, 1], [-2, 0]]), [0.5, 1.0])
        >>> net.only(np.array([1])).neurons.tolist()
        [1]
        """
        synapses = self.connectivity.select(pre=kept, post=kept)
        return RecurrentNet(synapses, self.leak[kept], self.neurons[kept])


def dominant_leak(connectivity: Connectivity, margin: float = 0.02) -> Float64:
    """Leak that outweighs a neuron's inputs, Σ_j |w_ij| + margin `[n]`.

    A = W - diag(leak) is then stable.

    >>> dominant_leak(Connectivity.from_dense([[0, 1], [-2, 0]]), margin=0.5).tolist()
    [2.5, 1.5]
    """
    return incoming(connectivity) + margin


def incoming(connectivity: Connectivity) -> Float64:
    """Σ_j |w_ij| over what each neuron receives `[n]`."""
    size = np.abs(connectivity.weights_array()).astype(np.float64)
    return np.bincount(connectivity.indices, size, connectivity.n_post).astype(np.float64)


class Counts(NamedTuple):
    """What a network holds.

    Args:
        neurons: how many.
        synapses: recurrent ones.
        readout: weights of linear outputs.
    """

    neurons: int
    synapses: int
    readout: int


def counts(net: RecurrentNet, outputs: int = 0) -> Counts:
    """Count a network whose neurons all feed `outputs` linear outputs.

    >>> counts(RecurrentNet.begin(Connectivity.from_dense([[0, 1], [-2, 0]])), outputs=10)
    Counts(neurons=2, synapses=2, readout=20)
    """
    neurons = net.connectivity.n_pre
    return Counts(neurons, net.connectivity.nnz, neurons * outputs)
