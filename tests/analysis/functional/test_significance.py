"""Estimates against shifted activity."""

import numpy as np
import pytest

from neurosparse.analysis import against_shifts, lagged_regression
from tests.analysis.functional.test_estimate import CYCLE, recorded


def test_what_acts_stands_out_and_nothing_else():
    steps = []
    z = against_shifts(
        recorded(CYCLE, 2000), lagged_regression, 30, rng=0,
        progress=lambda done, of: steps.append(done),
    )  # fmt: skip
    assert steps[-1] == 30
    joined = CYCLE > 0
    assert z[joined].min() > 6
    assert np.abs(z[~joined & ~np.eye(3, dtype=bool)]).max() < 4


def test_rates_and_rhythms_are_not_taken_for_action():
    """Slow neurons that do not act on each other."""
    rng = np.random.default_rng(3)
    slow = recorded(0.9 * np.eye(6), 1500, seed=3) + rng.random(6)
    z = against_shifts(slow, lambda x: np.corrcoef(x.T), 60, rng=1)
    assert np.isnan(np.diag(z)).all()
    assert np.abs(z[~np.eye(6, dtype=bool)]).max() < 4.5
    with pytest.raises(ValueError, match="shifts: got 1"):
        against_shifts(slow, np.corrcoef, 1)
    with pytest.raises(ValueError, match="at least 20 steps"):
        against_shifts(slow[:9], np.corrcoef)
    with pytest.raises(TypeError, match="estimate"):
        against_shifts(slow, "correlation")
