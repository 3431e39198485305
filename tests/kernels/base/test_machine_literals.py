"""Numbers in a model's functions: of the state's type, and never folded into other instructions."""

from math import exp

import numpy as np
import pytest
from numba import float32, float64, int32, njit

from neurosparse.kernels.base.machine.models import scalar

HALF = 0.1


def waiting(v, since):
    """Change v only from a moment on."""
    return v + (0.3 * v + HALF if since >= 0 else 0.0)


def grown(v, since):
    """Take a power of e and a whole number."""
    return max(exp(v) - 1.0, 0.0) ** 2 if since > 3 else v


@pytest.mark.parametrize(("real", "kind"), [(np.float32, float32), (np.float64, float64)])
@pytest.mark.parametrize("function", [waiting, grown])
def test_literals_have_the_type_of_the_state(function, real, kind):
    compiled = scalar(function, real)
    assert compiled.compile((kind, int32)) is not None
    assert compiled.overloads[kind, int32].signature.return_type == kind
    for v in np.linspace(-2, 2, 9).astype(real):
        for since in (-1, 0, 4):
            expected = function(float(v), since)
            assert compiled(real(v), np.int32(since)) == pytest.approx(
                expected, rel=1e-6, abs=1e-6
            )


def test_without_a_type_a_literal_is_a_float64():
    compiled = scalar(waiting)
    compiled.compile((float32, int32))
    assert compiled.overloads[float32, int32].signature.return_type == float64


def test_a_literal_is_read_and_not_folded():
    step = scalar(waiting, np.float32)

    @njit(cache=False)
    def loop(v, since):
        for i in range(v.size):
            v[i] = step(v[i], since[i])

    v = np.linspace(-1, 1, 65, dtype=np.float32)
    before = v.copy()
    since = np.arange(65, dtype=np.int32) - 32
    loop(v, since)
    # the change is rounded by itself, wherever the compiler puts a loop's neurons
    change = (np.float64(np.float32(0.3)) * before + np.float32(HALF)).astype(np.float32)
    two = (np.float32(0.3) * before + np.float32(HALF)).astype(np.float32)
    moved = np.where(since >= 0, before + change, before)
    also = np.where(since >= 0, before + two, before)
    assert ((v == moved) | (v == also)).all()
    assert (v[:32] == before[:32]).all()
    assert "literal." in next(iter(loop.inspect_llvm().values()))
