"""Coordinate encoder: places on an unbounded grid; near places share cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse import checks
from neurosparse.available import refuse_beyond_memory
from neurosparse.encoders.murmur import murmur3_words
from neurosparse.errors import bad_argument
from neurosparse.sdr import SDR
from neurosparse.sdr._check import LARGEST


@dataclass(frozen=True)
class CoordinateEncoder:
    """Encode a grid point by the `active` neighbours within `radius` that rank highest by a hash.

    Every grid point has a fixed hashed rank and a fixed hashed cell; neighbouring places see mostly
    the same winners, so their codes overlap by how much their neighbourhoods do. Points whose cells
    fall together give fewer active cells.

    Args:
        size: cells of the code.
        active: neighbours that become cells.
        radius: of the neighbourhood, in grid steps.
        seed: of the hashes.

    Raises:
        ValueError: a neighbourhood with fewer points than `active`.

    Source: Purdy, "Encoding Data for HTM Systems", 2016, arXiv:1602.05925.

    >>> e = CoordinateEncoder(size=1000, active=21, radius=5)
    >>> here = e.encode((100, 200))
    >>> here.overlap(e.encode((101, 200))) > here.overlap(e.encode((104, 200))) > 3
    True
    """

    size: int
    active: int
    radius: int
    seed: int = 42

    def __post_init__(self) -> None:
        checks.keep_counts(self, 1, "size", "active", "radius")
        checks.whole_number("size", self.size, 1, LARGEST)
        checks.whole_number("active", self.active, 1, self.size)
        checks.whole_number("seed", self.seed, 0, 2**32 - 1)

    def encode(self, value: Sequence[int]) -> SDR:
        """Return the SDR of one grid point, given as whole numbers `[n_axes]`."""
        place = np.asarray(value)
        if place.ndim != 1 or not place.size or place.dtype.kind not in "iu":
            raise bad_argument("value", value, "whole-number coordinates, one an axis")
        axes = place.size
        n_points = (2 * self.radius + 1) ** axes
        if n_points < self.active:
            expected = f"at most the {n_points} points within the radius"
            raise bad_argument("active", self.active, expected)
        near = f"{n_points:,} places within {self.radius} of one of {axes} axes"
        remedy = "lower radius"
        refuse_beyond_memory("radius", 24 * (axes + 2) * n_points, near, remedy)
        span = np.arange(-self.radius, self.radius + 1)
        offsets = np.stack(np.meshgrid(*[span] * axes, indexing="ij"), axis=-1)
        # the hash takes 32 bits of a place: sums of the largest would not fit 64
        wide = place.astype(np.int64 if place.dtype.kind == "i" else np.uint64)
        points = (wide % 2**32).astype(np.int64) + offsets.reshape(-1, axes)
        rank = self._hash(points, self.seed)
        winners = points[np.argsort(rank, kind="stable")[-self.active :]]
        cells = self._hash(winners, self.seed + 1) % np.uint32(self.size)
        return SDR(np.unique(cells), self.size)

    @staticmethod
    def _hash(points: Any, seed: int) -> Any:
        h = np.zeros(len(points), np.uint32)
        for axis in (points % 2**32).astype(np.uint32).T:
            h = murmur3_words(h ^ murmur3_words(axis, seed), seed)
        return h
