"""Neuronal avalanches: runs of non-empty time bins between two empty ones."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.spikes.source import SpikeTrains, check_spikes

Int = npt.NDArray[np.int64]


class Avalanches(NamedTuple):
    """SpikeTrains `[k]` and lengths in bins `[k]` of every avalanche, and the bin width in ms."""

    size: Int
    duration: Int
    width: float


def mean_population_interval(spikes: SpikeTrains) -> float:
    """Mean time between consecutive spikes of the whole population in ms; NaN below two spikes.

    >>> mean_population_interval(SpikeTrains.from_times([0.0, 1.0, 4.0], [0, 1, 0], n=2, stop=10.0))
    2.0
    """
    check_spikes(spikes)
    count = 0
    first = np.nan
    last = np.nan
    for time, _ in spikes:
        if time.size:
            first = first if count else float(time[0])
            last = float(time[-1])
            count = count + time.size
    return (last - first) / (count - 1) if count > 1 else float("nan")


def avalanches(spikes: SpikeTrains, width: float | None = None) -> Avalanches:
    """Cut the activity into avalanches with bins of `width` ms (the mean population interval if None).

    Runs that touch the start or the end of the window are cut by it; they count as they are seen.
    SpikeTrains that all
    come at once have no mean interval: without a width there are no avalanches then, and the width
    is NaN.

    Source: J. Beggs, D. Plenz, J. Neurosci. 23 (2003), doi:10.1523/JNEUROSCI.23-35-11167.2003.

    >>> events = SpikeTrains.from_times([0.0, 1.0, 1.5, 5.0], [0, 1, 0, 2], n=3, stop=8.0)
    >>> found = avalanches(events, 1.0)
    >>> found.size.tolist(), found.duration.tolist()
    ([3, 1], [2, 1])
    """
    check_spikes(spikes)
    if width is None:
        width = mean_population_interval(spikes)
        if not width > 0:
            none = np.empty(0, np.int64)
            return Avalanches(none, none, float("nan"))
    count = np.zeros(spikes.bins(width), np.int64)
    for bin_, _ in spikes.binned(width):
        count += np.bincount(bin_, minlength=len(count))
    edge = np.diff(np.concatenate(([0], count > 0, [0])).astype(np.int8))
    begin = np.flatnonzero(edge == 1)
    end = np.flatnonzero(edge == -1)
    sums = np.concatenate(([0], np.cumsum(count)))
    return Avalanches(sums[end] - sums[begin], end - begin, width)
