"""Many SDRs at once: stacked words, dense rows, and all overlaps between two batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.memory.overlap import overlap
from neurosparse.sdr._check import check_bits
from neurosparse.sdr.value import SDR
from neurosparse.typing import Bool, Int32, UInt64


def packed_batch(sdrs: Sequence[SDR]) -> UInt64:
    """Stack the packed words of SDRs of one size, `[n, ceil(size/64)]`.

    >>> packed_batch([SDR([0], 3), SDR([1], 3)]).tolist()
    [[1], [2]]
    """
    sizes = {one_sdr(f"sdrs[{i}]", sdr).size for i, sdr in enumerate(_several(sdrs))}
    if len(sizes) != 1:
        raise bad_argument(
            "sdrs", Said(f"sizes {sorted(sizes)}"), "one or more SDRs of one size"
        )
    return np.stack([s.packed for s in sdrs])


def dense_batch(sdrs: Any, size: int) -> Bool:
    """Turn SDRs, a SciPy sparse matrix or a dense array into boolean rows `[n, size]`.

    Raises:
        ValueError: rows of another size, or numbers other than 0 and 1.

    >>> dense_batch([SDR([1], 3)], 3).tolist()
    [[False, True, False]]
    """
    if hasattr(sdrs, "toarray"):
        dense = sdrs.toarray()
        check_bits("sdrs", dense)
        rows = np.asarray(dense != 0)
    else:
        items = _several(sdrs)
        items = items if hasattr(items, "__getitem__") else list(items)
        if not len(items):
            return np.zeros((0, size), np.bool_)
        if any(isinstance(row, SDR) for row in items[:1]):
            return np.stack(
                [_cells(f"sdrs[{i}]", row, size) for i, row in enumerate(items)]
            )
        numbers = np.asarray(items)
        check_bits("sdrs", numbers)
        rows = numbers.reshape(len(items), -1) != 0
    if rows.shape[1] != size and len(rows):
        raise bad_argument("sdrs", Said(f"rows of {rows.shape[1]} cells"), f"{size}")
    return np.asarray(rows.reshape(len(rows), size), np.bool_)


def sdr_rows(sdrs: Any, shape: tuple[int, ...]) -> Iterator[SDR | None]:
    """Go through SDRs, or the rows of a sparse or dense matrix `[n, size]`, as SDRs of `shape`.

    None stays None; numbers other than 0 and 1 are refused.

    >>> list(sdr_rows([[0, 1, 1], None], (3,)))
    [SDR([1, 2], shape=(3,)), None]
    """
    size = prod(shape)
    if hasattr(sdrs, "tocsr"):
        rows = sdrs.tocsr()
        check_bits("sdrs", rows.data)
        if len(rows.shape) != 2 or rows.shape[1] != size:
            received = Said(f"a sparse matrix of shape {list(rows.shape)}")
            raise bad_argument("sdrs", received, f"rows [n, {size}]")
        for a, b in pairwise(rows.indptr):
            stored = rows.data[a:b] != 0  # a stored zero is a silent cell
            yield SDR(np.unique(rows.indices[a:b][stored]), shape)
        return
    for i, row in enumerate(_several(sdrs)):
        if row is None or isinstance(row, SDR):
            yield row
            continue
        cells = np.asarray(row)
        if cells.size != size or cells.ndim == 0:
            remedy = "write x[None] for one row" if np.ndim(cells) == 0 else ""
            raise bad_argument(
                f"sdrs[{i}]", row, f"an SDR or a dense row of {size} cells", remedy
            )
        check_bits(f"sdrs[{i}]", cells)
        yield SDR.from_dense(cells.reshape(shape))


def one_sdr(name: str, value: Any) -> SDR:
    """Return the value if it is an SDR; dense cells are one call away from one."""
    if not isinstance(value, SDR):
        raise bad_type(
            name, value, "an SDR", "write SDR.from_dense(x), or SDR(indices, shape)"
        )
    return value


def _cells(name: str, sdr: Any, size: int) -> Bool:
    if one_sdr(name, sdr).size != size:
        raise bad_argument(name, Said(f"{sdr.size} cells"), f"{size}")
    return np.asarray(sdr.dense.ravel())


def _several(sdrs: Any) -> Any:
    """What can be gone through row by row: a table would give its columns."""
    if isinstance(sdrs, SDR):
        raise bad_type("sdrs", sdrs, "several SDRs or rows", "write [sdr] for one")
    if hasattr(sdrs, "to_numpy"):
        return sdrs.to_numpy()
    return sdrs


def overlaps(a: Sequence[SDR], b: Sequence[SDR], backend: str = "cpu") -> Int32:
    """Overlap of every SDR of `a` with every one of `b`, int32 `[n_a, n_b]`.

    overlap[i, j] = popcount(a_i & b_j), on packed words (64 cells an instruction).

    Raises:
        ValueError: sizes that differ.

    >>> overlaps([SDR([0, 1], 9), SDR([8], 9)], [SDR([1, 8], 9)], backend="naive").tolist()
    [[1], [1]]
    """
    a = list(_several(a))
    b = list(_several(b))
    if not len(a) or not len(b):
        return np.zeros((len(a), len(b)), np.int32)
    size = one_sdr("a[0]", a[0]).size
    if one_sdr("b[0]", b[0]).size != size:
        received = Said(f"SDRs of {b[0].size} cells")
        raise bad_argument("b", received, f"{size}, as those of a have")
    return overlap(packed_batch(a), packed_batch(b), backend=backend)
