"""Random distributed scalar encoder: any number, without a range fixed beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan
from typing import Any

import numpy as np

from neurosparse import checks, grid
from neurosparse.encoders.base import cells_of, number
from neurosparse.encoders.murmur import murmur3_words
from neurosparse.encoders.scalar import round_half_away
from neurosparse.errors import Said, bad_argument
from neurosparse.sdr import SDR
from neurosparse.sdr._check import LARGEST
from neurosparse.typing import Array, Int32, Int64

_FARTHEST = 2**62  # a bucket and its run must be whole numbers of 64 bits
_MOST = 2**27  # buckets that a search goes through
_BLOCK = 2**20  # hashed cells at once


@dataclass(frozen=True)
class RandomScalarEncoder:
    """Encode numbers by hashed cells: { murmur3(bucket + k, seed) mod size : k = 0 … active−1 }.

    bucket = floor(x / resolution), as an unsigned 32-bit number; decimals on a border, such as 0.3
    at resolution 0.1, begin the bucket they name. Buckets j apart share about active − j cells; two
    hashes that fall together give fewer active cells. With `truncate`, the bucket is cut toward
    zero as in htm.core, which makes the bucket at 0 twice as wide. NaN gives no active cell;
    infinities raise.

    Args:
        size: cells of the code.
        active: hashes a bucket.
        resolution: width of a bucket, in units of the number.
        seed: of the hash.
        truncate: cut towards zero.

    Raises:
        ValueError: a resolution that is not above 0, or fewer cells than active ones.

    Source: Purdy, "Encoding Data for HTM Systems", 2016, arXiv:1602.05925.

    >>> RandomScalarEncoder(size=1000, active=10, resolution=1).encode(0).indices.tolist()
    [185, 339, 345, 347, 398, 399, 466, 574, 707, 791]
    """

    size: int
    active: int
    resolution: float
    seed: int = 42
    truncate: bool = False

    def __post_init__(self) -> None:
        checks.positive("resolution", self.resolution)
        checks.keep_counts(self, 1, "size", "active")
        checks.whole_number("size", self.size, 1, LARGEST)
        checks.whole_number("active", self.active, 1, self.size)
        checks.keep_numbers(self)
        checks.whole_number("seed", self.seed, 0, 2**32 - 1)

    @classmethod
    def from_active_share(
        cls, size: int, active_share: float, resolution: float, seed: int = 42
    ) -> RandomScalarEncoder:
        """Take round(size·active_share) active cells.

        >>> RandomScalarEncoder.from_active_share(1000, 0.02551, 1).active
        26
        """
        share = checks.fraction("active_share", active_share)
        size = checks.whole_number("size", size, 1)
        return cls(size, round_half_away(size * share), resolution, seed)

    @classmethod
    def from_radius(
        cls, size: int, active: int, radius: float, seed: int = 42
    ) -> RandomScalarEncoder:
        """Take the resolution from which values `radius` apart share no cell but by chance.

        >>> RandomScalarEncoder.from_radius(4000, 100, 12).resolution
        0.12
        """
        checks.positive("radius", radius)
        return cls(size, active, radius / checks.whole_number("active", active, 1), seed)

    @property
    def radius(self) -> float:
        """Distance from which two values share cells only by chance."""
        return self.active * self.resolution

    def bucket(self, value: float) -> int:
        """Return the whole number that a value is hashed as."""
        if not isfinite(value):
            raise bad_argument("value", value, "a finite number, or NaN for no active cell")
        step = float(grid.steps(value, self.resolution))
        if not abs(step) < _FARTHEST:
            expected = f"a number within 2^62 buckets of {self.resolution:g}"
            raise bad_argument("value", value, expected, "raise the resolution")
        return int(np.trunc(step) if self.truncate else np.floor(step))

    def encode(self, value: Any) -> SDR:
        """Return the SDR of one number, `[size]`."""
        x = number("value", value)
        if x != x:
            return SDR([], self.size)
        # single precision rounds more: its type must reach the grid
        return self._code(self.bucket(value if grid.precision(value) > 1e-15 else x))

    def decode(self, sdr: SDR, low: float, high: float) -> float:
        """Return the lower border of the bucket in [low, high] whose code is nearest.

        An SDR without cells gives NaN.

        >>> e = RandomScalarEncoder(1000, 20, 0.5)
        >>> e.decode(e.encode(7.7), 0, 10)
        7.5
        """
        active = cells_of("sdr", sdr, self.size)
        if not low <= high:
            raise bad_argument("low, high", (low, high), "numbers with low <= high")
        if not len(sdr):
            return nan
        first = self.bucket(low)
        count = self.bucket(high) - first + 1
        if count > _MOST:
            about = Said(f"a range of {count:,} buckets")
            raise bad_argument("low, high", about, f"at most {_MOST:,}", "narrow the range")
        return (first + self._nearest(active, first, count)) * self.resolution

    def _code(self, bucket: int) -> SDR:
        return SDR(np.unique(self._cells(bucket, self.active)), self.size)

    def _cells(self, bucket: int, count: int) -> Array:
        words = (np.arange(bucket, bucket + count) % 2**32).astype(np.uint32)
        return np.asarray(murmur3_words(words, self.seed) % np.uint32(self.size))

    def _nearest(self, active: Int32, first: int, count: int) -> int:
        """Which of `count` buckets from `first` differs in fewest cells; the middle of equals."""
        is_active = np.zeros(self.size, np.bool_)
        is_active[active] = True
        most = -np.inf
        best: list[Int64] = []
        block = max(1, _BLOCK // self.active)
        for low in range(0, count, block):
            # neighbouring buckets share all hashes but one
            cells = self._cells(first + low, min(block, count - low) + self.active - 1)
            runs = np.sort(
                np.lib.stride_tricks.sliding_window_view(cells, self.active), axis=1
            )
            once = np.ones(runs.shape, np.bool_)
            once[:, 1:] = runs[:, 1:] != runs[:, :-1]
            near = 2 * (is_active[runs] & once).sum(axis=1) - once.sum(axis=1)
            if near.max() > most:
                most = near.max()
                best = []
            best.append(low + np.flatnonzero(near == most))
        equals = np.concatenate(best)
        return int(equals[(equals.size - 1) // 2])
