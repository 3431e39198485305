"""How processes that share a network reach each other: two ways to talk, and no more.

Everything else is made of these two, so that whatever happens on one rank is heard by the others in
the next word.
"""

from typing import Any, Protocol

import numpy as np

from neurosparse.typing import Array, UInt8, UInt32


class RanksError(RuntimeError):
    """Ranks that do not do the same, or one that is gone."""


class Link(Protocol):
    """One of `size` processes, or threads, that talk all at once."""

    rank: int
    size: int

    def swap(self, message: UInt32) -> UInt32:
        """Send a message `[words]` of one length on all ranks; receive all, `[size, words]`."""
        ...

    def pool(self, data: UInt8, sizes: list[int]) -> list[UInt8]:
        """Send bytes whose lengths all ranks know; receive those of all."""
        ...

    def abort(self, code: int = 1) -> None:
        """End all ranks at once, with this code."""
        ...


def as_bytes(array: Array) -> UInt8:
    """The bytes of an array, in C order."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)


def from_bytes(data: UInt8, dtype: Any) -> Array:
    """The numbers that `as_bytes` gave, flat."""
    numbers: Array = data.view(dtype)
    return numbers
