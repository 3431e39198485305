"""Spike encoders: what comes back, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neurosparse.encoders import DeltaEncoder, LatencyEncoder


@given(arrays(np.float64, (30, 3), elements=st.floats(-0.9, 0.9)))
def test_delta_follows_a_slow_signal(moves: np.ndarray) -> None:
    signal = np.cumsum(moves, axis=0)
    encoder = DeltaEncoder(1.0)
    back = encoder.decode(encoder.encode(signal), len(signal), signal[0])
    assert np.abs(back - signal).max() < 1.0


def test_delta_fires_up_and_down() -> None:
    steps, neurons = DeltaEncoder(0.5).encode([[0, 0], [1, -1], [1, -1], [1, -1]])
    assert steps.tolist() == [1, 1, 2, 2]
    assert neurons.tolist() == [0, 3, 0, 3]


@given(arrays(np.float64, st.integers(0, 20), elements=st.floats(0, 1)))
def test_latency_comes_back_to_half_a_step(frame: np.ndarray) -> None:
    encoder = LatencyEncoder(101)
    steps, neurons = encoder.encode(frame)
    assert neurons.size == np.count_nonzero(frame)
    assert (np.diff(steps) >= 0).all()
    assert np.abs(encoder.decode((steps, neurons), frame.size) - frame).max(initial=0) <= 0.005 + 1e-12


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: DeltaEncoder(0), "threshold"),
        (lambda: DeltaEncoder(1).encode([1.0]), "n_steps, n_channels"),
        (lambda: DeltaEncoder(1).encode([[0.0], [np.nan]]), r"nan at \(1, 0\)"),
        (lambda: LatencyEncoder(0), "n_steps"),
        (lambda: LatencyEncoder(5).encode([1.5]), "from 0 to 1"),
        (lambda: LatencyEncoder(5).encode([np.inf]), "inf at"),
    ],
)
def test_refusals(call: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]
