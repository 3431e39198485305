"""Rates and interval statistics of every neuron."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.spikes.source import SpikeTrains, check_spikes
from neurosparse.kernels.measures.spike_intervals import Intervals, spike_intervals

Float = npt.NDArray[np.float64]


def interspike_intervals(spikes: SpikeTrains) -> Intervals:
    """Count, mean interval (ms), CV and local variation of every neuron `[n]`, in one pass.

    CV is 1 for a Poisson process and 0 for a clock; LV likewise, but it does not grow when the rate
    drifts.
    Silent neurons have NaN, see `Intervals`.

    >>> clock = SpikeTrains.from_times([0.0, 10.0, 20.0, 30.0], [0, 0, 0, 0], n=2, stop=40.0)
    >>> found = interspike_intervals(clock)
    >>> found.mean.tolist(), found.cv.tolist(), found.lv.tolist()
    ([10.0, nan], [0.0, nan], [0.0, nan])
    """
    check_spikes(spikes)
    return spike_intervals(spikes, spikes.n)


def firing_rates(spikes: SpikeTrains) -> Float:
    """Mean firing rate of every neuron `[n]` in Hz: spikes over the window's duration.

    >>> firing_rates(SpikeTrains.from_times([1.0, 2.0, 3.0], [0, 0, 1], n=3, stop=1000.0)).tolist()
    [2.0, 1.0, 0.0]
    """
    check_spikes(spikes)
    count = np.zeros(spikes.n, np.int64)
    for _, index in spikes:
        count += np.bincount(index, minlength=spikes.n)
    return count.astype(np.float64) * (1000.0 / spikes.duration)


class SpikeSummary(NamedTuple):
    """What a population did in one line: rates in Hz, medians over the neurons where they are defined."""

    neurons: int
    spikes: int
    mean_rate: float
    active: float
    cv: float
    lv: float


def spike_summary(spikes: SpikeTrains) -> SpikeSummary:
    """Summarise rate and regularity of a population; `active` is the fraction that fired at all.

    >>> spike_summary(SpikeTrains.from_times([0.0, 10.0, 20.0], [0, 0, 0], n=2, stop=1000.0))
    SpikeSummary(neurons=2, spikes=3, mean_rate=1.5, active=0.5, cv=0.0, lv=0.0)
    """
    found = interspike_intervals(spikes)
    total = int(found.spikes.sum())
    mean = total * 1000.0 / spikes.duration / max(spikes.n, 1)
    active = float((found.spikes > 0).mean()) if spikes.n else 0.0
    return SpikeSummary(spikes.n, total, mean, active, _median(found.cv), _median(found.lv))


def _median(values: Float) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")
