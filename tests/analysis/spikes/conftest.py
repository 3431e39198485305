"""Spike trains that several files measure."""

import numpy as np
import pytest

from neurosparse.analysis import SpikeTrains
from tests.analysis.spikes.helpers import RATE, STOP, N


@pytest.fixture(scope="session")
def poisson():
    """Independent Poisson trains of 20 Hz for 50 s."""
    rng = np.random.default_rng(1)
    count = rng.poisson(RATE * STOP / 1000, N)
    time = rng.uniform(0, STOP, count.sum())
    return SpikeTrains.from_times(time, np.repeat(np.arange(N), count), N, stop=STOP)


@pytest.fixture(scope="session")
def pair_of_trains():
    """Our spikes and the same as Neo trains: Poisson with a common part, so that they correlate."""
    neo = pytest.importorskip("neo", reason="neo is not installed")
    pytest.importorskip("elephant", reason="elephant is not installed")
    n = 6
    stop = 2000.0
    rng = np.random.default_rng(2)
    common = rng.uniform(0, stop, 60)
    parts = [
        np.sort(np.concatenate([common, rng.uniform(0, stop, 50 + 10 * k)]))
        for k in range(n)
    ]
    index = np.repeat(np.arange(n), [len(part) for part in parts])
    ours = SpikeTrains.from_times(np.concatenate(parts), index, n, stop=stop)
    return ours, [neo.SpikeTrain(part, units="ms", t_stop=stop) for part in parts]
