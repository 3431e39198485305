"""Many SDRs at once: packed words, dense rows, and all overlaps between two batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.kernels.overlap import overlap
from neurosparse.sdr.value import SDR


def pack(dense: Any) -> NDArray[np.uint64]:
    """Pack boolean rows [n, size] into words [n, ceil(size/64)], bit b of word w being cell 64·w+b.

    >>> pack(np.eye(2, 3)).tolist()
    [[1], [2]]
    """
    rows = np.asarray(dense)
    if rows.ndim != 2:
        raise ValueError(f"dense: got shape {rows.shape}, want [n, size]")
    words = (rows.shape[1] + 63) // 64
    bits = np.zeros((rows.shape[0], words * 64), np.bool_)
    bits[:, : rows.shape[1]] = rows != 0
    return np.packbits(bits, axis=1, bitorder="little").view("<u8").astype(np.uint64, copy=False)


def unpack(words: NDArray[np.uint64], size: int) -> NDArray[np.bool_]:
    """Undo `pack`: words [n, ceil(size/64)] to boolean rows [n, size].

    Raises ValueError when the width does not fit or a bit beyond `size` is set.

    >>> unpack(pack(np.eye(2, 3)), 3).astype(int).tolist()
    [[1, 0, 0], [0, 1, 0]]
    """
    if words.ndim != 2 or words.shape[1] != (size + 63) // 64:
        raise ValueError(f"words: got shape {words.shape}, want [n, {(size + 63) // 64}] for {size} cells")
    as_bytes = np.ascontiguousarray(words.astype("<u8", copy=False)).view(np.uint8)
    bits = np.unpackbits(as_bytes, axis=1, bitorder="little")
    if bits[:, size:].any():
        raise ValueError(f"words: a bit beyond cell {size - 1} is set; mask the last word")
    return bits[:, :size].astype(np.bool_)


def packed_batch(sdrs: Sequence[SDR]) -> NDArray[np.uint64]:
    """Stack the packed words of SDRs of one size, [n, ceil(size/64)].

    >>> packed_batch([SDR([0], 3), SDR([1], 3)]).tolist()
    [[1], [2]]
    """
    sizes = {s.size for s in sdrs}
    if len(sizes) != 1:
        raise ValueError(f"sdrs: have sizes {sorted(sizes)}, want one or more SDRs of one size")
    return np.stack([s.packed for s in sdrs])


def dense_batch(sdrs: Any, size: int) -> NDArray[np.bool_]:
    """Turn SDRs, a SciPy sparse matrix or a dense array into boolean rows [n, size].

    >>> dense_batch([SDR([1], 3)], 3).tolist()
    [[False, True, False]]
    """
    if hasattr(sdrs, "toarray"):
        rows = np.asarray(sdrs.toarray() != 0)
    elif len(sdrs) and isinstance(sdrs[0], SDR):
        rows = np.stack([s.dense.ravel() for s in sdrs])
    else:
        rows = np.asarray(sdrs).reshape(len(sdrs), -1) != 0
    if rows.shape[1] != size and len(rows):
        raise ValueError(f"sdrs: rows have {rows.shape[1]} cells, want {size}")
    return np.asarray(rows.reshape(len(rows), size), np.bool_)


def overlaps(a: Sequence[SDR], b: Sequence[SDR], backend: str = "cpu") -> NDArray[np.int32]:
    """Overlap of every SDR of `a` with every one of `b`, [n_a, n_b].

    overlap[i, j] = popcount(a_i & b_j), on packed words (64 cells an instruction).
    Raises ValueError when sizes differ.

    >>> overlaps([SDR([0, 1], 9), SDR([8], 9)], [SDR([1, 8], 9)], backend="naive").tolist()
    [[1], [1]]
    """
    if not len(a) or not len(b):
        return np.zeros((len(a), len(b)), np.int32)
    if a[0].size != b[0].size:
        raise ValueError(f"b: SDRs have {b[0].size} cells, those of a have {a[0].size}; they must agree")
    return overlap(packed_batch(a), packed_batch(b), backend=backend)
