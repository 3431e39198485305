"""Inhibitory leaky integrate-and-fire neurons in phase form, spike by spike and without a time
grid, with tangents.

All phases grow at rate 1; the first to reach 1 spikes and starts at 0 again. A spike of j moves its
targets i, and tangent vectors q (perturbations of phases, compared at equal time) with them:

    φ_i <- -ω ln(exp(-φ_i/ω) + c_ij),    g_i = 1 / (1 + c_ij exp(φ_i/ω)),
    q_i <- g_i q_i + (1 - g_i) q_j

Everything else stays, so that each single-spike Jacobian has rows that sum to 1.

Shapes: CSR by presynaptic neuron, `indptr [n + 1]`, `indices [nnz]`, `c [nnz] ≥ 0`; `phases [n]`,
`tangents [n, k]`.
Source: R. Engelken, SparseProp (2023), arXiv:2312.17216, for the phase form.
"""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Float64


class Orbit(NamedTuple):
    """Spike times `[spikes]` in units of the free period, who spiked, and phases and tangents
    afterwards.
    """

    times: Float64
    neurons: NDArray[np.int32]
    phases: Float64
    tangents: Float64


def phase_lif(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    c: Float64,
    omega: float,
    phases: Float64,
    tangents: Float64,
    spikes: int,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Orbit:
    """Run until so many spikes have happened; the arguments are left as they are.

    >>> none = np.zeros(3, np.int64), np.empty(0, np.int32), np.empty(0)
    >>> phase_lif(*none, 1.0, np.array([0.5, 0.25]), np.empty((2, 0)), 3, "naive").times.tolist()
    [0.5, 0.75, 1.5]
    """
    run = implementation(__name__, backend).phase_lif
    moved: Any = np.array(phases, np.float64)
    turned: Any = np.array(tangents, np.float64, order="C")
    weights = np.asarray(c, np.float64)
    times, neurons = run(indptr, indices, weights, float(omega), moved, turned, spikes)
    return Orbit(times, neurons, moved, turned)
