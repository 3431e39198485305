"""What may be stored and asked: finite vectors of one width that point somewhere."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.typing import Array, Int64

ROWS = 2**14  # checked at a time, so that memory-mapped patterns stream


def as_patterns(name: str, x: ArrayLike, d: int | None, dtype: Any, at: int = 0) -> Array:
    """Return `x` as `[n, d]` of `dtype`, every row finite and not zero.

    Memory-mapped arrays stay where they are. In errors rows are counted from `at`.

    Raises:
        ValueError: another shape or width, NaN or infinities, a row of zeros.
        TypeError: not real numbers.

    >>> as_patterns("x", [1, 2], 2, np.float32)
    array([[1., 2.]], dtype=float32)
    """
    array = as_rows(name, x, d)
    if array.dtype != dtype:
        with np.errstate(over="ignore"):  # found below
            array = array.astype(dtype)
    for first in range(0, len(array), ROWS):
        _check(name, array[first : first + ROWS], at + first)
    return array


def as_queries(name: str, x: ArrayLike, d: int | None, dtype: Any) -> Array:
    """Return `x` as finite queries `[n, d]` of `dtype`, a copy; a query of zeros may be asked.

    Raises:
        ValueError: another shape or width, NaN or infinities.
    """
    rows = as_rows(name, x, d)
    with np.errstate(over="ignore"):  # found below
        rows = rows.astype(dtype)
    if not np.isfinite(rows).all():
        at = int(np.argmin(np.isfinite(rows).all(1)))
        raise bad_argument(name, Said(f"NaN or infinity in row {at}"), "finite numbers")
    return rows


def as_rows(name: str, x: ArrayLike, d: int | None) -> Array:
    """Return `x` as an array of numbers `[n, d]`; one vector becomes one row."""
    try:
        array = x if isinstance(x, np.ndarray) else np.asarray(x)
    except ValueError as error:
        received = Said("rows of unequal length")
        raise bad_argument(name, received, "vectors of one width [n, d]") from error
    if array.dtype.kind not in "fiub":
        raise bad_type(name, Said(f"dtype {array.dtype}"), "real numbers")
    array = array[None] if array.ndim == 1 else array
    width = "d" if d is None else d
    if array.ndim != 2 or array.shape[1] == 0 or (d is not None and array.shape[1] != d):
        expected = f"vectors [n, {width}], or one vector [{width}]"
        raise bad_argument(name, Said(f"shape {list(np.shape(x))}"), expected)
    return array


def _check(name: str, rows: Array, first: int) -> None:
    finite = np.isfinite(rows).all(1)
    if not finite.all():
        received = Said(f"NaN or infinity in row {first + int(np.argmin(finite))}")
        raise bad_argument(name, received, "finite numbers", "drop or repair that row")
    not_zero = rows.any(1)
    if not not_zero.all():
        received = Said(f"only zeros in row {first + int(np.argmin(not_zero))}")
        expected = "patterns that are not zero: a zero vector resembles nothing"
        raise bad_argument(name, received, expected, "drop that row")


def as_indices(name: str, indices: ArrayLike | slice, n: int) -> Int64:
    """Return places of stored patterns, distinct, within 0..n-1; a mask `[n]` gives its True ones.

    >>> as_indices("indices", [False, True, True], 3), as_indices("indices", slice(-1, None), 3)
    (array([1, 2]), array([2]))
    """
    if isinstance(indices, slice):
        return np.arange(n)[indices]
    at = np.atleast_1d(np.asarray(indices))
    if at.dtype == np.bool_ and at.size:
        if at.shape != (n,):
            received = Said(f"a mask of shape {list(at.shape)}")
            raise bad_argument(name, received, f"a mask [{n}], one for each stored pattern")
        return np.flatnonzero(at).astype(np.int64)
    if at.ndim != 1 or (at.size and at.dtype.kind not in "iu"):
        raise bad_argument(name, indices, "whole numbers [m]")
    if at.size and not (at.min() >= 0 and at.max() < n):
        expected = (
            f"0..{n - 1}, the stored patterns" if n else "no place: nothing is stored"
        )
        raise bad_argument(name, Said(f"{at.min()}..{at.max()}"), expected)
    if len(np.unique(at)) != len(at):
        raise bad_argument(name, Said("the same place twice"), "each place once")
    return at.astype(np.int64)
