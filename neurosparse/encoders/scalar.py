"""Scalar encoder: a run of active cells that moves with the value."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

import numpy as np

from neurosparse import checks, grid
from neurosparse.encoders.base import cells_of, number
from neurosparse.errors import bad_argument
from neurosparse.sdr import SDR
from neurosparse.sdr._check import LARGEST
from neurosparse.typing import Int32


def round_half_away(x: float) -> int:
    """Round to the nearest whole number, halves away from zero.

    Python's `round` takes the even one of two that are as near. What falls short of a half by its
    rounding is that half: 0.0255 of 1000 is 25.499999999999996.

    >>> round_half_away(0.5), round_half_away(2.5), round_half_away(-0.5)
    (1, 3, -1)
    """
    return int(grid.round_steps(x, 1.0))


def _plain(number: float) -> float:
    """A whole number of NumPy as Python's: small ones overflow."""
    return int(number) if isinstance(number, np.integer) else number


@dataclass(frozen=True)
class ScalarEncoder:
    """Encode numbers in [low, high] by `active` neighbouring cells of `size`.

    start = round_half_away((x − low) / resolution), resolution = (high − low) / (size − active), or
    (high − low) / size when `periodic`, where the run wraps around. Values closer than
    active·resolution share cells. NaN gives no active cell; values outside raise, or are moved to
    the border with `clip`; infinities raise without `clip`.

    Args:
        low, high: the range.
        active: cells of the run.
        size: cells of the code.
        periodic: the run wraps around.
        clip: values outside take the border.
        resolution: step between codes; 0 takes what size and range give.

    Raises:
        ValueError: an empty range, or fewer cells than active ones.

    Source: Purdy, "Encoding Data for HTM Systems", 2016, arXiv:1602.05925.

    >>> ScalarEncoder.from_resolution(10, 20, active=3, resolution=1).encode(10.5).indices.tolist()
    [1, 2, 3]
    """

    low: float
    high: float
    active: int
    size: int
    periodic: bool = False
    clip: bool = False
    resolution: float = 0.0

    def __post_init__(self) -> None:
        for end in ("low", "high"):
            checks.finite(end, getattr(self, end))
            object.__setattr__(self, end, _plain(getattr(self, end)))
        if not self.low < self.high:
            ends = (self.low, self.high)
            raise bad_argument("low, high", ends, "finite numbers with low < high")
        checks.keep_counts(self, 1, "active", "size")
        checks.whole_number("size", self.size, 1, LARGEST)
        checks.keep_numbers(self)
        if self.size < self.active + (not self.periodic):
            expected = f"more cells than the {self.active} active ones"
            raise bad_argument("size", self.size, expected, "raise size or lower active")
        if self.periodic and self.clip:
            remedy = "wrap values into the range instead"
            raise bad_argument("clip", True, "False with periodic=True", remedy)
        if not self.resolution >= 0:
            expected = "a number above 0, or 0 to take what size and range give"
            raise bad_argument("resolution", self.resolution, expected)
        if not self.resolution:
            steps = self.size if self.periodic else self.size - self.active
            object.__setattr__(self, "resolution", (self.high - self.low) / steps)
        checks.positive("resolution", self.resolution)

    @classmethod
    def from_resolution(
        cls,
        low: float,
        high: float,
        active: int,
        resolution: float,
        *,
        periodic: bool = False,
        clip: bool = False,
    ) -> ScalarEncoder:
        """Choose the number of cells so that values `resolution` apart get different codes.

        >>> ScalarEncoder.from_resolution(10, 20, 3, 1).size
        13
        """
        active = checks.whole_number("active", active, 1)
        checks.positive("resolution", resolution)
        for name, end in (("low", low), ("high", high)):
            checks.finite(name, end)
        low, high, resolution = map(_plain, (low, high, resolution))
        # an infinite number of steps is no int
        if not (high - low) / resolution < LARGEST:
            expected = f"a range of less than {LARGEST} resolutions"
            raise bad_argument("resolution", resolution, expected, "raise the resolution")
        if periodic:
            size = int(grid.ceil_steps(high, resolution, low))
        else:
            # the border `high` itself must have a code
            size = int(grid.floor_steps(high, resolution, low)) + active
        return cls(low, high, active, size, periodic, clip, resolution)

    @classmethod
    def from_radius(
        cls,
        low: float,
        high: float,
        active: int,
        radius: float,
        *,
        periodic: bool = False,
        clip: bool = False,
    ) -> ScalarEncoder:
        """Choose the number of cells so that values `radius` apart share none.

        >>> ScalarEncoder.from_radius(0, 366, 5, 91.5, periodic=True).size
        20
        """
        checks.positive("radius", radius)
        resolution = _plain(radius) / checks.whole_number("active", active, 1)
        return cls.from_resolution(
            low, high, active, resolution, periodic=periodic, clip=clip
        )

    @property
    def radius(self) -> float:
        """Distance from which two values share no cell."""
        return self.active * self.resolution

    def encode(self, value: float) -> SDR:
        """Return the SDR of one number, `[size]`."""
        x = number("value", value)
        if x != x:
            return SDR([], self.size)
        eps = grid.precision(value)
        inside = self._inside(x, eps)
        start = int(grid.round_steps(inside, self.resolution, self.low, eps))
        if not self.periodic:
            start = min(start, self.size - self.active)
        cells = np.arange(start, start + self.active)
        return SDR(np.sort(cells % self.size) if self.periodic else cells, self.size)

    def decode(self, sdr: SDR) -> float:
        """Return the number whose code differs least from the SDR (NaN for an empty one).

        >>> e = ScalarEncoder(0, 100, active=11, size=111)
        >>> e.decode(e.encode(42).add_noise(0.3, rng=0))
        42.0
        """
        if not len(sdr):
            return nan
        start = self._nearest(cells_of("sdr", sdr, self.size))
        return float(min(self.low + start * self.resolution, self.high))

    def _inside(self, value: float, eps: float) -> float:
        inside = min(max(value, self.low), self.high)
        # 0.1 in single precision lies above the border 0.1
        if self.clip or abs(value - inside) <= 4 * eps * abs(inside):
            return inside
        expected = f"a number in [{self.low}, {self.high}]"
        raise bad_argument("value", value, expected, "give clip=True to use the border")

    def _nearest(self, active: Int32) -> int:
        """Begin of the run that holds most of the active cells; the middle of equals."""
        on = np.zeros(self.size + self.active, np.int64)
        on[active] = 1
        on[self.size :] = on[: self.active]
        sums = np.concatenate([[0], on.cumsum()])
        runs = self.size if self.periodic else self.size - self.active + 1
        hits = sums[self.active : self.active + runs] - sums[:runs]
        best = np.flatnonzero(hits == hits.max())
        return int(best[(best.size - 1) // 2])
