"""Category encoder: unlike names get codes without a common cell."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.sdr import SDR


@dataclass(frozen=True)
class CategoryEncoder:
    """Encode each of some known categories by its own block of `active` cells; others by a last
    block.

    >>> e = CategoryEncoder(("cat", "dog"), active=2)
    >>> e.encode("dog").indices.tolist(), e.encode("emu").indices.tolist(), e.size
    ([2, 3], [4, 5], 6)
    """

    categories: tuple[Hashable, ...]
    active: int

    def __post_init__(self) -> None:
        # a Series would look a value up among its labels
        object.__setattr__(self, "categories", tuple(self.categories))
        if self.active < 1:
            raise bad_argument("active", self.active, "at least one active cell")
        if len(set(self.categories)) != len(self.categories):
            raise bad_argument("categories", self.categories, "names that differ")

    @property
    def size(self) -> int:
        """Cells: a block for each category and one for unknown ones."""
        return (len(self.categories) + 1) * self.active

    def encode(self, value: Hashable) -> SDR:
        """Return the SDR of one category [size]."""
        known = value in self.categories
        start = (self.categories.index(value) if known else len(self.categories)) * self.active
        return SDR(range(start, start + self.active), self.size)

    def decode(self, sdr: SDR) -> Hashable:
        """Return the category with most active cells, None for the block of unknown ones or no cell.

        >>> e = CategoryEncoder(("cat", "dog"), active=2)
        >>> e.decode(SDR([0, 2, 3], 6))
        'dog'
        """
        counts = np.bincount(sdr.indices // self.active, minlength=len(self.categories) + 1)
        best = int(counts.argmax())
        return self.categories[best] if counts[best] and best < len(self.categories) else None
