"""Generated chaos against what is known of it."""

import numpy as np
import pytest

from neurosparse.datasets import lorenz63, mackey_glass, rossler
from neurosparse.lyapunov import Lorenz63, Rossler


def test_lorenz_runs_over_both_wings() -> None:
    path = lorenz63(3000, rng=0)
    assert path[:, 0].min() < -10 < 10 < path[:, 0].max()
    assert abs(path[:, 2].mean() - 23.5) < 1.5


def test_rossler_turns_and_mackey_glass_stays_in_its_band() -> None:
    path = rossler(2000, rng=0)
    crossings = np.flatnonzero((path[:-1, 0] < 0) & (path[1:, 0] >= 0))
    assert 5.5 < np.diff(crossings).mean() * 0.1 < 6.3
    glass = mackey_glass(1000, rng=0)
    assert 0.2 < glass.min() < 0.6
    assert 1.2 < glass.max() < 1.5
    # a short delay lets it settle where beta / (1 + x^10) = gamma
    np.testing.assert_allclose(mackey_glass(5, tau=1.0, rng=0), 1.0, atol=1e-9)


def test_a_series_follows_its_system() -> None:
    system = Lorenz63(dt=0.01)
    path = lorenz63(20, system=system, transient=5, rng=1)
    np.testing.assert_array_equal(system.step(path[3], 0), path[4])


def test_one_seed_is_one_trajectory() -> None:
    for series in (lorenz63, rossler, mackey_glass):
        one = series(20, rng=3)
        other = series(20, rng=3)
        third = series(20, rng=4)
        np.testing.assert_array_equal(one, other)
        assert np.abs(one - third).max() > 1e-6


def test_bad_requests_are_refused() -> None:
    for call, name in (
        (lambda: lorenz63(0), "n: got 0"),
        (lambda: rossler(5, system=Rossler(dt=0.0)), "dt: got 0.0"),
        (lambda: mackey_glass(5, dt=0.0), "dt: got 0.0"),
        (lambda: mackey_glass(5, transient=-1), "transient: got -1"),
        (lambda: mackey_glass(5, tau=17.03), "tau: got 17.03"),
    ):
        with pytest.raises(ValueError, match=name):
            call()
