"""Histograms of spikes in time: intervals, what follows an event, and lags between two neurons."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.spikes.counts import chosen_neurons
from neurosparse.analysis.spikes.source import SpikeTrains, check_spikes, refuse_bins
from neurosparse.checks import finite, positive, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.grid import precision, snapped, steps
from neurosparse.quantities import refuse_units
from neurosparse.typing import Float64, Int32, Int64

PAIRS = 1 << 22  # of spikes that are counted at a time


class IntervalHistogram(NamedTuple):
    """Interspike intervals by length: left edges in ms `[m]`, intervals `[m]`, how many longer."""

    edge: Float64
    counts: Int64
    longer: int


class Psth(NamedTuple):
    """Rate around events: left edges in ms from the event `[m]`, Hz per neuron `[m]`, events."""

    time: Float64
    rate: Float64
    events: int


class Correlogram(NamedTuple):
    """Pairs of spikes by lag: lags in ms `[2 m + 1]`, from the most negative, and pairs of each."""

    lag: Float64
    counts: Int64


def interval_histogram(
    spikes: SpikeTrains, width: float, longest: float, neurons: npt.ArrayLike | None = None
) -> IntervalHistogram:
    """Count the interspike intervals of all neurons, or of some, in bins of `width` ms.

    Args:
        spikes: of a population.
        width: of the bins in ms; an interval on a border belongs to the bin that begins there.
        longest: where the last bin ends, ms; longer intervals are counted together.
        neurons: numbers or a mask `[n]`; all unless given.

    >>> one = SpikeTrains.from_times([0.0, 2.0, 4.0, 5.0, 9.0], [0, 0, 0, 0, 0], n=1, stop=10.0)
    >>> interval_histogram(one, 1.0, 3.0)
    IntervalHistogram(edge=array([0., 1., 2.]), counts=array([0, 1, 2]), longer=1)
    """
    check_spikes(spikes)
    bins = _whole_bins("longest", longest, width)
    time, index, eps = spikes.gathered()
    if neurons is not None:
        kept = np.isin(index, chosen_neurons(neurons, spikes.n))
        time = time[kept]
        index = index[kept]
    before, after = _neighbours(time, index)
    bin_ = _bin(after, before, width, eps)
    count = np.bincount(np.minimum(bin_, bins), minlength=bins + 1)
    return IntervalHistogram(_edges(0, bins, width), count[:bins], int(count[bins]))


def cv2(spikes: SpikeTrains) -> Float64:
    """CV2 of every neuron `[n]`: how much neighbouring intervals differ, whatever the rate does.

        CV2 = mean of 2 |I_{j+1} - I_j| / (I_{j+1} + I_j)

    1 for a Poisson process, 0 for a clock; NaN below three spikes.

    Source: G. R. Holt et al., J. Neurophysiol. 75 (1996), doi:10.1152/jn.1996.75.5.1806.

    >>> cv2(SpikeTrains.from_times([0.0, 10.0, 40.0], [0, 0, 0], n=2, stop=50.0)).tolist()
    [1.0, nan]
    """
    check_spikes(spikes)
    time, index, _ = spikes.gathered()
    order = np.argsort(index, kind="stable")
    time = time[order]
    index = index[order]
    gap = np.diff(time)
    inside = index[2:] == index[:-2]
    first = gap[:-1][inside]
    second = gap[1:][inside]
    both = first + second
    # two intervals of length 0 do not differ
    change = np.divide(
        2 * np.abs(second - first), both, out=np.zeros_like(both), where=both > 0
    )
    neuron = index[2:][inside]
    pairs = np.bincount(neuron, minlength=spikes.n)
    total = np.bincount(neuron, change, minlength=spikes.n)
    mean: Float64 = np.full(spikes.n, np.nan)
    return np.divide(total, pairs, out=mean, where=pairs > 0)


def psth(
    spikes: SpikeTrains,
    events: npt.ArrayLike,
    width: float,
    *,
    before: float = 0.0,
    after: float,
    neurons: npt.ArrayLike | None = None,
) -> Psth:
    """Mean rate around events (the peristimulus time histogram), in Hz per neuron.

    Events whose surroundings reach beyond the recording are left out; the rate is NaN without any.

    Args:
        spikes: of a population.
        events: times of stimuli in ms, `[k]`.
        width: of the bins in ms; a spike on a border belongs to the bin that begins there.
        before, after: how far to look, ms, multiples of `width`.
        neurons: numbers or a mask `[n]`; all unless given.

    >>> spikes = SpikeTrains.from_times([11.0, 21.0, 22.0], [0, 1, 0], n=2, stop=30.0)
    >>> psth(spikes, [10.0, 20.0, 29.0], 1.0, after=3.0)
    Psth(time=array([0., 1., 2.]), rate=array([  0., 500., 250.]), events=2)
    """
    check_spikes(spikes)
    bins_before = _whole_bins("before", before, width, least=0)
    bins_after = _whole_bins("after", after, width, least=0 if bins_before else 1)
    refuse_units("events", events)
    centres = np.asarray(events)
    if centres.ndim != 1 or (centres.size and centres.dtype.kind not in "iuf"):
        raise bad_argument("events", events, "times in ms, a flat array")
    chosen = np.arange(spikes.n) if neurons is None else chosen_neurons(neurons, spikes.n)
    time, index, eps = spikes.gathered()
    eps = max(eps, precision(centres))
    time = time[np.isin(index, chosen)]
    count = np.zeros(bins_before + bins_after, np.int64)
    seen = 0
    for centre in centres.astype(np.float64):
        begins = steps(spikes.start, width, centre)
        ends = steps(spikes.stop, width, centre)
        if not (begins <= -bins_before and ends >= bins_after):
            continue
        seen += 1
        # one bin more on both sides: their borders are decided below
        low, high = np.searchsorted(
            time, [centre - (bins_before + 1) * width, centre + (bins_after + 1) * width]
        )
        bin_ = _bin(time[low:high], np.full(high - low, centre), width, eps) + bins_before
        inside = bin_[(bin_ >= 0) & (bin_ < bins_before + bins_after)]
        count += np.bincount(inside, minlength=bins_before + bins_after)
    watched = seen * len(chosen)
    rate = count.astype(np.float64) * (1000.0 / width / watched if watched else np.nan)
    return Psth(_edges(-bins_before, bins_after, width), rate, seen)


def cross_correlogram(
    spikes: SpikeTrains, neuron: int, other: int, width: float, longest: float
) -> Correlogram:
    """Count how often `other` fires how long after `neuron`, in bins of `width` ms.

        C(k) = Σ_t x(t) y(t + k),    x, y the counts of both in bins t of the recording

    Positive lags are spikes of `other` that follow. Pairs thin out towards long lags, as the
    recording ends; of one neuron with itself see `autocorrelogram`.

    Args:
        spikes: of a population.
        neuron, other: their numbers.
        width: of the bins in ms.
        longest: lag either way in ms, a multiple of `width`.

    >>> spikes = SpikeTrains.from_times([0.0, 2.0, 5.0, 6.0], [0, 1, 0, 1], n=2, stop=10.0)
    >>> cross_correlogram(spikes, 0, 1, 1.0, 3.0).counts.tolist()
    [1, 0, 0, 0, 1, 1, 0]
    """
    check_spikes(spikes)
    most = _whole_bins("longest", longest, width, least=0)
    for name, number in (("neuron", neuron), ("other", other)):
        whole_number(name, number, 0, spikes.n - 1)
    parts = [(np.empty(0, np.int64), np.empty(0, np.int32)), *spikes.binned(width)]
    bin_ = np.concatenate([bins for bins, _ in parts])
    index = np.concatenate([neurons for _, neurons in parts])
    count = _lags(bin_[index == neuron], bin_[index == other], most)
    return Correlogram(_edges(-most, most + 1, width), count)


def autocorrelogram(
    spikes: SpikeTrains, neuron: int, width: float, longest: float
) -> Correlogram:
    """Count how often a neuron fires again how long after a spike, as `cross_correlogram` does.

    A spike is no pair with itself; the counts are the same both ways.

    >>> clock = SpikeTrains.from_times([0.0, 2.0, 4.0], [0, 0, 0], n=1, stop=10.0)
    >>> autocorrelogram(clock, 0, 1.0, 2.0).counts.tolist()
    [2, 0, 0, 0, 2]
    """
    pairs = cross_correlogram(spikes, neuron, neuron, width, longest)
    alone = sum(int((index == neuron).sum()) for _, index in spikes.binned(width))
    pairs.counts[len(pairs.counts) // 2] -= alone
    return pairs


def _whole_bins(name: str, length: float, width: float, least: int = 1) -> int:
    """How many bins a length holds; refuse what is not a multiple."""
    positive("width", width, "ms")
    finite(name, length)
    count = float(steps(length, width))
    if not (count.is_integer() and count >= least):
        expected = f"a time in ms, {least} bins of width={width:g} or more of them"
        raise bad_argument(name, Said(f"{length}"), expected)
    refuse_bins(name, int(count))
    return int(count)


def _edges(first: int, end: int, width: float) -> Float64:
    return np.arange(first, end, dtype=np.float64) * float(width)


def _neighbours(time: Float64, index: Int32) -> tuple[Float64, Float64]:
    """Times of each spike and of the one that follows it in the same neuron."""
    order = np.argsort(index, kind="stable")
    same = np.diff(index[order]) == 0
    return time[order][:-1][same], time[order][1:][same]


def _bin(time: Float64, start: Float64, width: float, eps: float) -> Int64:
    """The bin of each time from its own start, where rounding of neither counts."""
    scale = (np.abs(time) + np.abs(start)) / width
    return np.floor(snapped((time - start) / width, scale, eps)).astype(np.int64)


def _lags(one: Int64, other: Int64, most: int) -> Int64:
    """Pairs of ascending bins by their difference, from -most to most `[2 most + 1]`."""
    low = np.searchsorted(other, one - most)
    partners = np.searchsorted(other, one + most, side="right") - low
    end = np.cumsum(partners)
    count = np.zeros(2 * most + 1, np.int64)
    # as many spikes at a time as have a few million pairs, at least one
    first = 0
    while first < len(one):
        done = int(end[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(end, done + PAIRS, side="right")))
        number = partners[first:last]
        # the partners of each spike stand side by side
        begin = np.repeat(low[first:last] - (end[first:last] - number - done), number)
        lag = other[begin + np.arange(len(begin))] - np.repeat(one[first:last], number)
        count += np.bincount(lag + most, minlength=2 * most + 1)
        first = last
    return count
