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


def cleared(shape: int | tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Return an array of zeros, on large pages where the system offers them.

    NumPy asks for large pages only in `empty`, and only from 4 MiB on; scattered access to `zeros`
    then spends more time on finding pages than on data.

    >>> cleared((2, 3), np.float32).sum(), cleared(1 << 17, np.float64).shape
    (np.float32(0.0), (131072,))
    """
    kind = np.dtype(dtype)
    size = math.prod(shape) if isinstance(shape, tuple) else shape
    if size * kind.itemsize < WORTH or not hasattr(mmap, "MADV_HUGEPAGE"):
        return np.zeros(shape, kind)
    flags = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
    memory = mmap.mmap(-1, size * kind.itemsize + PAGE, flags=flags)
    try:
        memory.madvise(mmap.MADV_HUGEPAGE)
    except OSError:  # a kernel built without them
        return np.zeros(shape, kind)
    whole = np.frombuffer(memory, dtype=np.uint8)
    # bytes before the first large page
    first = -whole.ctypes.data % PAGE
    array: NDArray[Any] = (
        whole[first : first + size * kind.itemsize].view(kind).reshape(shape)
    )
    return array
