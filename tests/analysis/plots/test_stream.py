"""The figure of a stream, by what is on it."""

from datetime import datetime, timedelta

import numpy as np
from matplotlib.figure import Figure

from neurosparse.analysis import Stream, plot_stream


def test_values_score_windows_and_probation_are_there():
    times = [datetime(2020, 1, 1) + timedelta(hours=hour) for hour in range(100)]
    stream = Stream(times, np.arange(100.0))
    ax = Figure().add_subplot()
    assert plot_stream(stream, np.ones(100), [(times[40], times[50])], ax=ax) is ax
    assert ax.lines[0].get_ydata().tolist() == list(range(100))
    # one window, and the 15 % that are not judged
    assert len(ax.patches) == 2
    below = ax.figure.axes[1]
    assert below.get_ylim() == (0, 3)
