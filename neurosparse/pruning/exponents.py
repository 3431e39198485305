"""The Lyapunov matrix of LNP: how large a synapse is, told by the exponents around its two ends."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike

from neurosparse.checks import positive
from neurosparse.errors import bad_argument
from neurosparse.pruning.recurrent import RecurrentNet
from neurosparse.typing import Float64

NeuronExponents = Callable[[RecurrentNet, Generator], Float64]


@dataclass(frozen=True)
class NeighbourExponents:
    """Size l_ij, the harmonic mean of |λ| over the neighbours of both ends (with repetition).

        l_ij = (|N_i| + |N_j|) / Σ_{k in N_i, N_j} 1 / max(|λ_k|, ε),  ε = floor · median |λ|

    Neighbours are senders and receivers alike. Exponents of mixed signs have no harmonic mean,
    hence the absolute value and the floor: l is always finite and positive. Both, and exponents of
    single neurons, are definitions of this library; the paper's text was not at hand.

    Source of the idea: B. Chakraborty et al., ICLR 2024, arXiv:2403.03409.

    Args:
        exponents: of (net, rng), `[n]`, such as `LocalExponents(field)`.
        floor: ε as a share of the median |λ|.
    """

    exponents: NeuronExponents
    floor: float = 1e-3

    def __post_init__(self) -> None:
        positive("floor", self.floor)

    def __call__(self, net: RecurrentNet, rng: Generator) -> Float64:
        """Compute l of every synapse `[nnz]`."""
        return harmonic_sizes(net, self.exponents(net, rng), self.floor)


def harmonic_sizes(net: RecurrentNet, exponents: ArrayLike, floor: float = 1e-3) -> Float64:
    """Compute l_ij `[nnz]` of `NeighbourExponents` from exponents `[n]`.

    Raises:
        ValueError: exponents of another number, or that are NaN.

    >>> from neurosparse.connectivity import Connectivity
    >>> pair = RecurrentNet.begin(Connectivity.from_dense([[0, 1], [0, 0]]), 1.0)
    >>> harmonic_sizes(pair, [-1.0, 3.0]).tolist()
    [1.5]
    """
    n = net.connectivity.n_pre
    size = np.abs(np.asarray(exponents, np.float64))
    if size.shape != (n,) or np.isnan(size).any():
        raise bad_argument("exponents", size, f"{n} numbers, one a neuron")
    typical = float(np.median(size)) if n else 1.0
    inverse = 1.0 / np.maximum(size, floor * typical if typical > 0 else 1.0)
    around = net.connectivity.to_scipy()
    # a synapse of weight 0 makes neighbours too, or neurons with no other would have none
    around.data = np.ones(len(around.data), np.bool_)
    around = (around + around.T).astype(np.float64)
    number = around @ np.ones(n)
    sums = around @ inverse
    pre, post = net.connectivity.edges()
    return np.asarray((number[pre] + number[post]) / (sums[pre] + sums[post]))
