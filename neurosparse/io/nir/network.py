"""What NIR files hold of a recurrent spiking network, as arrays."""

from typing import Any, NamedTuple

from neurosparse.connectivity import Connectivity
from neurosparse.errors import missing_extra
from neurosparse.typing import Float64

# the only reset that NIR has: (membrane, gate, level)
TO_ZERO = (1.0, 0.0, 0.0)


class SpikingNetwork(NamedTuple):
    """A recurrent spiking network as arrays; formulas as in `recurrent_scan`.

    Attributes:
        input_weight, input_bias: `[n, n_in]` and `[n]`.
        recurrent: rows presynaptic, delays in steps.
        alpha, beta, threshold: `[n]`; alpha is 0 without a synaptic filter.
        reset: (membrane, gate, level).
        readout_weight, readout_bias: `[n_out, n]` and `[n_out]`.
        kappa: share of the output that is left after a step; 0 for none.
        dt: step in ms.
    """

    input_weight: Float64
    input_bias: Float64
    recurrent: Connectivity
    alpha: Float64
    beta: Float64
    threshold: Float64
    reset: tuple[float, float, float]
    readout_weight: Float64
    readout_bias: Float64
    kappa: float
    dt: float


def nir_or_refuse() -> Any:
    """Import the package nir, or name the extra that brings it."""
    try:
        import nir
    except ImportError as error:
        raise missing_extra("nir", "io") from error
    return nir
