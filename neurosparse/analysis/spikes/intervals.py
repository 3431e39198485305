"""Rates and interval statistics of every neuron."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.spikes.source import SpikeTrains, as_trains, check_spikes
from neurosparse.kernels.measures.spike_intervals import Intervals, spike_intervals
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from neurosparse.recording import SpikeRecord


def interspike_intervals(spikes: SpikeTrains) -> Intervals:
    """Count, mean interval (ms), CV and local variation of every neuron `[n]`, in one pass.

    CV is 1 for a Poisson process and 0 for a clock; LV likewise, but it does not grow when the rate
    drifts. Silent neurons have NaN.

    >>> clock = SpikeTrains.from_times([0.0, 10.0, 20.0, 30.0], [0, 0, 0, 0], n=2, stop=40.0)
    >>> intervals = interspike_intervals(clock)
    >>> intervals.mean.tolist(), intervals.cv.tolist(), intervals.lv.tolist()
    ([10.0, nan], [0.0, nan], [0.0, nan])
    """
    check_spikes(spikes)
    return spike_intervals(spikes, spikes.n)


def firing_rates(
    spikes: "SpikeTrains | SpikeRecord", *, stop: float | None = None
) -> Float64:
    """Mean firing rate of every neuron `[n]` in Hz: spikes over the window's duration.

    A record of a simulation goes with `stop=simulation.time`, in ms.

    >>> three = SpikeTrains.from_times([1.0, 2.0, 3.0], [0, 0, 1], n=3, stop=1000.0)
    >>> firing_rates(three).tolist()
    [2.0, 1.0, 0.0]
    """
    trains = as_trains(spikes, stop)
    count = np.zeros(trains.n, np.int64)
    for _, index in trains:
        count += np.bincount(index, minlength=trains.n)
    return count.astype(np.float64) * (1000.0 / trains.duration)


class SpikeSummary(NamedTuple):
    """What a population did: mean rate in Hz, share of neurons that fired, medians of CV and LV."""

    neurons: int
    spikes: int
    mean_rate: float
    active: float
    cv: float
    lv: float


def spike_summary(spikes: SpikeTrains) -> SpikeSummary:
    """Summarise rate and regularity of a population.

    >>> three = SpikeTrains.from_times([0.0, 10.0, 20.0], [0, 0, 0], n=2, stop=1000.0)
    >>> spike_summary(three)
    SpikeSummary(neurons=2, spikes=3, mean_rate=1.5, active=0.5, cv=0.0, lv=0.0)
    """
    intervals = interspike_intervals(spikes)
    total = int(intervals.spikes.sum())
    return SpikeSummary(
        neurons=spikes.n,
        spikes=total,
        mean_rate=total * 1000.0 / spikes.duration / max(spikes.n, 1),
        active=float((intervals.spikes > 0).mean()) if spikes.n else 0.0,
        cv=_median(intervals.cv),
        lv=_median(intervals.lv),
    )


def _median(values: Float64) -> float:
    """Median of the neurons where a measure is defined."""
    defined = values[np.isfinite(values)]
    return float(np.median(defined)) if defined.size else float("nan")
