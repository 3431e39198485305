"""Forecasting tasks: windows without leaks, the published parts."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import forecast_split, forecast_task, forecast_windows


def series(steps: int = 200, columns: int = 2) -> np.ndarray:
    """A daily course, another by half a day later, and noise."""
    t = np.arange(steps)[:, None]
    rng = np.random.default_rng(0)
    return np.sin(
        2 * np.pi * (t / 12 + np.arange(columns) / 2)
    ) + 0.05 * rng.standard_normal((steps, columns))


def test_no_test_value_reaches_training() -> None:
    values = series(120)
    sizes = (60, 20, 40)
    clean = forecast_split(values, sizes, 8, 4)
    dirty = values.copy()
    dirty[80:] = 1e6
    tainted = forecast_split(dirty, sizes, 8, 4)
    for part in ("train", "valid"):
        for a, b in zip(getattr(clean, part), getattr(tainted, part), strict=True):
            np.testing.assert_array_equal(a, b)
    dirty = values.copy()
    dirty[60:] = 1e6
    for a, b in zip(clean.train, forecast_split(dirty, sizes, 8, 4).train, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_allclose(
        clean.train.inputs[0],
        ((values - values[:60].mean(0)) / values[:60].std(0))[:8],
        rtol=1e-5,
    )


def test_every_target_lies_in_its_own_part_and_follows_its_input() -> None:
    steps = np.arange(120.0)[:, None]
    scale = steps[:60].std()
    made = forecast_split(steps, (60, 20, 40), 8, 4)
    for part, lo, hi in zip(made, (0, 60, 80), (60, 80, 120), strict=True):
        first = np.rint(part.inputs[..., 0] * scale + steps[:60].mean()).astype(int)
        last = np.rint(part.targets[..., 0] * scale + steps[:60].mean()).astype(int)
        start = lo + 8 * (lo == 0)
        assert sorted(last[:, 0]) == list(range(start, hi - 3))
        assert last.max() == hi - 1
        np.testing.assert_array_equal(np.diff(np.hstack([first, last]), axis=1), 1)


def test_windows_refuse() -> None:
    nan = series(30)
    nan[7, 1] = np.nan
    for values, lookback, horizon, says in (
        (series(10), 8, 3, "lookback 8 \\+ horizon 3 = 11 steps"),
        (nan, 8, 3, "nan at step 7, column 1"),
        (series(30), 8, 0, "horizon: got 0"),
        (series(30), 0, 3, "lookback: got 0"),
        (series(30)[:, 0], 8, 3, "wants \\[time, columns\\]"),
    ):
        with pytest.raises(ValueError, match=says):
            forecast_windows(values, lookback, horizon)
    with pytest.raises(ValueError, match="horizon: got 25, wants one of etth1's: 24, 48"):
        forecast_task("etth1").split(25)
    with pytest.raises(
        ValueError, match="task: got 'weather', wants one of etth1, exchange, illness"
    ):
        forecast_task("weather")


def test_tasks_have_the_published_parts(data_folder: Callable[[str], Path]) -> None:
    data_folder("timeseries_small")
    for name, steps in (("exchange", 7588), ("illness", 966)):
        of = forecast_task(name)
        assert len(of.load().values) == sum(of.shares) == steps
        assert (
            len(of.split(of.horizons[-1]).test.inputs)
            == int(0.2 * steps) - of.horizons[-1] + 1
        )
