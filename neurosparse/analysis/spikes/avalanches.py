"""Neuronal avalanches: runs of non-empty time bins between two empty ones."""

from typing import NamedTuple

import numpy as np

from neurosparse.analysis.spikes.source import SpikeTrains, check_spikes
from neurosparse.checks import positive
from neurosparse.typing import Int64


class Avalanches(NamedTuple):
    """Spikes `[k]` and length in bins `[k]` of every avalanche, and the bin width in ms."""

    size: Int64
    duration: Int64
    width: float


def mean_population_interval(spikes: SpikeTrains) -> float:
    """Mean time between consecutive spikes of the whole population in ms; NaN below two spikes.

    >>> three = SpikeTrains.from_times([0.0, 1.0, 4.0], [0, 1, 0], n=2, stop=10.0)
    >>> mean_population_interval(three)
    2.0
    """
    check_spikes(spikes)
    count = 0
    first = np.nan
    last = np.nan
    for time, _ in spikes:
        if time.size:
            if count == 0:
                first = float(time[0])
            last = float(time[-1])
            count += time.size
    return (last - first) / (count - 1) if count > 1 else float("nan")


def avalanches(spikes: SpikeTrains, width: float | None = None) -> Avalanches:
    """Cut the activity into avalanches: runs of bins that hold spikes.

    Runs that touch the start or the end of the window are cut by it; they count as they are seen,
    and so does a last bin that the window cuts short. Whether the sizes are a power law is for
    `fit_power_law`.

    Args:
        spikes: of a whole population.
        width: of the bins in ms; None takes the mean population interval. Spikes that all come at
            once have none: there are no avalanches then, and the width is NaN.

    Source: J. Beggs, D. Plenz, J. Neurosci. 23 (2003), doi:10.1523/JNEUROSCI.23-35-11167.2003.

    >>> events = SpikeTrains.from_times([0.0, 1.0, 1.5, 5.0], [0, 1, 0, 2], n=3, stop=8.0)
    >>> avalanches(events, 1.0).size.tolist(), avalanches(events, 1.0).duration.tolist()
    ([3, 1], [2, 1])
    """
    if width is not None:
        positive("width", width, "ms")
    check_spikes(spikes)
    if width is None:
        width = mean_population_interval(spikes)
        if not width > 0:
            none = np.empty(0, np.int64)
            return Avalanches(none, none, float("nan"))
    count = np.zeros(spikes.bins(width) + 1, np.int64)
    for bin_, _ in spikes.binned(width, rest=True):
        count += np.bincount(bin_, minlength=len(count))
    edge = np.diff(np.concatenate(([0], count > 0, [0])).astype(np.int8))
    first = np.flatnonzero(edge == 1)
    end = np.flatnonzero(edge == -1)
    spikes_before = np.concatenate(([0], np.cumsum(count)))
    return Avalanches(spikes_before[end] - spikes_before[first], end - first, width)
