"""What reconstructions leave over."""

import numpy as np
import pytest

from neurosparse.analysis import (
    dead_share,
    error_parts,
    hoyer_sparseness,
    loss_recovered,
    shrinkage,
    unexplained_variance,
)
from neurosparse.sparse_coding import SparseCodes
from tests.models.autoencoders.helpers import X, worked_example


def test_the_worked_example():
    sae = worked_example().eval()
    codes = sae.encode(X)
    fvu = unexplained_variance(X.numpy(), sae.decode(codes))
    assert fvu == pytest.approx(0.73248780)
    assert dead_share(codes) == 0.25
    assert float(hoyer_sparseness([0.5, 0, 0, 0.1, 2.0])) == pytest.approx(0.78989496)


def test_means_are_those_of_the_whole_set():
    x = np.array([[0.0], [1.0], [10.0], [11.0]])
    output = x + np.array([[1.0], [0.0], [0.0], [0.0]])
    assert unexplained_variance(x, output) == pytest.approx(1 / 101)
    assert shrinkage([[1.0], [0.0]], [[0.5], [0.0]]) == 0.5
    assert np.isnan(unexplained_variance(np.ones((2, 1)), np.ones((2, 1))))


def test_an_error_that_is_linear_is_said_to_be():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((400, 3))
    assert error_parts(x, x @ rng.standard_normal((3, 3)) + 1).vector == pytest.approx(1)
    assert error_parts(x, x + rng.standard_normal(x.shape)).vector < 0.05
    with pytest.raises(ValueError, match="samples"):
        error_parts(x[:6], x[:6])


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="output"):
        unexplained_variance(np.ones((2, 3)), np.ones((2, 2)))
    with pytest.raises(ValueError, match="x: got"):
        unexplained_variance(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match="without"):
        loss_recovered(1.0, 1.0, 1.0)
    assert dead_share(SparseCodes.from_dense(np.zeros((2, 4)))) == 1.0
