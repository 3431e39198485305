"""Where weights and delays come from: small objects that draw one number a synapse.

Those of the house draw for the pair of neurons that a synapse joins (`of_words`): a rank that holds
some synapses draws for these what one process draws for them.
"""

import math
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from neurosparse import checks
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.graphs import wire
from neurosparse.typing import Array, Float32, Int32, Int64, UInt32

Draw = Callable[[int, np.random.Generator], Array]
Value = float | ArrayLike | Draw
Rows = tuple[Int64, Int32]
_PIECE = 1 << 20  # numbers drawn together; between two pieces Ctrl-C is heard
_SMALL = 1 << 16  # of pairs: they stay in the cache
# streams of a pair's words
WEIGHTS = 1
DELAYS = 2


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
        return self._scaled(drawn)

    def of_words(self, words: UInt32) -> Float32:
        """Turn a word of 32 random bits for each synapse into its number, float32."""
        return self._scaled(_normals(words))

    def _scaled(self, drawn: Float32) -> Float32:
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
        return self._cut(self._logarithm()(n, rng))

    def of_words(self, words: UInt32) -> Float32:
        """Turn a word of 32 random bits for each synapse into its number, float32."""
        return self._cut(self._logarithm().of_words(words))

    def _logarithm(self) -> Normal:
        return Normal(math.log(self.median), self.sigma)

    def _cut(self, drawn: Float32) -> Float32:
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
        return self._spread(drawn)

    def of_words(self, words: UInt32) -> Float32:
        """Turn a word of 32 random bits for each synapse into its number, float32."""
        # the upper 24 bits: never 1
        return self._spread((words >> 8).astype(np.float32) * np.float32(2.0**-24))

    def _spread(self, drawn: Float32) -> Float32:
        drawn *= np.float32(self.high - self.low)
        drawn += np.float32(self.low)
        # float32 may round up to high itself
        below = np.nextafter(np.float32(self.high), np.float32(-np.inf))
        np.minimum(drawn, np.maximum(below, np.float32(self.low)), out=drawn)
        return drawn


OWN_DRAWS = (Normal, LogNormal, Uniform)


def key(rng: np.random.Generator) -> UInt32:
    """Draw the key of one counter-based stream, `[2]`."""
    return rng.integers(0, 2**32, 2, dtype=np.uint32)


def _normals(words: UInt32) -> Float32:
    """Normal numbers, one a word."""
    from neurosparse.kernels.spikes.current.normal import normals

    out = np.empty(len(words))
    normals(words, out)
    return out.astype(np.float32)


def drawn(
    value: Any, rows: Rows, rng: np.random.Generator, stream: int
) -> Callable[[int, int], Array]:
    """A function that gives what a draw gives the synapses first..last-1 of rows.

    Draws of the house give each pair of neurons its own, in any order; others are called once for
    all synapses, in the order of the rows.
    """
    if isinstance(value, OWN_DRAWS):
        of_pairs = key(rng)
        return lambda first, last: value.of_words(
            wire.pair_words(rows, first, last, stream, of_pairs)
        )
    n = len(rows[1])
    every = _all_at_once(value, rows, rng, stream)
    if every.shape != (n,):
        every = np.full(n, np.nan)  # which nobody takes
    return lambda first, last: every[first:last]


def _all_at_once(value: Any, rows: Rows, rng: np.random.Generator, stream: int) -> Array:
    """What a draw gives all synapses of rows; one that looks at these has `of_rows`."""
    if hasattr(value, "of_rows"):
        return np.asarray(value.of_rows(rows, rng, stream))
    return np.asarray(value(len(rows[1]), rng))


def drawn_weights(value: Any, rows: Rows, rng: np.random.Generator) -> Array:
    """Draw a weight for each synapse of rows, by all processors where that is as good."""
    n = len(rows[1])
    if not isinstance(value, OWN_DRAWS):
        return _all_at_once(value, rows, rng, WEIGHTS)
    piece = drawn(value, rows, rng, WEIGHTS)
    whole = np.empty(n, np.float32)

    def fill(first: int) -> None:
        last = min(first + _SMALL, n)
        whole[first:last] = piece(first, last)

    starts = range(0, n, _SMALL)
    if len(starts) < 4:
        for first in starts:
            fill(first)
        return whole
    pool = ThreadPoolExecutor(os.cpu_count())
    try:
        for _ in pool.map(fill, starts):
            pass
    finally:
        pool.shutdown(cancel_futures=True)
    return whole


def weights(value: Value, rows: Rows, rng: np.random.Generator) -> Any:
    """Turn a scalar, an array or a draw into what `Connectivity` takes as weights of synapses."""
    return drawn_weights(value, rows, rng) if callable(value) else value


def delay_steps(value: Value, rows: Rows, rng: np.random.Generator) -> Any:
    """Turn a scalar, an array or a draw (rounded to whole steps) into delays of synapses.

    Raises:
        ValueError: a draw gave a delay below 0 or above 65535 steps, or all less than half a step.
    """
    if not callable(value):
        return value
    n = len(rows[1])
    piece_of = drawn(value, rows, rng, DELAYS)
    steps = np.empty(n, np.uint16)
    longest = 0.0
    for low in range(0, n, _SMALL):
        values = piece_of(low, min(low + _SMALL, n))
        piece = np.rint(values)
        # halves go up, so that Uniform(0.5, 5.5) never gives 0
        piece += values - piece == 0.5
        if not (piece.min() >= 0 and piece.max() <= 65535):
            remedy = "cut it, as in Normal(15, 5, low=1, high=40)"
            raise bad_argument(
                "delay_steps", value, "draws within 0 to 65535 steps", remedy
            )
        steps[low : low + len(piece)] = piece
        longest = max(longest, float(values.max()))
    if 0 < longest < 0.5:
        remedy = "for ms write Projection(…, delay=...)"
        received = Said(f"draws up to {longest:g}")
        raise bad_argument(
            "delay_steps", received, "whole steps, of which none is left", remedy
        )
    return steps
