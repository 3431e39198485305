"""Trains of spikes for the tests of this folder."""

import numpy as np
from hypothesis import strategies as st

from neurosparse.analysis import SpikeTrains

N = 40
STOP = 50_000.0
RATE = 20.0

trains = st.lists(
    st.tuples(st.integers(0, 59), st.integers(0, 4)), min_size=3, max_size=80
).map(sorted)


def together(n=10, period=20.0, stop=1000.0):
    """Neurons that all fire at once, like a clock."""
    time = np.repeat(np.arange(0.0, stop, period), n)
    return SpikeTrains.from_times(time, np.tile(np.arange(n), len(time) // n), n, stop=stop)


def silence(n):
    """Ten milliseconds without a spike."""
    return SpikeTrains.from_times([], np.empty(0, int), n, stop=10.0)
