"""Boolean rows as words of 64 cells, and back."""

from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.sdr._check import check_bits
from neurosparse.typing import Bool, UInt64


def pack(dense: Any) -> UInt64:
    """Pack boolean rows `[n, size]` into words `[n, ceil(size/64)]`.

    Bit b of word w is cell 64·w+b.

    Raises:
        ValueError: no rows, or numbers other than 0 and 1.

    >>> pack(np.eye(2, 3)).tolist()
    [[1], [2]]
    """
    rows = np.asarray(dense)
    if rows.ndim != 2:
        raise bad_argument("dense", Said(f"shape {rows.shape}"), "[n, size]")
    check_bits("dense", rows)
    words = (rows.shape[1] + 63) // 64
    bits = np.zeros((rows.shape[0], words * 64), np.bool_)
    bits[:, : rows.shape[1]] = rows != 0
    return (
        np.packbits(bits, axis=1, bitorder="little")
        .view("<u8")
        .astype(np.uint64, copy=False)
    )


def unpack(words: UInt64, size: int) -> Bool:
    """Undo `pack`: words `[n, ceil(size/64)]` to boolean rows `[n, size]`.

    Raises:
        ValueError: a width that does not fit, or a bit beyond `size` that is set.

    >>> unpack(pack(np.eye(2, 3)), 3).astype(int).tolist()
    [[1, 0, 0], [0, 1, 0]]
    """
    width = (size + 63) // 64
    if words.ndim != 2 or words.shape[1] != width:
        expected = f"[n, {width}] for {size} cells"
        raise bad_argument("words", Said(f"shape {words.shape}"), expected)
    as_bytes = np.ascontiguousarray(words.astype("<u8", copy=False)).view(np.uint8)
    bits = np.unpackbits(as_bytes, axis=1, bitorder="little")
    if bits[:, size:].any():
        received = Said(f"a bit beyond cell {size - 1}")
        raise bad_argument("words", received, f"bits of {size} cells", "mask the last word")
    return bits[:, :size].astype(np.bool_)
