"""Forecasting tasks on the real series: who trains on what, what is scored, and windows cut without
leaks.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.datasets.series import Series, ett_h1, exchange_rate, illness, parts
from neurosparse.errors import Said, bad_argument

Float = NDArray[np.float32]


class Windows(NamedTuple):
    """Every stretch of a series with what follows it: inputs `[n, lookback, columns]`, targets `[n,
    horizon, columns]`.

    Views of one array where made by `windows`; do not write into them.
    """

    inputs: Float
    targets: Float


class Split(NamedTuple):
    """Windows to train on, to choose by and to score."""

    train: Windows
    valid: Windows
    test: Windows


def windows(values: NDArray[np.floating], lookback: int, horizon: int) -> Windows:
    """Cut a series `[time, columns]` into all its windows, one for each step.

    Raises:
        ValueError: NaN, a horizon or lookback below 1, or a series shorter than both together.

    >>> x, y = windows(np.arange(5.0)[:, None], lookback=2, horizon=1)
    >>> x[..., 0].tolist(), y[..., 0].tolist()
    ([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0]], [[2.0], [3.0], [4.0]])
    """
    if lookback < 1:
        raise bad_argument("lookback", lookback, "at least 1 step")
    if horizon < 1:
        raise bad_argument("horizon", horizon, "at least 1 step")
    if values.ndim != 2 or len(values) < lookback + horizon:
        wants = f"[time, columns] with at least lookback {lookback} + horizon {horizon} = {lookback + horizon} steps"
        raise bad_argument("values", values, wants, "shorten the lookback")
    if not np.isfinite(values).all():
        step, column = np.argwhere(~np.isfinite(values))[0]
        what = Said(f"{values[step, column]} at step {step}, column {column}")
        raise bad_argument("values", what, "finite numbers", "fill or leave out gaps first")
    cut = np.lib.stride_tricks.sliding_window_view(
        values.astype(np.float32), lookback + horizon, axis=0
    )
    whole = cut.transpose(0, 2, 1)
    return Windows(whole[:, :lookback], whole[:, lookback:])


def split(
    values: NDArray[np.float64], sizes: tuple[int, int, int], lookback: int, horizon: int
) -> Split:
    """Scale a series by its training part alone and cut it; every target lies inside its own part.

    Inputs of validation and test reach back into the part before, as in the published splits.

    Raises:
        ValueError: a part that is too short, NaN, a lookback or horizon below 1.
    """
    train, valid, test = parts(values, *sizes)
    before_test = np.concatenate([train, valid])[-lookback:]
    return Split(
        windows(train, lookback, horizon),
        windows(np.concatenate([train[-lookback:], valid]), lookback, horizon),
        windows(np.concatenate([before_test, test]), lookback, horizon),
    )


@dataclass(frozen=True)
class Task:
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
    load: Callable[[], Series]
    shares: tuple[int, int, int]
    lookback: int
    horizons: tuple[int, ...]
    period: int

    def split(self, horizon: int) -> Split:
        """Load, scale and cut the series for one horizon.

        Raises:
            ValueError: a horizon this task does not have.
            FileNotFoundError: the series is not on this machine.
        """
        if horizon not in self.horizons:
            raise bad_argument(
                "horizon", horizon, f"one of {self.name}'s: {', '.join(map(str, self.horizons))}"
            )
        return split(self.load().values, self.shares, self.lookback, horizon)


def _shares(steps: int) -> tuple[int, int, int]:
    """70, 10 and 20 % as the published splits round them."""
    train, test = int(0.7 * steps), int(0.2 * steps)
    return train, steps - train - test, test


TASKS = (
    Task("etth1", ett_h1, (8640, 2880, 2880), 168, (24, 48, 168, 336, 720), 24),
    Task("exchange", exchange_rate, _shares(7588), 96, (96, 192, 336, 720), 5),
    Task("illness", illness, _shares(966), 104, (24, 36, 48, 60), 52),
)


def task(name: str) -> Task:
    """Find a forecasting task by its name: etth1, exchange or illness.

    Raises:
        ValueError: a name that is none of these.

    >>> task("etth1").horizons
    (24, 48, 168, 336, 720)
    """
    for known in TASKS:
        if known.name == name:
            return known
    raise bad_argument("task", name, f"one of {', '.join(known.name for known in TASKS)}")
