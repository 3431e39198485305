"""What a binary memory takes: rows of booleans or of signs, checked before anything is stored."""

from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.sdr import SDR, dense_batch
from neurosparse.typing import Array, Bool, Float32, Int32, Int64


def bit_patterns(name: str, x: Any, n: int) -> Bool:
    """Return new boolean rows `[m, n]` of SDRs, a sparse matrix or a dense array.

    Raises:
        TypeError: one SDR where rows are meant, or no array.
        ValueError: no rows, rows without a one, another width, values other than 0 and 1.

    >>> bit_patterns("x", [[0, 1, 1]], 3)
    array([[False,  True,  True]])
    """
    expected = f"SDRs, a sparse matrix or boolean rows [m, {n}]"
    if isinstance(x, SDR):
        raise bad_type(name, x, expected, "write [sdr] for one pattern")
    if not (hasattr(x, "shape") or hasattr(x, "__len__")):
        raise bad_type(name, x, expected)
    if not (x.shape[0] if hasattr(x, "shape") else len(x)):
        raise bad_argument(name, Said("no patterns"), "one pattern or more")
    _check_bits(name, x, n)
    try:
        rows = dense_batch(x, n)
    except (TypeError, ValueError, KeyError) as error:
        says = str(error).removeprefix("sdrs: ")
        raise ValueError(f"{name}: {says}; give {expected}") from error
    filled = rows.any(axis=1)
    if not filled.all():
        received = Said(f"no active unit in pattern {int(np.argmin(filled))}")
        expected = "patterns with at least one active unit"
        raise bad_argument(name, received, expected, "leave empty patterns out")
    return rows


def _check_bits(name: str, x: Any, n: int) -> None:
    """Refuse numbers other than 0 and 1: as booleans, NaN and -1 would be active units."""
    values = _values(name, x, n)
    if values.dtype.kind not in "iuf":
        return
    wrong = (values != 0) & (values != 1)
    if wrong.any():
        received = Said(f"the value {values[wrong].ravel()[0]}")
        remedy = "write x > 0 for patterns of -1 and 1"
        raise bad_argument(name, received, "0 and 1, or booleans", remedy)


def _values(name: str, x: Any, n: int) -> Array:
    """Every number of x, in any shape; one vector where rows are meant is refused."""
    if hasattr(x, "tocsr"):
        return np.asarray(x.tocsr().data)
    if isinstance(x, np.ndarray):
        if x.ndim == 1:
            raise bad_argument(name, x, f"rows [m, {n}]", "write x[None] for one pattern")
        return x
    numbers = [np.ravel(row) for row in x if isinstance(row, np.ndarray | list | tuple)]
    return np.concatenate(numbers) if numbers else np.zeros(0)


def sign_patterns(name: str, x: Any, n: int) -> Float32:
    """Return rows `[m, n]` of -1 and 1.

    Raises:
        ValueError: no rows, another width, or any other value.

    >>> sign_patterns("x", [1, -1], 2)
    array([[ 1., -1.]], dtype=float32)
    """
    rows = np.atleast_2d(np.asarray(x))
    if rows.ndim != 2 or rows.shape[1] != n or not len(rows):
        received = Said(f"shape {list(np.shape(x))}")
        raise bad_argument(name, received, f"one or more rows [m, {n}]")
    if rows.dtype.kind not in "iuf" or not (np.abs(rows) == 1).all():
        remedy = "write 2 * bits - 1.0 for boolean patterns"
        raise bad_argument(name, rows, "values -1 and 1 only", remedy)
    return np.asarray(rows, np.float32)


def refuse_empty(memory: Any) -> None:
    """Refuse to read a memory in which nothing is stored."""
    if not memory.stored:
        received = Said("an empty memory")
        expected = "a memory with one pattern or more"
        raise bad_argument(
            type(memory).__name__, received, expected, "call store(...) first"
        )


def compressed_rows(states: Bool) -> tuple[Int64, Int32]:
    """Active units of each state `[q, n]`: pointers `[q + 1]` and units.

    >>> compressed_rows(np.array([[True, False, True], [False, True, False]]))
    (array([0, 2, 3]), array([0, 2, 1], dtype=int32))
    """
    indptr = np.zeros(len(states) + 1, np.int64)
    np.cumsum(states.sum(axis=1), out=indptr[1:])
    return indptr, np.nonzero(states)[1].astype(np.int32)
