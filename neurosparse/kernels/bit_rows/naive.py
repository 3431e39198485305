"""One merge after the other in plain Python."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def merge_rows(bits: NDArray[np.uint64], rows: Any, words: NDArray[np.uint64], which: Any) -> None:
    """Set bits in place."""
    for row, source in zip(rows, which, strict=True):
        bits[row] |= words[source]
