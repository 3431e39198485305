"""Plain detectors to stand beside in a table: windowed Gaussian, random, and none."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import bad_argument

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WindowedGaussian:
    """Score 1 − Q(|x − mean| / σ) under a Gaussian of the last `window` values, renewed every
    `step`.

    Until the window is full the Gaussian is renewed with every value.
    Source: Ahmad, Lavin, Purdy & Agha 2017, doi:10.1016/j.neucom.2017.04.070, section on peers.

    >>> scores = WindowedGaussian()(np.array([0.0, 1.0, 0.0, 1.0, 9.0]))
    >>> bool(scores[-1] > 0.999)
    True
    """

    window: int = 6400
    step: int = 100

    def __post_init__(self) -> None:
        if self.window < 1 or self.step < 1:
            raise bad_argument("window, step", (self.window, self.step), "at least 1 row")

    def __call__(self, values: Any) -> Floats:
        """Return one score a value [n]."""
        held: deque[float] = deque(maxlen=self.window)
        waiting: list[float] = []
        mean = 0.0
        sigma = 1.0
        scores = []
        for x in np.asarray(values, np.float64).tolist():
            scores.append(1 - 0.5 * erfc(abs(x - mean) / sigma / sqrt(2)) if held else 0.0)
            waiting.append(x)
            if len(held) < self.window or len(waiting) == self.step:
                held.extend(waiting)
                waiting.clear()
                array = np.fromiter(held, np.float64)
                mean = float(array.mean())
                sigma = float(array.std()) or 1e-6
        return np.array(scores)


@dataclass(frozen=True)
class RandomDetector:
    """A uniform random score for every value.

    >>> RandomDetector(seed=0)([1.0, 2.0]).shape
    (2,)
    """

    seed: int

    def __call__(self, values: Any) -> Floats:
        """Return one score a value [n]."""
        return np.random.default_rng(self.seed).random(len(values))


@dataclass(frozen=True)
class NullDetector:
    """No detection, ever.

    >>> NullDetector()([1.0, 2.0]).tolist()
    [0.0, 0.0]
    """

    def __call__(self, values: Any) -> Floats:
        """Return one score a value [n]."""
        return np.zeros(len(values))
