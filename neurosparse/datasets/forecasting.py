"""Forecasting tasks on the real series: windows cut without leaks, what is scored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.datasets.series import (
    TimeSeries,
    ett_h1,
    exchange_rate,
    illness,
    split_series,
)
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Float32, Float64, Floating


class ForecastWindows(NamedTuple):
    """Every stretch of a series with what follows it.

    Views of one array where `forecast_windows` made them; do not write into them.

    Attributes:
        inputs: what is seen, `[n, lookback, columns]`.
        targets: what follows, `[n, horizon, columns]`.
    """

    inputs: Float32
    targets: Float32


class ForecastSplit(NamedTuple):
    """Windows to train on, to choose by and to score."""

    train: ForecastWindows
    valid: ForecastWindows
    test: ForecastWindows


def forecast_windows(values: Floating, lookback: int, horizon: int) -> ForecastWindows:
    """Cut a series `[time, columns]` into all its windows, one for each step.

    Raises:
        ValueError: NaN, a horizon or lookback below 1, or a series shorter than both together.

    >>> x, y = forecast_windows(np.arange(5.0)[:, None], lookback=2, horizon=1)
    >>> x[..., 0].tolist(), y[..., 0].tolist()
    ([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]], [[2.0], [3.0], [4.0]])
    """
    lookback = whole_number("lookback", lookback, 1)
    horizon = whole_number("horizon", horizon, 1)
    length = lookback + horizon
    if values.ndim != 2 or len(values) < length:
        steps = f"lookback {lookback} + horizon {horizon} = {length} steps"
        wants = f"[time, columns] with at least {steps}"
        raise bad_argument("values", values, wants, "shorten the lookback")
    if not np.isfinite(values).all():
        step, column = np.argwhere(~np.isfinite(values))[0]
        fault = Said(f"{values[step, column]} at step {step}, column {column}")
        raise bad_argument(
            "values", fault, "finite numbers", "fill or leave out gaps first"
        )
    single = values.astype(np.float32)
    views = np.lib.stride_tricks.sliding_window_view(single, length, axis=0).transpose(
        0, 2, 1
    )
    return ForecastWindows(views[:, :lookback], views[:, lookback:])


def forecast_split(
    values: Float64, sizes: tuple[int, int, int], lookback: int, horizon: int
) -> ForecastSplit:
    """Scale a series by its training part alone and cut it; every target lies inside its own part.

    Inputs of validation and test reach back into the part before, as in the published splits.

    Args:
        values: `[time, columns]`.
        sizes: lengths of training, validation and test part, in steps.
        lookback: steps that a forecaster sees.
        horizon: steps that it is asked for.

    Raises:
        ValueError: a part that is too short, NaN, a lookback or horizon below 1.
    """
    train, valid, test = split_series(values, *sizes)
    before_test = np.concatenate([train, valid])[-lookback:]
    return ForecastSplit(
        forecast_windows(train, lookback, horizon),
        forecast_windows(np.concatenate([train[-lookback:], valid]), lookback, horizon),
        forecast_windows(np.concatenate([before_test, test]), lookback, horizon),
    )


@dataclass(frozen=True)
class ForecastTask:
    """One series as forecasters are compared on it.

    Args:
        name: what tables call it.
        load: reads the series.
        shares: training, validation and test part, in steps.
        lookback: steps a forecaster sees.
        horizons: steps it may be asked for.
        period: steps of a season, for the forecast that repeats the last one.
    """

    name: str
    load: Callable[[], TimeSeries]
    shares: tuple[int, int, int]
    lookback: int
    horizons: tuple[int, ...]
    period: int

    def split(self, horizon: int) -> ForecastSplit:
        """Load, scale and cut the series for one horizon.

        Raises:
            ValueError: a horizon this task does not have.
            FileNotFoundError: the series is not on this machine.
        """
        if horizon not in self.horizons:
            expected = f"one of {self.name}'s: {', '.join(map(str, self.horizons))}"
            raise bad_argument("horizon", horizon, expected)
        return forecast_split(self.load().values, self.shares, self.lookback, horizon)


def _shares(steps: int) -> tuple[int, int, int]:
    """70, 10 and 20 % as the published splits round them."""
    train = int(0.7 * steps)
    test = int(0.2 * steps)
    return train, steps - train - test, test


FORECAST_TASKS = (
    ForecastTask("etth1", ett_h1, (8640, 2880, 2880), 168, (24, 48, 168, 336, 720), 24),
    ForecastTask("exchange", exchange_rate, _shares(7588), 96, (96, 192, 336, 720), 5),
    ForecastTask("illness", illness, _shares(966), 104, (24, 36, 48, 60), 52),
)


def forecast_task(name: str) -> ForecastTask:
    """Find a forecasting task by its name: etth1, exchange or illness.

    Raises:
        ValueError: a name that is none of these.

    >>> forecast_task("etth1").horizons
    (24, 48, 168, 336, 720)
    """
    for known in FORECAST_TASKS:
        if known.name == name:
            return known
    raise bad_argument(
        "task", name, f"one of {', '.join(known.name for known in FORECAST_TASKS)}"
    )
