"""A recurrent network as pruning sees it, and what is left of it afterwards."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument

Float = NDArray[np.float64]
Int64 = NDArray[np.int64]


class Recurrent(NamedTuple):
    """Recurrent synapses, the leak of every neuron `[n]` (1 / τ), and which neurons of the first
    network these are.

    Formulas write A = W - diag(leak), W[post, pre]; the connectivity's rows are presynaptic.
    """

    connectivity: Connectivity
    leak: Float
    neurons: Int64

    @classmethod
    def begin(cls, connectivity: Connectivity, leak: Any = None) -> "Recurrent":
        """Take over a network before pruning.

        Args:
            connectivity: recurrent, at most one synapse a pair.
            leak: 1 / τ, one number or `[n]`; without it `dominant_leak`, with which any network is
                stable.

        Raises:
            ValueError: not recurrent, weights that are not finite, or leaks that are not above 0.

        >>> Recurrent.begin(Connectivity.from_dense([[0, 1], [-2, 0]]), 0.5).tau.tolist()
        [2.0, 2.0]
        """
        n = connectivity.n_pre
        if n != connectivity.n_post:
            raise bad_argument(
                "connectivity", connectivity, "recurrent synapses, as many neurons before as behind"
            )
        if not np.isfinite(connectivity.weights_array()).all():
            raise bad_argument(
                "connectivity.weight", Said("numbers that are not finite"), "finite weights"
            )
        pre, post = connectivity.edges()
        if np.any((pre[1:] == pre[:-1]) & (post[1:] == post[:-1])):
            remedy = 'merge them with from_edges(..., duplicates="sum")'
            raise bad_argument(
                "connectivity", Said("several synapses of one pair"), "at most one", remedy
            )
        given = dominant_leak(connectivity) if leak is None else np.asarray(leak, np.float64)
        if given.shape not in ((), (n,)) or not (np.isfinite(given).all() and np.all(given > 0)):
            raise bad_argument(
                "leak",
                leak,
                f"numbers above 0, one or one for each of {n} neurons",
                "leak = 1 / tau",
            )
        return cls(connectivity, np.broadcast_to(given, n).copy(), np.arange(n))

    @property
    def tau(self) -> Float:
        """Time constants `[n]`."""
        return np.asarray(1.0 / self.leak)

    def only(self, kept: Int64) -> "Recurrent":
        """Return the network of these neurons (positions, ascending).

        >>> net = Recurrent.begin(Connectivity.from_dense([[0, 1], [-2, 0]]), [0.5, 1.0])
        >>> net.only(np.array([1])).neurons.tolist()
        [1]
        """
        return Recurrent(
            self.connectivity.select(pre=kept, post=kept), self.leak[kept], self.neurons[kept]
        )


def dominant_leak(connectivity: Connectivity, margin: float = 0.02) -> Float:
    """Leak that outweighs a neuron's inputs, Σ_j |w_ij| + margin `[n]`; A = W - diag(leak) is then stable.

    >>> dominant_leak(Connectivity.from_dense([[0, 1], [-2, 0]]), margin=0.5).tolist()
    [2.5, 1.5]
    """
    return incoming(connectivity) + margin


def incoming(connectivity: Connectivity) -> Float:
    """Σ_j |w_ij| over what each neuron receives `[n]`."""
    size = np.abs(connectivity.weights_array()).astype(np.float64)
    return np.bincount(connectivity.indices, size, connectivity.n_post).astype(np.float64)


class Counts(NamedTuple):
    """What a network holds, counted apart: neurons, recurrent synapses, and weights of the readout."""

    neurons: int
    synapses: int
    readout: int


def counts(net: Recurrent, outputs: int = 0) -> Counts:
    """Count a network whose neurons all feed `outputs` linear outputs.

    >>> counts(Recurrent.begin(Connectivity.from_dense([[0, 1], [-2, 0]])), outputs=10)
    Counts(neurons=2, synapses=2, readout=20)
    """
    return Counts(net.connectivity.n_pre, net.connectivity.nnz, net.connectivity.n_pre * outputs)
