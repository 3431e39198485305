"""Checks of arguments that the binary memories share, each error naming what, why and the
remedy.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.sdr import SDR, dense_batch

Bools = NDArray[np.bool_]


def count(name: str, value: Any, least: int = 1) -> int:
    """Return a whole number of `least` or more."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise bad_argument(name, value, f"a whole number, {least} or more")
    return int(value)


def positive(name: str, value: Any) -> float:
    """Return a finite number above 0."""
    if not (isinstance(value, (int, float, np.number)) and math.isfinite(value) and value > 0):
        raise bad_argument(name, value, "a number above 0")
    return float(value)


def share(name: str, value: Any) -> float:
    """Return a number above 0 and below 1."""
    if not (isinstance(value, (int, float, np.number)) and 0 < value < 1):
        raise bad_argument(name, value, "a number above 0 and below 1")
    return float(value)


def patterns(name: str, given: Any, n: int) -> Bools:
    """Return boolean rows [m, n] of SDRs, a SciPy matrix or a dense array; refuse none, rows
    without a one, and -1.
    """
    if isinstance(given, SDR):
        raise bad_type(
            name,
            given,
            f"SDRs, a sparse matrix or boolean rows [m, {n}]",
            "write [sdr] for one pattern",
        )
    if not (hasattr(given, "shape") or hasattr(given, "__len__")):
        raise bad_type(name, given, f"SDRs, a sparse matrix or boolean rows [m, {n}]")
    if not (given.shape[0] if hasattr(given, "shape") else len(given)):
        raise bad_argument(name, Said("no patterns"), "one pattern or more")
    _check_bits(name, given, n)
    try:
        rows = dense_batch(given, n)
    except (TypeError, ValueError, KeyError) as error:
        raise bad_argument(
            name, Said(str(error)), f"SDRs, a sparse matrix or boolean rows [m, {n}]"
        ) from error
    if not (filled := rows.any(axis=1)).all():
        wants = "patterns with at least one active unit"
        remedy = "leave empty patterns out"
        raise bad_argument(
            name, Said(f"no active unit in pattern {int(np.argmin(filled))}"), wants, remedy
        )
    return rows


def _check_bits(name: str, given: Any, n: int) -> None:
    """Refuse one vector where rows are meant, and numbers other than 0 and 1: NaN would be an
    active unit, -1 too.
    """
    if hasattr(given, "tocsr"):
        values = given.tocsr().data
    elif isinstance(given, np.ndarray):
        if given.ndim == 1:
            raise bad_argument(name, given, f"rows [m, {n}]", "write x[None] for one pattern")
        values = given
    else:
        numbers = [row for row in given if isinstance(row, (np.ndarray, list, tuple))]
        values = np.concatenate([np.ravel(row) for row in numbers]) if numbers else np.zeros(0)
    if values.dtype.kind in "iuf" and (wrong := (values != 0) & (values != 1)).any():
        remedy = "write x > 0 for patterns of -1 and 1"
        raise bad_argument(
            name, Said(f"the value {values[wrong].ravel()[0]}"), "0 and 1, or booleans", remedy
        )


def signs(name: str, given: Any, n: int) -> NDArray[np.float32]:
    """Return rows [m, n] of -1 and 1 as float32; refuse none, and any other value."""
    rows = np.atleast_2d(np.asarray(given))
    if rows.ndim != 2 or rows.shape[1] != n or not len(rows):
        raise bad_argument(
            name, Said(f"shape {list(np.shape(given))}"), f"one or more rows [m, {n}]"
        )
    if rows.dtype.kind not in "iuf" or not (np.abs(rows) == 1).all():
        raise bad_argument(
            name, rows, "values -1 and 1 only", "write 2 * bits - 1.0 for boolean patterns"
        )
    return np.asarray(rows, np.float32)


def stored(memory: Any) -> None:
    """Refuse to read a memory in which nothing is stored."""
    if not memory.stored:
        got = Said("an empty memory")
        wants = "a memory with one pattern or more"
        raise bad_argument(type(memory).__name__, got, wants, "call store(...) first")
