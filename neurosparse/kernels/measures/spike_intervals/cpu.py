"""Interspike intervals in one compiled pass; the running sums travel from chunk to chunk."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numba import njit

from neurosparse.kernels.measures.spike_intervals.values import Chunk, Intervals
from neurosparse.typing import Float64, Int64


class Sums(NamedTuple):
    """Running sums of every neuron `[n]`; `mean` and `spread` by Welford's update."""

    spikes: Int64
    last: Float64
    gap: Float64
    mean: Float64
    spread: Float64
    change: Float64


def spike_intervals(chunks: Iterable[Chunk], n: int) -> Intervals:
    """Add chunk after chunk, then turn the sums into statistics."""
    sums = Sums(np.zeros(n, np.int64), *(np.zeros(n) for _ in range(5)))
    for time, index in chunks:
        _add(
            np.ascontiguousarray(time, np.float64),
            np.ascontiguousarray(index, np.int64),
            *sums,
        )
    gaps = np.maximum(sums.spikes - 1, 0)
    several = gaps > 1
    mean = np.where(gaps > 0, sums.mean, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        cv = np.where(
            several & (sums.mean > 0), np.sqrt(sums.spread / gaps) / sums.mean, np.nan
        )
        lv = np.where(several, 3.0 * sums.change / (gaps - 1), np.nan)
    return Intervals(sums.spikes, mean, cv, lv)


@njit(cache=True, nogil=True, fastmath=False)
def _add(time, index, count, last, gap, mean, spread, change):  # type: ignore[no-untyped-def]
    for k in range(len(time)):
        i = index[k]
        if count[i] > 0:
            interval = time[k] - last[i]
            # Welford: the mean moves, and the squares grow by both distances from it
            off = interval - mean[i]
            mean[i] += off / count[i]
            spread[i] += off * (interval - mean[i])
            both = interval + gap[i]
            if count[i] > 1 and both > 0.0:
                change[i] += ((interval - gap[i]) / both) ** 2
            gap[i] = interval
        last[i] = time[k]
        count[i] += 1
