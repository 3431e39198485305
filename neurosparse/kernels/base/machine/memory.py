"""Memory for arrays that are read and written here and there: fewer, larger pages, so that finding
them is cheap.
"""

import math
import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

PAGE = 1 << 21  # a large page of x86-64 and of most ARM systems
WORTH = 1 << 18  # smaller arrays are well served by small pages


def cleared(
    shape: int | tuple[int, ...], dtype: Any, what: str = "an array", remedy: str = ""
) -> NDArray[Any]:
    """Return an array of zeros, on large pages where the system offers them.

    NumPy asks for large pages only in `empty`, and only from 4 MiB on; scattered access to `zeros`
    then spends more time on finding pages than on data.

    Args:
        shape: of the array.
        dtype: of the array.
        what: it holds, for the error.
        remedy: how to ask for less, for the error.

    Raises:
        MemoryError: the system does not give that much.

    >>> cleared((2, 3), np.float32).sum(), cleared(1 << 17, np.float64).shape
    (np.float32(0.0), (131072,))
    >>> cleared((1 << 31, 1 << 31), np.float64, "spikes on their way", "shorten delays")
    Traceback (most recent call last):
    MemoryError: spikes on their way: an array of float64 [2147483648, 2147483648] takes \
36,893,488,147.4 GB, more than the system gives; shorten delays
    """
    kind = np.dtype(dtype)
    whole = shape if isinstance(shape, tuple) else (shape,)
    n_bytes = math.prod(whole) * kind.itemsize
    try:
        return _zeros(whole, kind, n_bytes)
    # of the system, of NumPy, and of sizes that are no number of bytes at all
    except (OSError, MemoryError, OverflowError, ValueError) as error:
        request = f"an array of {kind} [{', '.join(map(str, whole))}] takes {n_bytes / 1e9:,.1f} GB"
        end = f"; {remedy}" if remedy else ""
        raise MemoryError(f"{what}: {request}, more than the system gives{end}") from error


def _zeros(shape: tuple[int, ...], kind: "np.dtype[Any]", n_bytes: int) -> NDArray[Any]:
    if n_bytes < WORTH or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(shape, kind)
    memory = mmap.mmap(-1, n_bytes + PAGE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    try:
        memory.madvise(mmap.MADV_HUGEPAGE)
    except OSError:  # a kernel built without them
        return np.zeros(shape, kind)
    whole = np.frombuffer(memory, dtype=np.uint8)
    # bytes before the first large page
    first = -whole.ctypes.data % PAGE
    array: NDArray[Any] = whole[first : first + n_bytes].view(kind).reshape(shape)
    return array
