"""Plain detectors: what they score, and what they refuse."""

import numpy as np
import pytest

from neurosparse.analysis import NullDetector, RandomDetector, WindowedGaussian


def test_a_gaussian_sees_what_lies_far_out():
    rng = np.random.default_rng(0)
    values = rng.normal(5.0, 1.0, 500)
    values[400] = 15.0
    scores = WindowedGaussian(window=200, step=10)(values)
    assert scores[0] == 0.0
    # after a few values, of which any is far out
    assert scores[10:].argmax() == 390
    # under its own law a score is uniform
    assert scores[200:400].mean() == pytest.approx(0.75, abs=0.05)
    assert np.isfinite(WindowedGaussian()(np.zeros(10))).all()


def test_random_scores_are_those_of_the_seed_and_none_are_zero():
    values = np.zeros(100)
    assert np.array_equal(RandomDetector(1)(values), RandomDetector(1)(values))
    assert not np.array_equal(RandomDetector(1)(values), RandomDetector(2)(values))
    assert not NullDetector()(values).any()


def test_a_window_without_rows_is_refused():
    with pytest.raises(ValueError, match="window: got 0"):
        WindowedGaussian(window=0)
    with pytest.raises(ValueError, match="step: got 0"):
        WindowedGaussian(step=0)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_would_stay_in_the_mean_for_ever_is_refused(wrong):
    with pytest.raises(ValueError, match="values: got .* wants a vector of finite"):
        WindowedGaussian()([1.0, wrong, 2.0])
