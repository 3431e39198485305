"""What every encoder offers, and encoding of many values at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Protocol

import numpy as np

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.sdr import SDR
from neurosparse.typing import Int32


class Encoder(Protocol):
    """An object that turns a value into an SDR of `size` cells.

    An encoder of one's own is a class with these two.

    >>> class Parity:
    ...     size = 2
    ...
    ...     def encode(self, value):
    ...         return SDR([value % 2], self.size)
    >>> encode_batch(Parity(), [3, 4]).toarray().tolist()
    [[0, 1], [1, 0]]
    """

    @property
    def size(self) -> int:
        """Cells of the SDRs it makes."""

    def encode(self, value: Any) -> SDR:
        """Return the SDR of one value."""


def encode_batch(encoder: Encoder, values: Iterable[Any]) -> Any:
    """Encode values as the rows of a SciPy CSR array, uint8 `[n, encoder.size]`.

    >>> from neurosparse.encoders import ScalarEncoder
    >>> encode_batch(ScalarEncoder(0, 4, active=2, size=6), [0, 4]).toarray().tolist()
    [[1, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1]]
    """
    from scipy.sparse import csr_array

    if isinstance(encoder, type) or not hasattr(encoder, "encode"):
        raise bad_type("encoder", encoder, "an encoder, with encode(value) and size")
    kind = type(encoder).__name__
    if not hasattr(encoder, "size"):
        raise bad_type("encoder", Said(f"{kind}, which lacks size"), "its number of cells")
    size = whole_number(f"{kind}.size", encoder.size, 1)
    rows = [cells_of(f"{kind}.encode", encoder.encode(value), size) for value in values]
    indptr = np.concatenate([[0], np.cumsum([r.size for r in rows])]).astype(np.int64)
    indices = np.concatenate([np.empty(0, np.int32), *rows])
    ones = np.ones(indices.size, np.uint8)
    return csr_array((ones, indices, indptr), shape=(len(rows), size))


def cells_of(name: str, sdr: Any, size: int) -> Int32:
    """Return the active cells of a code, once it is known to be an SDR of `size` cells.

    >>> cells_of("sdr", SDR([1], 3), 3)
    array([1], dtype=int32)
    """
    if not isinstance(sdr, SDR):
        raise bad_type(name, sdr, f"an SDR of {size} cells")
    if sdr.size != size:
        received = Said(f"an SDR of {sdr.size} cells")
        raise bad_argument(name, received, f"{size} cells, as its encoder has")
    return sdr.indices


def moment(name: str, value: Any) -> datetime:
    """Return a date and time of pandas or NumPy, too, as one of Python.

    Raises:
        TypeError: text, numbers, or no time at all.

    >>> moment("time", np.datetime64("2020-01-31T12:00"))
    datetime.datetime(2020, 1, 31, 12, 0)
    """
    time = value
    if isinstance(value, np.datetime64):
        time = value.astype("datetime64[us]").item()
    # NaT of pandas calls itself a datetime, and equals nothing
    if not isinstance(time, datetime) or time != time:
        raise bad_type(name, value, "a datetime", "datetime.fromisoformat reads text")
    return time


def number(name: str, value: Any) -> float:
    """Return a value as a float, NaN among them.

    Raises:
        TypeError: what is no number, or several.
    """
    try:
        return float(value)
    except (TypeError, ValueError):
        remedy = "NaN stands for no value, encode_batch takes many"
        raise bad_type(name, value, "one number", remedy) from None
    except OverflowError:
        raise bad_argument(name, value, "a number that a float holds") from None
