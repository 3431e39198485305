"""Exponents of single neurons."""

from typing import Any

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument
from neurosparse.lyapunov.system import System, finite, settled
from neurosparse.typing import Float64, Int64


def local_exponents(
    system: System,
    state: Any,
    *,
    window: int = 20,
    windows: int = 10,
    transient: int = 0,
    neurons: Any = None,
) -> Float64:
    """Mean growth rate `[n]` of a perturbation of each neuron alone.

    λ_i = < ln‖J_w … J_1 e_i‖ > / (window dt)

    QR exponents belong to the network as a whole. This is a definition of this library that gives
    each neuron one of its own: e_i is the unit perturbation of neuron i, J the derivatives of the
    next `window` steps, and the mean is over `windows` stretches of one trajectory. For long
    windows nearly all λ_i tend to the largest exponent; short ones show how a neuron's own leak and
    outgoing synapses carry a perturbation on. With `DiscreteLif` the J are surrogate Jacobians, and
    so the λ_i depend on its slope.

    Args:
        system: with `step` and `push`.
        state: `[n]`, where to start.
        window: steps of each stretch.
        windows: number of stretches.
        transient: steps to run before.
        neurons: indices or how many of the first to perturb; all n entries of the state without it.

    Raises:
        ValueError: counts out of range, or a trajectory that diverges.

    >>> from neurosparse.lyapunov import LinearMap
    >>> system = LinearMap([[0.5, 0.0], [0.0, 2.0]])
    >>> local_exponents(system, [1.0, 0.0], window=5, windows=1).round(4)
    array([-0.6931,  0.6931])
    """
    window = whole_number("window", window, 1)
    windows = whole_number("windows", windows, 1)
    t = whole_number("transient", transient)
    state = settled(system, state, t)
    chosen = _chosen(neurons, len(state))
    total = np.zeros(len(chosen))
    for _ in range(windows):
        vectors = np.zeros((len(chosen), len(state)))
        vectors[np.arange(len(chosen)), chosen] = 1.0
        with np.errstate(over="ignore", invalid="ignore"):
            for _ in range(window):
                vectors = system.push(state, vectors, t)
                state = system.step(state, t)
                t += 1
        # a perturbation that dies out to the last bit counts as the smallest number there is
        finite(vectors, t)
        total += np.log(
            np.maximum(np.linalg.norm(vectors, axis=1), np.finfo(np.float64).tiny)
        )
    return np.asarray(total / (windows * window * system.dt))


def _chosen(neurons: Any, n: int) -> Int64:
    """Entries of the state to perturb: all, so many of the first, or those named."""
    chosen = np.arange(n) if neurons is None else np.asarray(neurons)
    if chosen.ndim == 0:
        chosen = np.arange(int(chosen))
    if len(chosen) and not (chosen.min() >= 0 and chosen.max() < n):
        raise bad_argument("neurons", chosen, f"entries of the state, 0..{n - 1}")
    return chosen
