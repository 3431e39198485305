"""Samples in batches, in an order drawn anew for each epoch, from memory, maps or Zarr."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.typing import Array, Int64

# rows of a block that is read at once, and blocks whose rows are mixed
BLOCK = 4096
MIXED = 8


class Samples:
    """Rows of anything with `shape`, `dtype` and slices: array, tensor, memory map, Zarr array.

    What lies in memory is mixed as a whole. Of the rest, blocks are read in a random order and the
    rows of `MIXED` blocks at a time are mixed.

    Args:
        x: `[samples, d]`, numbers.
        batch: samples a step.
        block: rows read at once; the rows of a Zarr chunk, or 4,096.

    Raises:
        ValueError: no samples, or another number of axes.
        TypeError: no array of numbers.

    >>> samples = Samples(np.arange(6.0).reshape(3, 2), batch=2)
    >>> samples.steps, [len(x) for x in samples.epoch(0)]
    (2, [2, 1])
    """

    def __init__(self, x: Any, batch: int = 4096, block: int | None = None) -> None:
        check_numbers(x)
        if len(x.shape) != 2 or not x.shape[0]:
            raise bad_argument("x", x, "[samples, d], one sample or more")
        self.x = x
        self.batch = whole_number("batch", batch, 1)
        self.whole = isinstance(x, Tensor) or type(x) is np.ndarray
        rows = getattr(x, "chunks", None)
        self.block = whole_number("block", block or (rows[0] if rows else BLOCK), 1)
        self._blocks: dict[int, Array] = {}

    def __len__(self) -> int:
        return int(self.x.shape[0])

    @property
    def width(self) -> int:
        """Numbers a sample."""
        return int(self.x.shape[1])

    @property
    def steps(self) -> int:
        """Batches an epoch."""
        return -(-len(self) // self.batch)

    def order(self, seed: Any) -> Int64:
        """The rows of an epoch, each once."""
        rng = np.random.default_rng(seed)
        if self.whole:
            return rng.permutation(len(self))
        blocks = rng.permutation(-(-len(self) // self.block))
        parts = []
        for start in range(0, len(blocks), MIXED):
            spans = [
                np.arange(b * self.block, min((b + 1) * self.block, len(self)))
                for b in blocks[start : start + MIXED]
            ]
            parts.append(rng.permutation(np.concatenate(spans)))
        return np.concatenate(parts)

    def epoch(self, seed: Any, first: int = 0) -> Iterator[Tensor]:
        """Go through the samples once, from batch number `first` on.

        Raises:
            ValueError: a batch that holds NaN or infinity; it names the row.
        """
        order = self.order(seed)
        for start in range(first * self.batch, len(order), self.batch):
            rows = order[start : start + self.batch]
            x = self._rows(rows)
            if not bool(torch.isfinite(x).all()):
                bad = rows[int((~torch.isfinite(x)).any(1).nonzero()[0, 0])]
                remedy = "leave the row out, or fill it in"
                received = Said(f"NaN or infinity in row {bad}")
                raise bad_argument("x", received, "finite numbers", remedy)
            yield x

    def _rows(self, rows: Int64) -> Tensor:
        if isinstance(self.x, Tensor):
            return _tensor(self.x[torch.from_numpy(rows)])
        if self.whole:
            return _tensor(self.x[rows])
        out = np.empty((len(rows), self.width), self.x.dtype)
        of = rows // self.block
        for number in np.unique(of):
            mine = of == number
            out[mine] = self._read(int(number))[rows[mine] - number * self.block]
        return _tensor(out)

    def _read(self, number: int) -> Array:
        if number not in self._blocks:
            # two groups: a batch may begin in one and end in the next
            while len(self._blocks) >= 2 * MIXED:
                del self._blocks[next(iter(self._blocks))]
            first = number * self.block
            self._blocks[number] = np.asarray(self.x[first : first + self.block])
        return self._blocks[number]


def check_numbers(x: Any) -> None:
    """Refuse what is no dense array or tensor of real numbers."""
    if hasattr(x, "tocsr"):
        raise bad_type("x", Said(type(x).__name__), "a dense array", "write x.toarray()")
    if not hasattr(x, "shape") or not hasattr(x, "dtype"):
        remedy = "np.asarray makes one of a list"
        raise bad_type("x", Said(type(x).__name__), "an array of numbers", remedy)
    real = not x.is_complex() if isinstance(x, Tensor) else x.dtype.kind in "biuf"
    if not real:
        raise bad_type("x", x, "real numbers")


def _tensor(x: Any) -> Tensor:
    tensor = x if isinstance(x, Tensor) else torch.from_numpy(np.ascontiguousarray(x))
    if tensor.is_floating_point():
        return tensor
    return tensor.float()
