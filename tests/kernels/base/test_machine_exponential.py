"""The exponential of compiled models against long doubles: error in units of the last place, ends
of the range.
"""

import numpy as np
import pytest
from numba import njit

from neurosparse.kernels.base.machine.exponential import exponential

REALS = [np.float64, np.float32]


def mapped(real):
    one = exponential[real]

    @njit
    def every(x, out):
        for i in range(x.size):
            out[i] = one(x[i])

    return every


@pytest.mark.parametrize("real", REALS)
def test_error_is_within_one_unit_in_the_last_place(real):
    x = np.linspace(-80, 80, 100_001).astype(real)
    found = np.empty_like(x)
    mapped(real)(x, found)
    exact = np.exp(x.astype(np.longdouble))
    error = np.abs(found - exact) / np.spacing(exact.astype(real))
    assert 0.3 < error.max() < 1.0


@pytest.mark.parametrize("real", REALS)
def test_special_points(real):
    x = np.array([0.0, -0.0, 1e30, -1e30], dtype=real)
    found = np.empty_like(x)
    mapped(real)(x, found)
    assert found[:2].tolist() == [1.0, 1.0]
    assert np.isfinite(found).all()
    assert found[2] > 1e37
    assert 0 < found[3] < 2e-38


@pytest.mark.parametrize("real", REALS)
def test_a_loop_over_it_is_vector_code(real):
    every = mapped(real)
    every(np.zeros(4, real), np.zeros(4, real))
    code = every.inspect_llvm(every.signatures[0])
    assert "x double>" in code or "x float>" in code
