"""The real series and recordings, where they are."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import (
    ett_h1,
    exchange_rate,
    mnist_1d,
    spoken_digits,
)
from neurosparse.datasets.series import parts


def test_bad_parts_are_refused() -> None:
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
