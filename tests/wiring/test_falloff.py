"""How the probability of a synapse falls with distance."""

import numpy as np
import pytest

from neurosparse.wiring import Disc, Exponential, Gaussian


@pytest.mark.parametrize(
    "kernel", [Gaussian(0.8, 2.0), Exponential(0.8, 0.7), Disc(0.8, 3.0)]
)
def test_probabilities_fall_from_p_to_nothing_beyond_the_reach(kernel):
    p = kernel(np.linspace(0, kernel.reach, 500))
    assert p[0] == 0.8
    assert np.all(np.diff(p) <= 0)
    assert kernel(np.array([kernel.reach * 1.01]))[0] < 2e-8


def test_closed_forms():
    assert Gaussian(1.0, 2.0)(np.array([2.0]))[0] == pytest.approx(np.exp(-0.5))
    assert Exponential(1.0, 2.0)(np.array([4.0]))[0] == pytest.approx(np.exp(-2))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Gaussian(1.1, 1.0), "p: got 1.1"),
        (lambda: Gaussian(0.1, np.inf), "sigma: got inf"),
        (lambda: Exponential(0.1, -1.0), "length: got -1"),
    ],
)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
