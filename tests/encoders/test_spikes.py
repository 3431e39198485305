"""Spike encoders: what comes back, and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neurosparse.encoders import DeltaEncoder, LatencyEncoder, RateEncoder, raster


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
    assert (
        np.abs(encoder.decode((steps, neurons), frame.size) - frame).max(initial=0)
        <= 0.005 + 1e-12
    )


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


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda: LatencyEncoder(11.5), ValueError, "n_steps: got 11.5"),
        (lambda: RateEncoder(10.0), ValueError, "n_steps: got 10.0"),
        (lambda: DeltaEncoder(float("inf")), ValueError, "threshold: got inf"),
        (lambda: RateEncoder(4).encode(["a"]), TypeError, "values: got"),
        (
            lambda: RateEncoder(4).decode(([0], [5]), 2),
            ValueError,
            "neurons 5..5, wants 0..1",
        ),
        (
            lambda: LatencyEncoder(4).decode(([4], [0]), 2),
            ValueError,
            "steps 4..4, wants 0..3",
        ),
        (
            lambda: DeltaEncoder(1.0).decode(([9], [0]), 3, [0.0]),
            ValueError,
            "steps 9..9, wants 0..2",
        ),
        (
            lambda: DeltaEncoder(1.0).decode(([1], [2]), 3, [0.0]),
            ValueError,
            "neurons 2..2, wants 0..1",
        ),
        (
            lambda: raster(([1, 0], [0]), 2, 2),
            ValueError,
            r"got \[2\] steps and \[1\] neurons",
        ),
        (lambda: raster(([0.5], [0]), 2, 2), TypeError, "steps of float64"),
        (lambda: raster(([1], [0]), 2.0, 2), ValueError, "n_steps: got 2.0"),
        (lambda: raster("x", 2, 2), TypeError, "spikes: got 'x'"),
    ],
)
def test_spikes_and_sizes_that_cannot_be_meant_are_refused(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_lists_and_tensors_that_ask_for_a_gradient_are_taken():
    import torch

    assert raster(([1], [0]), 2, 2).tolist() == [[0.0, 0.0], [1.0, 0.0]]
    frame = torch.tensor([1.0, 0.0, 0.5], requires_grad=True)
    for found, wanted in zip(
        LatencyEncoder(11).encode(frame),
        LatencyEncoder(11).encode([1.0, 0.0, 0.5]),
        strict=True,
    ):
        np.testing.assert_array_equal(found, wanted)
