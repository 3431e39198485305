"""Plain detectors to stand beside in a table: windowed Gaussian, random, and none."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument
from neurosparse.typing import Float64


@dataclass(frozen=True)
class WindowedGaussian:
    """Score 1 − Q(|x − mean| / σ) under a Gaussian of the last `window` values.

    Args:
        window: values that the Gaussian is of.
        step: values between two renewals; until the window is full each value renews it.

    Source: Ahmad, Lavin, Purdy & Agha 2017, doi:10.1016/j.neucom.2017.04.070, section on peers.

    >>> scores = WindowedGaussian()(np.array([0.0, 1.0, 0.0, 1.0, 9.0]))
    >>> bool(scores[-1] > 0.999)
    True
    """

    window: int = 6400
    step: int = 100

    def __post_init__(self) -> None:
        whole_number("window", self.window, 1)
        whole_number("step", self.step, 1)

    def __call__(self, values: Any) -> Float64:
        """Score each value `[n]` by how far it lies from the mean; 0 for the first.

        Raises:
            ValueError: values that are no vector of finite numbers.
        """
        window: deque[float] = deque(maxlen=self.window)
        waiting: list[float] = []
        mean = 0.0
        sigma = 1.0
        scores = []
        for x in _finite(values).tolist():
            scores.append(
                1 - 0.5 * erfc(abs(x - mean) / sigma / sqrt(2)) if window else 0.0
            )
            waiting.append(x)
            if len(window) < self.window or len(waiting) == self.step:
                window.extend(waiting)
                waiting.clear()
                array = np.fromiter(window, np.float64)
                mean = float(array.mean())
                # a window of equal values would divide by 0
                sigma = float(array.std()) or 1e-6
        return np.array(scores)


@dataclass(frozen=True)
class RandomDetector:
    """A uniform random score for every value.

    >>> RandomDetector(seed=0)([1.0, 2.0]).shape
    (2,)
    """

    seed: int

    def __post_init__(self) -> None:
        whole_number("seed", self.seed)

    def __call__(self, values: Any) -> Float64:
        """Draw a score for each value `[n]`, the same for the same seed."""
        return np.random.default_rng(self.seed).random(len(values))


@dataclass(frozen=True)
class NullDetector:
    """No detection, ever.

    >>> NullDetector()([1.0, 2.0]).tolist()
    [0.0, 0.0]
    """

    def __call__(self, values: Any) -> Float64:
        """Give each value `[n]` the score 0."""
        return np.zeros(len(values))


def _finite(values: Any) -> Float64:
    """A stream of numbers: a NaN would stay in the mean for ever."""
    numbers = np.asarray(values, np.float64)
    if numbers.ndim != 1 or not np.isfinite(numbers).all():
        raise bad_argument("values", numbers, "a vector of finite numbers [n]")
    return numbers
