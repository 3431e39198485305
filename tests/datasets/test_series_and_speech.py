"""Generated chaos against what is known of it, and the real series and recordings where they
are.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import (
    Lorenz63,
    MackeyGlass,
    Rossler,
    ett_h1,
    exchange_rate,
    mnist_1d,
    spoken_digits,
)
from neurosparse.datasets.chaos import runge_kutta
from neurosparse.datasets.series import parts


def test_runge_kutta_is_of_fourth_order() -> None:
    errors = [
        abs(runge_kutta(lambda x: -x, np.ones(1), n, 1 / n)[-1, 0] - np.exp(-1)) for n in (10, 20)
    ]
    assert 14 < errors[0] / errors[1] < 18


def test_lorenz_runs_over_both_wings_and_its_fixed_points_stay() -> None:
    system = Lorenz63()
    path = system(3000, rng=0)
    assert path[:, 0].min() < -10 < 10 < path[:, 0].max()
    assert abs(path[:, 2].mean() - 23.5) < 1.5
    wing = np.sqrt(8 / 3 * 27)
    np.testing.assert_allclose(system.rule(np.array([wing, wing, 27.0])), 0, atol=1e-12)


def test_neighbours_part_at_the_known_rate() -> None:
    system = Lorenz63(dt=0.01)
    near = system(1, rng=1)[0]
    gap = np.array([1.0, 0.0, 0.0])
    logs = []
    for _ in range(300):
        far = near + gap / np.linalg.norm(gap) * 1e-7
        near, far = (runge_kutta(system.rule, x, 20, 0.01)[-1] for x in (near, far))
        gap = far - near
        logs.append(np.log(np.linalg.norm(gap) / 1e-7))
    assert abs(np.mean(logs[20:]) / 0.2 - system.exponent) < 0.12


def test_rossler_turns_and_mackey_glass_stays_in_its_band() -> None:
    path = Rossler()(2000, rng=0)
    crossings = np.flatnonzero((path[:-1, 0] < 0) & (path[1:, 0] >= 0))
    assert 5.5 < np.diff(crossings).mean() * 0.1 < 6.3
    glass = MackeyGlass()(1000, rng=0)
    assert 0.2 < glass.min() < 0.6
    assert 1.2 < glass.max() < 1.5
    # a short delay lets it settle where beta / (1 + x^10) = gamma
    np.testing.assert_allclose(MackeyGlass(tau=1.0)(5, rng=0), 1.0, atol=1e-9)


def test_one_seed_is_one_trajectory() -> None:
    for system in (Lorenz63(), Rossler(), MackeyGlass()):
        one = system(20, rng=3)
        other = system(20, rng=3)
        third = system(20, rng=4)
        np.testing.assert_array_equal(one, other)
        assert np.abs(one - third).max() > 1e-6


def test_bad_requests_are_refused() -> None:
    for call in (
        lambda: Lorenz63()(0),
        lambda: Rossler(dt=0.0)(5),
        lambda: MackeyGlass()(5, transient=-1),
    ):
        with pytest.raises(ValueError, match="wants n >= 1"):
            call()
    with pytest.raises(ValueError, match="tau: got 17.03"):
        MackeyGlass(tau=17.03)(5)
    with pytest.raises(ValueError, match="parts: got 3"):
        parts(np.zeros((4, 1)), 3, 1, 1)


def test_spoken_digits(data_folder: Callable[[str], Path]) -> None:
    data_folder("fsdd")
    found = spoken_digits()
    assert len(found.sounds) == 2000
    assert (np.bincount(found.digit) == 200).all()
    assert (np.bincount(found.speaker) == 500).all()
    assert all(sound.dtype == np.int16 and len(sound) > 1000 for sound in found.sounds)
    assert max(np.abs(sound.astype(int)).max() for sound in found.sounds[:50]) > 1000


def test_mnist_1d(data_folder: Callable[[str], Path]) -> None:
    data_folder("mnist1d")
    found = mnist_1d()
    assert found.train_x.shape == (4000, 40)
    assert set(found.test_y) == set(range(10))


def test_real_series(data_folder: Callable[[str], Path]) -> None:
    data_folder("ett")
    data_folder("timeseries_small")
    hours, days = ett_h1(), exchange_rate()
    assert hours.values.shape == (17_420, 7)
    assert hours.values[0, -1] == pytest.approx(30.531, abs=1e-3)
    assert days.values.shape == (7588, 8)
    assert (days.values > 0).all()
    cut = parts(hours.values, 8640, 2880, 2880)
    np.testing.assert_allclose(cut.train.mean(0), 0, atol=1e-9)
    assert len(cut.test) == 2880
