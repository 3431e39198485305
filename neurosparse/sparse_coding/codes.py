"""Sparse codes of many samples: compressed rows, with nothing dense inside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import unchangeable, whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.sdr import SDR
from neurosparse.typing import Array, Int32, Int64


@dataclass(frozen=True, eq=False)
class SparseCodes:
    """Codes of a batch, compressed by sample: a `[batch, n]` matrix that holds no zeros.

    Args:
        indptr: where each sample begins, int64 `[batch + 1]`.
        indices: active atoms, ascending and once in each sample, int32 `[nnz]`.
        values: their coefficients, float32 or float64 `[nnz]`.
        n: atoms of the dictionary.

    Raises:
        ValueError: arrays that do not fit each other, NaN, atoms that are not there, repeated or
            out of order.

    >>> codes = SparseCodes([0, 2, 3], [0, 2, 1], [1.0, -3.0, 2.0], n=4)
    >>> codes
    SparseCodes(2 samples, 4 atoms, 3 coefficients of float64)
    >>> codes.to_dense().tolist()
    [[1.0, 0.0, -3.0, 0.0], [0.0, 2.0, 0.0, 0.0]]
    >>> codes.top(1).indices.tolist(), codes.counts.tolist()
    ([2, 1], [2, 1])
    """

    indptr: Int64
    indices: Int32
    values: Array
    n: int

    def __post_init__(self) -> None:
        n = whole_number("n", self.n, 0, np.iinfo(np.int32).max)
        indptr = _whole("indptr", self.indptr, np.int64)
        indices = _whole("indices", self.indices, np.int32)
        values = np.asarray(self.values)
        if values.dtype.kind not in "biuf":
            raise bad_type("values", values, "numbers")
        if values.dtype not in (np.float32, np.float64):
            values = values.astype(np.float64)
        _check(indptr, indices, values, n)
        object.__setattr__(self, "indptr", unchangeable(indptr))
        object.__setattr__(self, "indices", unchangeable(indices))
        object.__setattr__(self, "values", unchangeable(values))
        object.__setattr__(self, "n", n)

    @classmethod
    def from_dense(cls, dense: Any) -> SparseCodes:
        """Take the coefficients that are not 0 of an array `[batch, n]`.

        >>> SparseCodes.from_dense([[0.0, 2.0], [0.0, 0.0]]).indptr.tolist()
        [0, 1, 1]
        """
        array = np.asarray(dense)
        if array.ndim != 2:
            raise bad_argument("dense", array, "[batch, n]", "write a[None] for one sample")
        samples, atoms = np.nonzero(array)
        values = array[samples, atoms]
        return cls(
            _starts(samples, len(array)), atoms.astype(np.int32), values, array.shape[1]
        )

    @classmethod
    def from_scipy(cls, matrix: Any) -> SparseCodes:
        """Take a SciPy sparse matrix or array `[batch, n]`; stored zeros are left out.

        >>> import scipy.sparse
        >>> SparseCodes.from_scipy(scipy.sparse.eye_array(2)).indices.tolist()
        [0, 1]
        """
        if not hasattr(matrix, "tocsr"):
            raise bad_type("matrix", matrix, "a SciPy sparse matrix", "see from_dense")
        rows = matrix.tocsr().copy()
        rows.sum_duplicates()
        rows.eliminate_zeros()
        return cls(rows.indptr, rows.indices, rows.data, rows.shape[1])

    @classmethod
    def from_sdrs(cls, sdrs: Sequence[SDR]) -> SparseCodes:
        """Take SDRs of one size; each active cell has the coefficient 1.

        >>> SparseCodes.from_sdrs([SDR([1, 3], 5), SDR([], 5)]).counts.tolist()
        [2, 0]
        """
        sizes = sorted({sdr.size for sdr in sdrs})
        if len(sizes) != 1:
            raise bad_argument(
                "sdrs", Said(f"sizes {sizes}"), "SDRs of one size, one or more"
            )
        indptr = np.cumsum([0, *(len(sdr) for sdr in sdrs)])
        indices = np.concatenate([sdr.indices for sdr in sdrs])
        return cls(indptr, indices, np.ones(len(indices)), sizes[0])

    @classmethod
    def from_condensed(cls, indices: Any, values: Any, n: int) -> SparseCodes:
        """Take k places of each sample in any order, both `[batch, k]`; zeros are left out.

        An atom named twice in a sample counts twice.

        >>> SparseCodes.from_condensed([[2, 0]], [[1.0, 5.0]], n=3).to_dense().tolist()
        [[5.0, 0.0, 1.0]]
        """
        places = np.asarray(indices)
        numbers = np.asarray(values)
        if places.ndim != 2 or numbers.shape != places.shape:
            raise bad_argument("values", numbers, f"one an index, {list(places.shape)}")
        samples = np.repeat(np.arange(len(places)), places.shape[1])
        return _summed(samples, places.ravel(), numbers.ravel(), len(places), n)

    @classmethod
    def concatenate(cls, parts: Iterable[SparseCodes]) -> SparseCodes:
        """Put batches one after the other.

        >>> one = SparseCodes.from_dense([[0.0, 2.0]])
        >>> len(SparseCodes.concatenate([one, one]))
        2
        """
        several = list(parts)
        sizes = sorted({part.n for part in several})
        if len(sizes) != 1:
            raise bad_argument(
                "parts", Said(f"codes of {sizes} atoms"), "codes of one width"
            )
        counts = np.concatenate([part.counts for part in several])
        indices = np.concatenate([part.indices for part in several])
        values = np.concatenate([part.values for part in several])
        return cls(np.cumsum([0, *counts]), indices, values, sizes[0])

    @property
    def shape(self) -> tuple[int, int]:
        """Samples and atoms."""
        return len(self), self.n

    @property
    def dtype(self) -> np.dtype[Any]:
        """Kind of the coefficients."""
        return self.values.dtype

    @property
    def nnz(self) -> int:
        """Coefficients stored."""
        return len(self.indices)

    @property
    def counts(self) -> Int64:
        """Active atoms of each sample, int64 `[batch]`."""
        return np.diff(self.indptr)

    @property
    def rows(self) -> Int64:
        """Sample of each coefficient, int64 `[nnz]`."""
        return np.repeat(np.arange(len(self)), self.counts)

    def __len__(self) -> int:
        return len(self.indptr) - 1

    def __getitem__(self, samples: Any) -> SparseCodes:
        """Take some samples: a slice, positions or truth values; `codes[3:4]` is one."""
        chosen = np.arange(len(self))[samples]
        if chosen.ndim != 1:
            raise bad_type(
                "samples", samples, "a slice or several positions", "write [i:i+1]"
            )
        counts = self.counts[chosen]
        indptr = np.cumsum([0, *counts], dtype=np.int64)
        moved = np.repeat(self.indptr[chosen] - indptr[:-1], counts)
        places = moved + np.arange(indptr[-1])
        return SparseCodes(indptr, self.indices[places], self.values[places], self.n)

    def __add__(self, other: SparseCodes) -> SparseCodes:
        """Add coefficient by coefficient; what cancels is left out."""
        if not isinstance(other, SparseCodes):
            return NotImplemented
        if other.shape != self.shape:
            expected = f"codes {list(self.shape)}, as on the left"
            raise bad_argument("other", Said(f"codes {list(other.shape)}"), expected)
        samples = np.concatenate([self.rows, other.rows])
        atoms = np.concatenate([self.indices, other.indices])
        values = np.concatenate([self.values, other.values])
        return _summed(samples, atoms, values, len(self), self.n)

    def top(self, k: int) -> SparseCodes:
        """Keep the k coefficients of largest size of each sample, ties to the higher atom."""
        whole_number("k", k, 0)
        rows = self.rows
        order = np.lexsort((self.indices, np.abs(self.values), rows))
        # after sorting, a place's distance from the end of its sample is its rank
        ranks = np.empty(self.nnz, np.int64)
        ranks[order] = self.indptr[rows + 1] - 1 - np.arange(self.nnz)
        return self._kept(ranks < k)

    def astype(self, dtype: Any) -> SparseCodes:
        """Give the same codes in float32 or float64."""
        if self.dtype == dtype:
            return self
        return SparseCodes(self.indptr, self.indices, self.values.astype(dtype), self.n)

    def to_dense(self) -> Array:
        """Write the zeros out, `[batch, n]`."""
        dense = np.zeros(self.shape, self.dtype)
        dense[self.rows, self.indices] = self.values
        return dense

    def to_scipy(self) -> Any:
        """Give a SciPy `csr_array` of its own."""
        from scipy.sparse import csr_array

        parts = (self.values.copy(), self.indices.copy(), self.indptr.copy())
        return csr_array(parts, shape=self.shape)

    def to_sdrs(self) -> list[SDR]:
        """Give the active atoms of each sample as an SDR; the coefficients are dropped."""
        bounds = zip(self.indptr, self.indptr[1:], strict=False)
        return [SDR(self.indices[lo:hi], self.n) for lo, hi in bounds]

    def to_condensed(self, k: int | None = None) -> tuple[Int32, Array]:
        """Give k places of each sample, int32 and values `[batch, k]`.

        A sample with fewer ends in places of atom 0 whose value is 0.

        Args:
            k: places; as many as the fullest sample has if None.

        Raises:
            ValueError: a sample with more; take `top(k)` first.
        """
        most = int(self.counts.max(initial=0))
        if k is None:
            k = most
        if whole_number("k", k, 0) < most:
            raise bad_argument(
                "k", k, f"{most} or more, as the fullest sample has", "top(k)"
            )
        indices = np.zeros((len(self), k), np.int32)
        values = np.zeros((len(self), k), self.dtype)
        rows = self.rows
        columns = np.arange(self.nnz) - self.indptr[rows]
        indices[rows, columns] = self.indices
        values[rows, columns] = self.values
        return indices, values

    def __repr__(self) -> str:
        sizes = f"{len(self)} samples, {self.n} atoms"
        return f"SparseCodes({sizes}, {self.nnz} coefficients of {self.dtype})"

    def _kept(self, keep: Array) -> SparseCodes:
        """Those coefficients where `keep` holds."""
        indptr = _starts(self.rows[keep], len(self))
        return SparseCodes(indptr, self.indices[keep], self.values[keep], self.n)


def _starts(samples: Array, batch: int) -> Int64:
    """Where each sample begins, from the sample of each coefficient."""
    counts = np.bincount(samples, minlength=batch)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _summed(samples: Array, atoms: Array, values: Array, batch: int, n: int) -> SparseCodes:
    """Sort coefficients by sample and atom, add those of one place, leave zeros out."""
    order = np.lexsort((atoms, samples))
    samples = samples[order]
    atoms = atoms[order]
    values = values[order]
    fresh = np.ones(len(order), np.bool_)
    fresh[1:] = (np.diff(samples) != 0) | (np.diff(atoms) != 0)
    first = np.flatnonzero(fresh)
    sums = np.add.reduceat(values, first) if len(first) else values
    on = sums != 0
    places = first[on]
    return SparseCodes(_starts(samples[places], batch), atoms[places], sums[on], n)


def _whole(name: str, value: Any, dtype: Any) -> Array:
    array = np.asarray(value)
    if array.size == 0:
        array = array.astype(dtype)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise bad_argument(name, array, "whole numbers, one axis")
    span = np.iinfo(dtype)
    if array.size and not (span.min <= array.min() and array.max() <= span.max):
        raise bad_argument(
            name, Said(f"up to {array.max()}"), f"numbers of {dtype.__name__}"
        )
    return array.astype(dtype, copy=False)


def _check(indptr: Array, indices: Array, values: Array, n: int) -> None:
    ends = indptr[[0, -1]].tolist() if len(indptr) else []
    if ends != [0, len(indices)] or (np.diff(indptr) < 0).any():
        expected = f"starts that never fall, from 0 to {len(indices)} coefficients"
        raise bad_argument("indptr", Said(f"from and to {ends}"), expected)
    if values.shape != indices.shape:
        raise bad_argument("values", values, f"[{len(indices)}], one an index")
    if not np.isfinite(values).all():
        raise bad_argument("values", Said("NaN or infinity"), "finite numbers")
    if len(indices) and not (indices.min() >= 0 and indices.max() < n):
        span = Said(f"{indices.min()}..{indices.max()}")
        raise bad_argument("indices", span, f"0..{n - 1}, atoms of the dictionary")
    rising = np.diff(indices) > 0
    # between two samples they may fall
    starts = indptr[(indptr > 0) & (indptr < len(indices))]
    rising[starts - 1] = True
    if not rising.all():
        place = int(np.argmin(rising))
        received = Said(f"{indices[place]} before {indices[place + 1]}")
        raise bad_argument("indices", received, "atoms ascending, each once in a sample")
