"""Figure of a stream and its anomaly score."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.analysis.anomaly.nab import probation
from neurosparse.analysis.anomaly.stream import Stream

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_stream(
    stream: Stream,
    score: Any,
    windows: Iterable[tuple[Any, Any]] = (),
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw a stream with its anomaly score below, windows and probation shaded.

    Args:
        stream: times and values.
        score: of each row, 0 to 1 `[n]`.
        windows: (from, to) of known anomalies, datetimes as in the stream.
        ax: drawn on, or new axes.

    >>> from datetime import datetime
    >>> times = [datetime(2020, 1, day) for day in (1, 2, 3)]
    >>> len(plot_stream(Stream(times, np.arange(3.0)), np.zeros(3)).lines)
    1
    """
    if ax is None:
        from matplotlib.figure import Figure

        ax = Figure(figsize=(9, 4), layout="constrained").subplots()
    # Matplotlib takes datetimes, its types do not say so
    times: Any = stream.times
    ax.plot(times, stream.values, lw=0.8, color="tab:blue")
    ax.set(ylabel="value", xlabel="time")
    below = ax.twinx()
    below.fill_between(times, np.asarray(score), color="tab:red", alpha=0.6, lw=0)
    # the score takes the lowest third, so that it does not cover the stream
    below.set(ylim=(0, 3), ylabel="anomaly score", yticks=(0, 0.5, 1))
    for first, last in windows:
        ax.axvspan(first, last, color="tab:orange", alpha=0.25)
    ax.axvspan(times[0], times[probation(len(times))], color="0.5", alpha=0.15)
    return ax
