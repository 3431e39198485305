"""The real series, where they are on this machine, and their parts."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import (
    ett_h1,
    exchange_rate,
    split_series,
)


def test_bad_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="parts: got 3"):
        split_series(np.zeros((4, 1)), 3, 1, 1)


def test_real_series(data_folder: Callable[[str], Path]) -> None:
    data_folder("ett")
    data_folder("timeseries_small")
    hours, days = ett_h1(), exchange_rate()
    assert hours.values.shape == (17_420, 7)
    assert hours.values[0, -1] == pytest.approx(30.531, abs=1e-3)
    assert days.values.shape == (7588, 8)
    assert (days.values > 0).all()
    cut = split_series(hours.values, 8640, 2880, 2880)
    np.testing.assert_allclose(cut.train.mean(0), 0, atol=1e-9)
    assert len(cut.test) == 2880
