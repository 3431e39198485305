"""Counts per window without the table: a neuron's square is added when its window is left."""

from collections.abc import Iterable

import numpy as np
from numba import njit

from neurosparse.kernels.measures.spike_windows.values import Chunk, CountMoments


def spike_windows(chunks: Iterable[Chunk], n: int, windows: int) -> CountMoments:
    """Add chunk after chunk; close the open windows; turn sums into moments."""
    total = np.zeros(n, np.int64)
    squares = np.zeros(n, np.int64)
    open_count = np.zeros(n, np.int64)
    open_window = np.zeros(n, np.int64)
    for window, index in chunks:
        events = (
            np.ascontiguousarray(window, np.int64),
            np.ascontiguousarray(index, np.int64),
        )
        _add(*events, total, squares, open_count, open_window)
    squares += open_count**2
    mean = total / windows
    return CountMoments(mean, np.maximum(squares / windows - mean**2, 0.0))


@njit(cache=True, nogil=True, fastmath=False)
def _add(window, index, total, squares, open_count, open_window):  # type: ignore[no-untyped-def]
    for k in range(len(window)):
        i = index[k]
        if window[k] != open_window[i]:
            squares[i] += open_count[i] ** 2
            open_count[i] = 0
            open_window[i] = window[k]
        open_count[i] += 1
        total[i] += 1
