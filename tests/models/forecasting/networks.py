"""A series with a daily course, and a net that has learned it."""

import copy
from functools import cache

import numpy as np
import torch

from neurosparse.datasets import ForecastWindows, forecast_windows
from neurosparse.models import (
    ForecastTraining,
    STanHop,
    STanHopSettings,
)

SMALL = STanHopSettings(segment=4, width=8, hidden=8, heads=2, prototypes=3)


def series(steps: int = 200, columns: int = 2) -> np.ndarray:
    """A daily course, another by half a day later, and noise."""
    t = np.arange(steps)[:, None]
    rng = np.random.default_rng(0)
    return np.sin(
        2 * np.pi * (t / 12 + np.arange(columns) / 2)
    ) + 0.05 * rng.standard_normal((steps, columns))


@cache
def _trained() -> tuple[STanHop, ForecastWindows]:
    torch.manual_seed(0)
    cut = forecast_windows(series(), 16, 6)
    net = STanHop(16, 6, 2, SMALL)
    losses = ForecastTraining(8, 32, 1e-2)(net, cut, 0)
    assert losses[-1] < 0.3 * losses[0]
    return net, cut


def trained() -> tuple[STanHop, ForecastWindows]:
    """A net that has learned the daily course, one of its own for each test."""
    return copy.deepcopy(_trained())
