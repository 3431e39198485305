"""Where weights and delays come from: small objects that draw one number a synapse."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from neurosparse import checks
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Array, Float32

Draw = Callable[[int, np.random.Generator], Array]
Value = float | ArrayLike | Draw
_PIECE = 1 << 20  # numbers drawn together; between two pieces Ctrl-C is heard


def _range(low: float, high: float) -> None:
    """Refuse ends that are out of order; either may be infinite, but not on the wrong side."""
    if checks.no_nan("high", high) == -np.inf:
        raise bad_argument("high", high, "a number above -inf")
    if not checks.no_nan("low", low) <= high or low == np.inf:
        raise bad_argument("low", low, f"a number up to high = {high}")


@dataclass(frozen=True)
class Normal:
    """N(mean, sd²), cut to [low, high]: what falls outside takes the nearer end.

    >>> Normal(1.0, 0.0, high=0.5)(3, np.random.default_rng(1)).tolist()
    [0.5, 0.5, 0.5]
    """

    mean: float
    sd: float
    low: float = -np.inf
    high: float = np.inf

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        checks.finite("mean", self.mean)
        checks.not_negative("sd", self.sd)
        _range(self.low, self.high)

    def __call__(self, n: int, rng: np.random.Generator) -> Float32:
        """Draw n numbers, float32."""
        drawn = np.empty(n, np.float32)
        for low in range(0, n, _PIECE):
            rng.standard_normal(dtype=np.float32, out=drawn[low : low + _PIECE])
        drawn *= np.float32(self.sd)
        drawn += np.float32(self.mean)
        return np.clip(drawn, self.low, self.high, out=drawn)


@dataclass(frozen=True)
class LogNormal:
    """exp of a normal, cut to [low, high]: `median`, and `sigma` of the logarithm.

    The mean is median * exp(sigma²/2).

    >>> draws = LogNormal(median=20.0, sigma=0.5)(10_000, np.random.default_rng(1))
    >>> bool(draws.min() > 0), bool(abs(np.median(draws) - 20) < 0.5)
    (True, True)
    """

    median: float
    sigma: float
    low: float = 0.0
    high: float = np.inf

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        checks.positive("median", self.median)
        checks.not_negative("sigma", self.sigma)
        _range(self.low, self.high)

    def __call__(self, n: int, rng: np.random.Generator) -> Float32:
        """Draw n numbers, float32."""
        drawn = Normal(math.log(self.median), self.sigma)(n, rng)
        np.exp(drawn, out=drawn)
        return np.clip(drawn, self.low, self.high, out=drawn)


@dataclass(frozen=True)
class Uniform:
    """Every number of [low, high) alike.

    As delays they are rounded, so `Uniform(0.5, 5.5)` gives 1 to 5 steps alike.

    >>> Uniform(2.0, 2.0)(2, np.random.default_rng(1)).tolist()
    [2.0, 2.0]
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        checks.keep_fields(self)
        checks.finite("low", self.low)
        checks.finite("high", self.high)
        _range(self.low, self.high)
        checks.not_negative("high - low", self.high - self.low)

    def __call__(self, n: int, rng: np.random.Generator) -> Float32:
        """Draw n numbers, float32."""
        drawn = np.empty(n, np.float32)
        for low in range(0, n, _PIECE):
            rng.random(dtype=np.float32, out=drawn[low : low + _PIECE])
        drawn *= np.float32(self.high - self.low)
        drawn += np.float32(self.low)
        # float32 may round up to high itself
        below = np.nextafter(np.float32(self.high), np.float32(-np.inf))
        np.minimum(drawn, np.maximum(below, np.float32(self.low)), out=drawn)
        return drawn


def weights(value: Value, n: int, rng: np.random.Generator) -> Any:
    """Turn a scalar, an array or a draw into what `Connectivity` takes as weights of n synapses."""
    return value(n, rng) if callable(value) else value


def delay_steps(value: Value, n: int, rng: np.random.Generator) -> Any:
    """Turn a scalar, an array or a draw (rounded to whole steps) into delays of n synapses.

    Raises:
        ValueError: a draw gave a delay below 0 or above 65535 steps, or all less than half a step.
    """
    if not callable(value):
        return value
    steps = np.empty(n, np.uint16)
    longest = 0.0
    for low in range(0, n, _PIECE):
        drawn = np.asarray(value(min(_PIECE, n - low), rng))
        piece = np.rint(drawn)
        piece += (
            drawn - piece == 0.5
        )  # halves go up, so that Uniform(0.5, 5.5) never gives 0
        if not (piece.min() >= 0 and piece.max() <= 65535):
            remedy = "cut it, as in Normal(15, 5, low=1, high=40)"
            raise bad_argument(
                "delay_steps", value, "draws within 0 to 65535 steps", remedy
            )
        steps[low : low + len(piece)] = piece
        longest = max(longest, float(drawn.max()))
    if 0 < longest < 0.5:
        remedy = "for ms write Projection(…, delay=...)"
        received = Said(f"draws up to {longest:g}")
        raise bad_argument(
            "delay_steps", received, "whole steps, of which none is left", remedy
        )
    return steps
