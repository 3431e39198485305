"""Statistics of spike counts in time bins: rate, Fano, correlation, synchrony, dimension."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.spikes.source import SpikeTrains, check_spikes
from neurosparse.errors import bad_argument
from neurosparse.kernels.measures.spike_windows import spike_windows
from neurosparse.typing import Array, Float64

# blocks of this many rows of a Gram matrix are held at once
BLOCK = 512


class RateCurve(NamedTuple):
    """Population rate: left bin edges in ms `[m]`, rate in Hz per neuron `[m]`."""

    time: Float64
    rate: Float64


def population_rate(spikes: SpikeTrains, width: float) -> RateCurve:
    """Mean rate per neuron (Hz) in bins of `width` ms, in one pass.

    >>> three = SpikeTrains.from_times([0.0, 1.0, 2.0], [0, 1, 0], n=2, stop=4.0)
    >>> population_rate(three, 2.0).rate.tolist()
    [500.0, 250.0]
    """
    check_spikes(spikes)
    count = np.zeros(spikes.bins(width), np.int64)
    for bin_, _ in spikes.binned(width):
        count += np.bincount(bin_, minlength=len(count))
    time = spikes.start + width * np.arange(len(count), dtype=np.float64)
    return RateCurve(time, count.astype(np.float64) * (1000.0 / width / max(spikes.n, 1)))


def fano_factor(spikes: SpikeTrains, width: float) -> Float64:
    """Fano factor of every neuron `[n]`: variance over mean of its counts in windows of `width` ms.

    1 for a Poisson process, 0 for a clock in step with the windows; NaN for a silent neuron, and
    for all where the recording is one window.

    Source: U. Fano, Phys. Rev. 72 (1947), doi:10.1103/PhysRev.72.26.

    >>> fano_factor(SpikeTrains.from_times([0.0, 1.0, 2.0], [0, 0, 0], n=2, stop=4.0), 1.0).tolist()
    [0.25, nan]
    """
    check_spikes(spikes)
    windows = spikes.bins(width)
    if windows < 2:
        # one count says nothing of how counts vary
        return np.full(spikes.n, np.nan)
    mean, variance = spike_windows(spikes.binned(width), spikes.n, windows)
    with np.errstate(invalid="ignore"):
        return variance / mean


def spike_count_matrix(spikes: SpikeTrains, width: float) -> Any:
    """Spike counts as a SciPy CSR matrix `[bins, n]` (float64), bins of `width` ms.

    >>> three = SpikeTrains.from_times([0.0, 1.0, 1.5], [0, 1, 1], n=2, stop=2.0)
    >>> spike_count_matrix(three, 1.0).toarray().tolist()
    [[1.0, 0.0], [0.0, 2.0]]
    """
    from scipy.sparse import csr_matrix

    check_spikes(spikes)
    # a first part without spikes, for recordings without any
    parts = [(np.empty(0, np.int64), np.empty(0, np.int32)), *spikes.binned(width)]
    bin_ = np.concatenate([bins for bins, _ in parts])
    index = np.concatenate([neurons for _, neurons in parts])
    # a coordinate matrix adds its duplicates when it becomes CSR
    return csr_matrix(
        (np.ones(len(bin_)), (bin_, index)), shape=(spikes.bins(width), spikes.n)
    )


def correlation_matrix(
    spikes: SpikeTrains, width: float, neurons: npt.ArrayLike | None = None
) -> Float64:
    """Pearson correlation of binned counts between all chosen neurons `[k, k]`.

    NaN for a neuron whose count never changes.

    >>> pair = SpikeTrains.from_times([0.0, 0.0, 2.0, 2.0], [0, 1, 0, 1], n=2, stop=4.0)
    >>> correlation_matrix(pair, 1.0).round(12).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    counts = spike_count_matrix(spikes, width)
    if neurons is not None:
        counts = counts[:, chosen_neurons(neurons, spikes.n)]
    if counts.shape[1] > 20_000:
        remedy = "name a sample, or use mean_correlation"
        raise bad_argument("neurons", counts.shape[1], "at most 20000 of them", remedy)
    mean, deviation = _moments(counts)
    # what rounding leaves of a constant count is divided by NaN, not by 0
    deviation[deviation == 0] = np.nan
    covariance = (counts.T @ counts).toarray() / counts.shape[0] - np.outer(mean, mean)
    return np.asarray(covariance / np.outer(deviation, deviation))


def mean_correlation(spikes: SpikeTrains, width: float) -> float:
    """Mean correlation over *all* pairs of neurons that are not constant, without any pair.

        Var(Σ_i z_i) = k + k (k - 1) mean(r)    for the z-scored counts of k neurons

    The exact mean costs one pass over the spikes. NaN with fewer than two such neurons.

    >>> pair = SpikeTrains.from_times([0.0, 0.0, 2.0, 2.0], [0, 1, 0, 1], n=3, stop=4.0)
    >>> mean_correlation(pair, 1.0)
    1.0
    """
    counts = spike_count_matrix(spikes, width)
    mean, deviation = _moments(counts)
    alive = deviation > 0
    k = int(alive.sum())
    if k < 2:
        return float("nan")
    scale = np.divide(1.0, deviation, out=np.zeros_like(deviation), where=alive)
    total = counts @ scale - float(mean @ scale)
    return float((np.mean(total**2) - k) / (k * (k - 1)))


