"""Rate networks on sparse synapses."""

from dataclasses import dataclass

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument, bad_type
from neurosparse.kernels.layers.csr_matmul import csr_matmul
from neurosparse.typing import Float64


def square(connectivity: Connectivity) -> Connectivity:
    """Return a recurrent connectivity.

    Raises:
        TypeError: no `Connectivity`.
        ValueError: it leads from some neurons to others, or has delays, which the state would have
            to hold.
    """
    if not isinstance(connectivity, Connectivity):
        remedy = "Connectivity.from_dense makes one of a matrix [n_pre, n_post]"
        raise bad_type("connectivity", connectivity, "a Connectivity", remedy)
    if connectivity.n_pre != connectivity.n_post:
        expected = "recurrent synapses, as many neurons before as behind"
        raise bad_argument("connectivity", connectivity, expected)
    if np.any(connectivity.delay_steps_array()):
        remedy = "use connectivity.with_delay_steps(0)"
        raise bad_argument("connectivity.delay_steps", "delays", "0 everywhere", remedy)
    return connectivity


def through(connectivity: Connectivity, x: Float64) -> Float64:
    """Sum what arrives at every neuron, `y[..., j] = Σ_i x[..., i] W[j, i]`, in float64.

    >>> through(Connectivity.from_dense([[0, 2], [0, 0]]), np.array([3.0, 1.0]))
    array([0., 6.])
    """
    batch = np.ascontiguousarray(np.atleast_2d(x), np.float64)
    values = connectivity.weights_array().astype(np.float64)
    out = csr_matmul(
        connectivity.indptr, connectivity.indices, values, batch, connectivity.n_post
    )
    return np.asarray(out.reshape(x.shape))


@dataclass(frozen=True)
class RateNetwork:
    """`h <- (1 - dt/tau) h + dt/tau W tanh(h)`, the state is h `[n]`.

    Exponents come per unit of `dt` and `tau`. Source: H. Sompolinsky, A. Crisanti, H. J. Sommers,
    Phys. Rev. Lett. 61 (1988), doi:10.1103/PhysRevLett.61.259.

    >>> RateNetwork(Connectivity.empty(1, 1), dt=0.5).step(np.array([8.0]), 0)
    array([4.])
    """

    connectivity: Connectivity
    dt: float = 0.1
    tau: float = 1.0

    def __post_init__(self) -> None:
        square(self.connectivity)
        if not 0 < self.dt <= self.tau:
            raise bad_argument("dt", self.dt, f"a step in (0, {self.tau}], tau")

    def step(self, state: Float64, t: int) -> Float64:
        """Advance by dt."""
        share = self.dt / self.tau
        return np.asarray(
            (1.0 - share) * state + share * through(self.connectivity, np.tanh(state))
        )

    def push(self, state: Float64, vectors: Float64, t: int) -> Float64:
        """Apply `(1 - dt/tau) I + dt/tau W diag(sech² h)`."""
        share = self.dt / self.tau
        slope = 1.0 - np.tanh(state) ** 2
        return np.asarray(
            (1.0 - share) * vectors + share * through(self.connectivity, vectors * slope)
        )
