"""Ensembles: planted ones are found, noise has none."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains
from tests.analysis.spikes.helpers import STOP, N


def test_planted_ensembles_are_found_and_noise_has_none(poisson):
    rng = np.random.default_rng(6)
    time, index = poisson.arrays()
    for group in (np.arange(8), np.arange(10, 16)):
        events = rng.uniform(0, STOP, 200)
        time = np.concatenate([time, np.repeat(events, len(group))])
        index = np.concatenate([index, np.tile(group, len(events))])
    found = analysis.ensembles(
        SpikeTrains.from_times(time, index, N, stop=STOP), 5.0, p=1e-5, rng=0
    )
    assert found.number == 2
    assert set(np.flatnonzero(found.labels == 0)) == set(range(8))
    assert set(np.flatnonzero(found.labels == 1)) == set(range(10, 16))
    assert analysis.ensembles(poisson, 5.0, p=1e-5, rng=0).number == 0
    with pytest.raises(ValueError, match="p: got 2"):
        analysis.ensembles(poisson, 5.0, p=2)
