"""Spikes that several files draw."""

import numpy as np
import pytest

from neurosparse.analysis import SpikeTrains


@pytest.fixture
def spikes():
    """Thirty neurons, five hundred spikes."""
    rng = np.random.default_rng(0)
    return SpikeTrains.from_times(
        rng.uniform(0, 100, 500), rng.integers(0, 30, 500), 30, stop=100.0
    )
