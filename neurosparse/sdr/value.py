"""The SDR value: which cells of a population are active, and the algebra of such sets."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from neurosparse import checks
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.sdr._check import as_indices, as_shape, as_whole, round_half_up
from neurosparse.sdr.packing import unpack
from neurosparse.typing import Bool, Int32, Int64, Seed, UInt64


class SDR:
    """A set of active cells in a population of a given shape (immutable).

    Everything but `indices` is a view of them. Operators: ``&`` intersection, ``|`` union, ``-``
    difference, ``len`` active cells.

    Args:
        indices: active cells, flat in C order (last axis fastest), ascending, int32 `[n_active]`.
        shape: of the population; one number for a flat one.

    Raises:
        ValueError: indices that are unsorted, repeated or outside the shape.

    Source: Ahmad & Hawkins, "Properties of Sparse Distributed Representations", 2015,
    arXiv:1503.07469.

    >>> a, b = SDR([0, 1, 2, 3], 10), SDR([2, 3, 4, 5], 10)
    >>> (a & b).indices.tolist(), len(a | b), a.overlap(b)
    ([2, 3], 6, 2)
    >>> SDR([1, 4, 8], (3, 3)).dense.astype(int).tolist()
    [[0, 1, 0], [0, 1, 0], [0, 0, 1]]
    """

    __slots__ = ("indices", "shape")
    indices: Int32
    shape: tuple[int, ...]

    def __init__(self, indices: Any, shape: int | Sequence[int]) -> None:
        dims = as_shape(shape)
        values = as_indices(indices, prod(dims))
        values.setflags(write=False)
        object.__setattr__(self, "indices", values)
        object.__setattr__(self, "shape", dims)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(
            f"an SDR is immutable: build a new one instead of setting {name!r}"
        )

    def __reduce__(self) -> tuple[type[SDR], tuple[Int32, tuple[int, ...]]]:
        return SDR, (self.indices, self.shape)

    @classmethod
    def from_dense(cls, dense: Any) -> SDR:
        """Take the non-zero cells of a dense array of any shape.

        >>> SDR.from_dense([[0, 1], [1, 0]])
        SDR([1, 2], shape=(2, 2))
        """
        array = np.asarray(dense.toarray() if hasattr(dense, "toarray") else dense)
        expected = "numbers, where 0 is silent and all else active"
        if array.dtype.kind not in "biufcO":
            raise bad_type("dense", array, expected)
        if array.dtype.kind == "f" and np.isnan(array).any():
            raise bad_argument("dense", Said("NaN"), expected, "fill it in first")
        return cls(np.flatnonzero(array).astype(np.int32), array.shape)

    @classmethod
    def from_packed(cls, words: Any, shape: int | Sequence[int]) -> SDR:
        """Take the set bits of uint64 words [ceil(size/64)], bit b of word w being cell 64·w+b.

        >>> SDR.from_packed(np.array([5], np.uint64), 10)
        SDR([0, 2], shape=(10,))
        """
        dims = as_shape(shape)
        row = as_whole("words", words)
        if row.size and row.min() < 0:
            raise bad_argument("words", words, "numbers of 64 bits, 0 or more")
        cells = unpack(row.astype(np.uint64)[None], prod(dims))[0]
        return cls(np.flatnonzero(cells), dims)

    @classmethod
    def from_coordinates(
        cls, coordinates: Sequence[Any], shape: int | Sequence[int]
    ) -> SDR:
        """Take one index list per axis, in any order.

        >>> SDR.from_coordinates(([0, 1, 2], [1, 1, 2]), (3, 3)).indices.tolist()
        [1, 4, 8]
        """
        dims = as_shape(shape)
        try:
            flat = np.ravel_multi_index(
                tuple(as_whole("coordinates", c) for c in coordinates), dims
            )
        except ValueError as error:
            expected = f"{len(dims)} lists inside shape {dims}"
            raise bad_argument("coordinates", Said(f"{error}"), expected) from error
        return cls(np.unique(flat), dims)

    @classmethod
    def random(
        cls, shape: int | Sequence[int], active_share: float, rng: Seed = None
    ) -> SDR:
        """Draw round(size·active_share) active cells at random.

        >>> len(SDR.random(103, 0.1, rng=1))
        10
        """
        dims = as_shape(shape)
        size = prod(dims)
        count = round_half_up(size * checks.fraction("active_share", active_share))
        return cls(
            np.sort(np.random.default_rng(rng).choice(size, count, replace=False)), dims
        )

    @property
    def size(self) -> int:
        """Cells in the population."""
        return prod(self.shape)

    @property
    def active_share(self) -> float:
        """Active cells / cells; 1 - sparsity."""
        return len(self) / self.size

    @property
    def dense(self) -> Bool:
        """Boolean array of this SDR's shape (a fresh copy)."""
        out = np.zeros(self.size, np.bool_)
        out[self.indices] = True
        return out.reshape(self.shape)

    @property
    def packed(self) -> UInt64:
        """One bit a cell in uint64 words [ceil(size/64)], bit b of word w being cell 64·w+b."""
        words = np.zeros((self.size + 63) // 64, np.uint64)
        index = self.indices.astype(np.uint64)
        np.bitwise_or.at(
            words, index >> np.uint64(6), np.uint64(1) << (index & np.uint64(63))
        )
        return words

    @property
    def coordinates(self) -> tuple[Int64, ...]:
        """One index array per axis."""
        return tuple(np.asarray(c) for c in np.unravel_index(self.indices, self.shape))

    def intersection(self, *others: SDR) -> SDR:
        """Cells active in this and in every other SDR."""
        out = self.indices
        for other in others:
            out = np.intersect1d(out, self._like(other).indices, assume_unique=True)
        return SDR(out, self.shape)

    def union(self, *others: SDR) -> SDR:
        """Cells active in this or in any other SDR."""
        parts = [self.indices, *(self._like(other).indices for other in others)]
        return SDR(np.unique(np.concatenate(parts)), self.shape)

    def difference(self, other: SDR) -> SDR:
        """Cells active here and not in `other`."""
        kept = np.setdiff1d(self.indices, self._like(other).indices, assume_unique=True)
        return SDR(kept, self.shape)

    def overlap(self, other: SDR) -> int:
        """Number of cells active in both."""
        return int(
            np.intersect1d(self.indices, self._like(other).indices, assume_unique=True).size
        )

    def concatenate(self, *others: SDR, axis: int = 0) -> SDR:
        """Put SDRs behind each other along one axis; their other axes must agree.

        >>> SDR([0, 1, 2], 10).concatenate(SDR([0, 1, 2], 10))
        SDR([0, 1, 2, 10, 11, 12], shape=(20,))
        """
        for i, sdr in enumerate(others):
            if not isinstance(sdr, SDR):
                raise bad_type(f"others[{i}]", sdr, "an SDR", "write SDR.from_dense(x)")
        shapes = [s.shape[:axis] + s.shape[axis + 1 :] for s in (self, *others)]
        if not 0 <= axis < len(self.shape) or len(set(shapes)) != 1:
            every = Said(f"shapes {[s.shape for s in (self, *others)]}")
            raise bad_argument("others", every, f"shapes that agree outside axis {axis}")
        parts = []
        offset = 0
        for s in (self, *others):
            shifted = [c + offset * (i == axis) for i, c in enumerate(s.coordinates)]
            parts.append(shifted)
            offset += s.shape[axis]
        shape = (*self.shape[:axis], offset, *self.shape[axis + 1 :])
        return SDR.from_coordinates(
            [np.concatenate(c) for c in zip(*parts, strict=True)], shape
        )

    def reshape(self, *shape: int) -> SDR:
        """Same cells under another shape of the same size.

        >>> tall = SDR([4, 5, 10], (4, 4)).reshape(8, 2)
        >>> tall.coordinates[0].tolist()
        [2, 2, 5]
        """
        if prod(shape) != self.size:
            expected = f"{self.size} cells, as {self.shape} has"
            raise bad_argument("shape", shape, expected)
        return SDR(self.indices, shape)

    def subsample(self, count: int, rng: Seed = None) -> SDR:
        """Keep `count` of the active cells, chosen at random; all, when there are no more.

        >>> SDR(range(40), 100).subsample(8, rng=0).overlap(SDR(range(40), 100))
        8
        """
        count = checks.whole_number("count", count)
        keep = np.random.default_rng(rng).choice(
            len(self), min(count, len(self)), replace=False
        )
        return SDR(np.sort(self.indices[keep]), self.shape)

    def add_noise(self, fraction: float, rng: Seed = None) -> SDR:
        """Move round(fraction·active) active cells to inactive places; as many stay active.

        Raises:
            ValueError: too few inactive places; (1 + fraction)·active_share must be at most 1.

        >>> a = SDR.random(103, 0.1, rng=3)
        >>> a.add_noise(0.5, rng=4).overlap(a)
        5
        """
        moved = round_half_up(checks.fraction("fraction", fraction) * len(self))
        if len(self) + moved > self.size:
            received = Said(f"{moved} cells to move")
            raise bad_argument(
                "fraction", received, f"at most the {self.size - len(self)} inactive"
            )
        generator = np.random.default_rng(rng)
        keep = generator.choice(self.indices, len(self) - moved, replace=False)
        free = np.flatnonzero(~self.dense.ravel())
        new = generator.choice(free, moved, replace=False)
        return SDR(np.sort(np.concatenate([keep, new])), self.shape)

    def kill_cells(self, fraction: float, rng: Seed = None) -> SDR:
        """Silence round(size·fraction) random cells; one seed silences the same of every SDR.

        >>> SDR(range(10), 10).kill_cells(0.3, rng=0).active_share
        0.7
        """
        count = round_half_up(self.size * checks.fraction("fraction", fraction))
        dead = np.random.default_rng(rng).choice(self.size, count, replace=False)
        return SDR(np.setdiff1d(self.indices, dead, assume_unique=True), self.shape)

    def _like(self, other: SDR) -> SDR:
        if not isinstance(other, SDR):
            remedy = "write SDR(indices, shape), or SDR.from_dense(x)"
            raise bad_type("other", other, "an SDR", remedy)
        if other.shape != self.shape:
            received = Said(f"shape {other.shape}")
            raise bad_argument(
                "other", received, f"shape {self.shape}", "use reshape or concatenate"
            )
        return other

    def __and__(self, other: SDR) -> SDR:
        return self.intersection(other)

    def __or__(self, other: SDR) -> SDR:
        return self.union(other)

    def __sub__(self, other: SDR) -> SDR:
        return self.difference(other)

    def __len__(self) -> int:
        return int(self.indices.size)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SDR)
            and self.shape == other.shape
            and np.array_equal(self.indices, other.indices)
        )

    def __hash__(self) -> int:
        return hash((self.shape, self.indices.tobytes()))

    def __repr__(self) -> str:
        return f"SDR({self.indices.tolist()}, shape={self.shape})"
