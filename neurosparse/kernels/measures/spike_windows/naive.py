"""Counts per window as a full table: the law."""

from collections.abc import Iterable

import numpy as np

from neurosparse.kernels.measures.spike_windows.values import Chunk, CountMoments


def spike_windows(chunks: Iterable[Chunk], n: int, windows: int) -> CountMoments:
    """Count into a dense table `[n, windows]`, then take its moments."""
    table = np.zeros((n, windows))
    for window, index in chunks:
        np.add.at(table, (index, window), 1)
    return CountMoments(table.mean(axis=1), table.var(axis=1))
