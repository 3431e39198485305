"""The growth of one finite difference."""

import pytest

from neurosparse.lyapunov import Lorenz63, separation_rate


def test_two_trajectories_find_the_largest_exponent_of_lorenz():
    assert separation_rate(
        Lorenz63(dt=0.02), [1.0, 1.0, 1.0], 8_000, transient=500, rng=0
    ) == pytest.approx(0.906, abs=0.05)
