"""Inhibitory leaky integrate-and-fire neurons in phase form, spike by spike and without a time
grid, with tangents.

All phases grow at rate 1; the first to reach 1 spikes and starts at 0 again. A spike of j moves its
targets i, and tangent vectors q (perturbations of phases, compared at equal time) with them:

    φ_i <- -ω ln(exp(-φ_i/ω) + c_ij),    g_i = 1 / (1 + c_ij exp(φ_i/ω)),    q_i <- g_i q_i + (1 -
    g_i) q_j

Everything else stays, so that each single-spike Jacobian has rows that sum to 1.

Shapes: CSR by presynaptic neuron, `indptr [n + 1]`, `indices [nnz]`, `c [nnz] ≥ 0`; `phases [n]`,
`tangents [n, k]`.
Source: R. Engelken, SparseProp (2023), arXiv:2312.17216, for the phase form.
"""

from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


class Orbit(NamedTuple):
    """Spike times `[spikes]` in units of the free period, who spiked, and phases and tangents
    afterwards.
    """

    times: Float
    neurons: NDArray[np.int32]
    phases: Float
    tangents: Float


def phase_lif(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    c: Float,
    omega: float,
    phases: Float,
    tangents: Float,
    spikes: int,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Orbit:
    """Run until so many spikes have happened; the arguments are left as they are.

    >>> none = np.zeros(3, np.int64), np.empty(0, np.int32), np.empty(0)
    >>> phase_lif(*none, 1.0, np.array([0.5, 0.25]), np.empty((2, 0)), 3, "naive").times.tolist()
    [0.5, 0.75, 1.5]
    """
    match backend:
        case "naive":
            from neurosparse.kernels.spikes.phase_lif.naive import phase_lif as run
        case "cpu":
            from neurosparse.kernels.spikes.phase_lif.cpu import phase_lif as run
    state: tuple[Any, Any] = np.array(phases, np.float64), np.array(tangents, np.float64, order="C")
    times, neurons = run(indptr, indices, np.asarray(c, np.float64), float(omega), *state, spikes)
    return Orbit(times, neurons, *state)
