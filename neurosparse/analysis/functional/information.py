"""Transfer entropy between neurons: what the past of one says about the future of another."""

import os

import numpy as np

from neurosparse.analysis.functional.estimate import Activity, activity_table
from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument
from neurosparse.kernels.measures.transfer_entropy import transfer_entropy
from neurosparse.typing import Float64, UInt8

LEVELS = 16


def binned_transfer_entropy(
    activity: Activity,
    lag: int = 1,
    levels: int = 2,
    *,
    threads: int | None = None,
) -> Float64:
    """Transfer entropy in bits, entry [post, pre], less what independent neurons reach.

        T = I(x_post(t + lag); x_pre(t) | x_post(t)) - (levels - 1)² levels / (2 (time - lag) ln 2)

    Each neuron's activity is cut into `levels` symbols: at its own mean for two, which for sparse
    counts is silent or not, else at its own quantiles. What is negative is chance; the diagonal is
    0.

    Args:
        activity: `[time, n]`, counts in bins or rates.
        lag: bins between cause and effect.
        levels: symbols, 2 to 16; tables of levels³ have to be filled by `time` steps.
        threads: of the processor; None takes as many as there are. They change no bit.

    Source: T. Schreiber, Phys. Rev. Lett. 85 (2000), doi:10.1103/PhysRevLett.85.461.

    >>> x = np.random.default_rng(0).integers(0, 2, 2000)
    >>> follows = np.stack([x[1:], x[:-1]], axis=1)  # neuron 1 repeats what neuron 0 did
    >>> entropy = binned_transfer_entropy(follows)
    >>> bool(entropy[1, 0] > 0.99), bool(abs(entropy[0, 1]) < 0.01)
    (True, True)
    """
    x = activity_table(activity)
    whole_number("lag", lag, 1)
    whole_number("levels", levels, 2, LEVELS)
    if len(x) < lag + 2:
        raise bad_argument("activity", x, f"at least {lag + 2} steps, as the lag is {lag}")
    if threads is None:
        threads = os.cpu_count() or 1
    whole_number("threads", threads, 1)
    nats = transfer_entropy(_symbols(x, levels), levels, lag, threads)
    chance = (levels - 1) ** 2 * levels / (2 * (len(x) - lag))
    bits: Float64 = (nats - chance) / np.log(2)
    np.fill_diagonal(bits, 0.0)
    return bits


def _symbols(x: Float64, levels: int) -> UInt8:
    """Symbols `[n, time]`, uint8."""
    if levels == 2:
        return np.ascontiguousarray((x > x.mean(axis=0)).T, np.uint8)
    cuts = np.quantile(x, np.linspace(0, 1, levels + 1)[1:-1], axis=0)
    return np.ascontiguousarray((x[None] > cuts[:, None]).sum(axis=0).T, np.uint8)
