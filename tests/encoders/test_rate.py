"""Rate codes: counts follow the signal."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.encoders import RateEncoder, integrate, raster


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.5, 3.0))
def test_integration_loses_nothing(seed: int, threshold: float) -> None:
    signal = np.random.default_rng(seed).random((40, 3)) * threshold
    steps, neurons = integrate(signal, threshold)
    total = signal.sum(0) / threshold
    counts = np.bincount(neurons, minlength=3)
    assert (np.abs(counts - total) <= 1 + 1e-9).all()
    spikes = raster((steps, neurons), 40, 3)
    assert spikes.sum() == len(steps)
    np.testing.assert_array_equal(spikes.sum(0), counts)


def test_rates_are_those_of_the_frame_and_come_back() -> None:
    frame = np.array([1.0, 0.5, 0.1, 0.0])
    encoder = RateEncoder(4000, most=0.8)
    spikes = encoder.encode(frame, rng=0)
    np.testing.assert_allclose(encoder.decode(spikes, 4), frame, atol=0.04)
    for one, other in zip(spikes, encoder.encode(frame, rng=0), strict=True):
        np.testing.assert_array_equal(one, other)
