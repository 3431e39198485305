"""Category encoder: unlike names get codes without a common cell."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from neurosparse import checks
from neurosparse.encoders.base import cells_of
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.sdr import SDR


@dataclass(frozen=True)
class CategoryEncoder:
    """Encode each category by a block of `active` cells; those not known by a last block.

    Args:
        categories: the known ones, all different.
        active: cells of a block.

    >>> e = CategoryEncoder(("cat", "dog"), active=2)
    >>> e.encode("dog").indices.tolist(), e.encode("emu").indices.tolist(), e.size
    ([2, 3], [4, 5], 6)
    """

    categories: tuple[Hashable, ...]
    active: int

    def __post_init__(self) -> None:
        # a Series would look a value up among its labels
        object.__setattr__(self, "categories", tuple(self.categories))
        checks.keep_counts(self, 1, "active")
        if any(category != category for category in self.categories):
            raise bad_argument("categories", Said("NaN"), "names, which equal themselves")
        if len(set(self.categories)) != len(self.categories):
            raise bad_argument("categories", self.categories, "names that differ")

    @property
    def size(self) -> int:
        """Cells: a block for each category and one for unknown ones."""
        return (len(self.categories) + 1) * self.active

    def encode(self, value: Hashable) -> SDR:
        """Return the SDR of one category, `[size]`."""
        if not isinstance(value, Hashable):
            raise bad_type("value", value, "one category", "encode_batch takes many")
        block = len(self.categories)
        if value in self.categories:
            block = self.categories.index(value)
        start = block * self.active
        return SDR(range(start, start + self.active), self.size)

    def decode(self, sdr: SDR) -> Hashable:
        """Return the category with most active cells, or None.

        None stands for the block of unknown ones, and for no active cell.

        >>> e = CategoryEncoder(("cat", "dog"), active=2)
        >>> e.decode(SDR([0, 2, 3], 6))
        'dog'
        """
        cells = cells_of("sdr", sdr, self.size)
        counts = np.bincount(cells // self.active, minlength=len(self.categories) + 1)
        best = int(counts.argmax())
        return (
            self.categories[best] if counts[best] and best < len(self.categories) else None
        )
