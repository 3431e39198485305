"""Random distributed scalar encoder: any number, without a range fixed beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, isfinite, nan, trunc

import numpy as np

from neurosparse import checks
from neurosparse.encoders.base import nearest_code, number
from neurosparse.encoders.murmur import murmur3_words
from neurosparse.encoders.scalar import round_half_away
from neurosparse.errors import bad_argument
from neurosparse.sdr import SDR


@dataclass(frozen=True)
class RandomScalarEncoder:
    """Encode numbers by hashed cells: { murmur3(bucket + k, seed) mod size : k = 0 … active−1 }.

    bucket = floor(x / resolution), as an unsigned 32-bit number. Buckets j apart share about active
    − j cells; two hashes that fall together give fewer active cells. With `truncate`, the bucket is
    cut toward zero as in htm.core, which makes the bucket at 0 twice as wide. NaN gives no active
    cell; infinities raise.

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
        checks.whole_number("size", self.size, 1)
        checks.whole_number("active", self.active, 1, self.size)

    @classmethod
    def from_active_share(
        cls, size: int, active_share: float, resolution: float, seed: int = 42
    ) -> RandomScalarEncoder:
        """Take round(size·active_share) active cells.

        >>> RandomScalarEncoder.from_active_share(1000, 0.02551, 1).active
        26
        """
        return cls(size, round_half_away(size * active_share), resolution, seed)

    @classmethod
    def from_radius(
        cls, size: int, active: int, radius: float, seed: int = 42
    ) -> RandomScalarEncoder:
        """Take the resolution from which values `radius` apart share no cell but by chance.

        >>> RandomScalarEncoder.from_radius(4000, 100, 12).resolution
        0.12
        """
        return cls(size, active, radius / active, seed)

    @property
    def radius(self) -> float:
        """Distance from which two values share cells only by chance."""
        return self.active * self.resolution

    def bucket(self, value: float) -> int:
        """Return the whole number that a value is hashed as."""
        if not isfinite(value):
            raise bad_argument("value", value, "a finite number, or NaN for no active cell")
        return (trunc if self.truncate else floor)(value / self.resolution)

    def encode(self, value: float) -> SDR:
        """Return the SDR of one number, `[size]`."""
        x = number("value", value)
        return SDR([], self.size) if x != x else self._code(self.bucket(x))

    def decode(self, sdr: SDR, low: float, high: float) -> float:
        """Return the lower border of the bucket in [low, high] whose code is nearest.

        An SDR without cells gives NaN.

        >>> e = RandomScalarEncoder(1000, 20, 0.5)
        >>> e.decode(e.encode(7.7), 0, 10)
        7.5
        """
        if not low <= high:
            raise bad_argument("low, high", (low, high), "numbers with low <= high")
        if not len(sdr):
            return nan
        buckets = range(self.bucket(low), self.bucket(high) + 1)
        codes = np.stack([self._code(b).dense for b in buckets])
        return buckets[nearest_code(codes, sdr)] * self.resolution

    def _code(self, bucket: int) -> SDR:
        words = (np.arange(bucket, bucket + self.active) % 2**32).astype(np.uint32)
        cells = murmur3_words(words, self.seed) % np.uint32(self.size)
        return SDR(np.unique(cells), self.size)