def synchrony(spikes: SpikeTrains, width: float) -> float:
    """Golomb's χ, in [0, 1].

        χ² = variance of the population mean / mean of the neurons' variances

    1 when all fire together, about 1/√n when they are independent; NaN when no count ever changes.

    Source: D. Golomb, J. Rinzel, Physica D 72 (1994), doi:10.1016/0167-2789(94)90214-3.

    >>> pair = SpikeTrains.from_times([0.0, 0.0, 2.0, 2.0], [0, 1, 0, 1], n=2, stop=4.0)
    >>> synchrony(pair, 1.0)
    1.0
    """
    counts = spike_count_matrix(spikes, width)
    _, deviation = _moments(counts)
    if not np.any(deviation > 0):
        return float("nan")
    population = np.asarray(counts.sum(axis=1)).ravel() / spikes.n
    return float(np.sqrt(population.var() / np.mean(deviation**2)))


def participation_ratio(spikes: SpikeTrains, width: float) -> float:
    """Dimension of the activity: (tr C)² / tr(C²), C the covariance of binned counts.

    Between 1 (all on one line) and min(n, bins - 1); NaN when nothing varies. Works on the smaller
    of C and its Gram twin, block by block.

    Source: P. Gao et al., bioRxiv 214262 (2017), doi:10.1101/214262.

    >>> alone = SpikeTrains.from_times([0.0, 2.0], [0, 0], n=3, stop=4.0)
    >>> participation_ratio(alone, 1.0)
    1.0
    """
    counts = spike_count_matrix(spikes, width)
    mean, deviation = _moments(counts)
    # constant neurons add nothing to C but rounding
    varies = deviation > 0
    if not varies.all():
        counts = counts[:, np.flatnonzero(varies)]
        mean = mean[varies]
    if counts.shape[1] <= counts.shape[0]:
        trace, square = _gram_sums(counts.T.tocsr(), mean, counts.shape[0])
    else:
        trace, square = _dual_sums(counts, mean)
    return trace**2 / square if square > 0 else float("nan")


def chosen_neurons(neurons: npt.ArrayLike, n: int) -> Array:
    """Neurons by their numbers, or by a mask `[n]`."""
    chosen = np.asarray(neurons)
    if chosen.dtype == bool and chosen.shape == (n,):
        return np.flatnonzero(chosen)
    whole = np.issubdtype(chosen.dtype, np.integer) or chosen.size == 0
    if not whole or chosen.ndim != 1:
        raise bad_argument("neurons", neurons, "whole numbers, one axis")
    if chosen.size and not (chosen.min() >= 0 and chosen.max() < n):
        worst = chosen.min() if chosen.min() < 0 else chosen.max()
        raise bad_argument("neurons", int(worst), f"neurons 0 to {n - 1}")
    return chosen.astype(np.int64)


def _moments(counts: Any) -> tuple[Float64, Float64]:
    """Mean and deviation of every neuron's counts `[n]`."""
    mean = np.asarray(counts.mean(axis=0)).ravel()
    square = np.asarray(counts.multiply(counts).mean(axis=0)).ravel()
    variance = square - mean**2
    # a neuron with the same count in every bin leaves rounding noise, not variance
    variance[variance <= 1e-12 * np.maximum(square, 1.0)] = 0.0
    return mean, np.sqrt(variance)


def _gram_sums(rows: Any, mean: Float64, bins: int) -> tuple[float, float]:
    """Trace and squared norm of the covariance `[n, n]`; `rows` are neurons `[n, bins]`."""
    trace = square = 0.0
    for low in range(0, rows.shape[0], BLOCK):
        part = rows[low : low + BLOCK]
        block = (part @ rows.T).toarray() / bins - np.outer(mean[low : low + BLOCK], mean)
        trace += float(np.trace(block[:, low : low + BLOCK]))
        square += float(np.sum(block**2))
    return trace, square


def _dual_sums(counts: Any, mean: Float64) -> tuple[float, float]:
    """The same sums from the Gram matrix between bins `[bins, bins]`, of the same eigenvalues."""
    shift = counts @ mean
    constant = float(mean @ mean)
    trace = square = 0.0
    for low in range(0, counts.shape[0], BLOCK):
        part = counts[low : low + BLOCK]
        gram = (part @ counts.T).toarray()
        # centred without a dense copy of the counts: (a - m)(b - m) = ab - am - bm + mm
        block = gram - shift[low : low + BLOCK, None] - shift[None, :] + constant
        trace += float(np.trace(block[:, low : low + BLOCK]))
        square += float(np.sum(block**2))
    return trace, square
