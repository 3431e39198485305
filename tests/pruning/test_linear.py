"""Linear networks under noise, against closed forms."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    RecurrentNet,
    slow_mode_error,
    stationary_covariance,
)
from neurosparse.pruning.linear import abscissa, is_positive


def test_the_covariance_solves_its_equation():
    rng = np.random.default_rng(0)
    general = rng.standard_normal((40, 40)) / 8 - 2 * np.eye(40)
    swap = np.roll(np.eye(40), 1, axis=0)
    for a in (general, general + general.T, swap - 1.5 * np.eye(40)):
        c = stationary_covariance(a, 0.7)
        assert np.abs(a @ c + c @ a.T + 0.49 * np.eye(40)).max() < 1e-9
        np.testing.assert_array_equal(c, c.T)
    a = general + general.T
    np.testing.assert_allclose(
        stationary_covariance(a), -0.5 * np.linalg.inv(a), atol=1e-12
    )


def test_what_is_positive_and_what_is_stable():
    assert is_positive(np.eye(3))
    assert not is_positive(-np.eye(3))
    assert not is_positive(np.zeros((2, 2)))
    assert abscissa([[0.0, 1.0], [-1.0, -0.2]]) == pytest.approx(-0.1)


TWO = Connectivity.from_dense([[0, 1], [0, 0]])

BAD = {
    "abscissa 1": lambda: stationary_covariance([[1.0]]),
    "a square matrix": lambda: stationary_covariance([[1.0, 2.0]]),
    "1..1, the neurons that are left": lambda: slow_mode_error(
        RecurrentNet.begin(TWO), RecurrentNet.begin(TWO).only(np.array([0])), modes=2
    ),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
