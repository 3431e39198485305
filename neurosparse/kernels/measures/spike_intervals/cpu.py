"""Interspike intervals in one compiled pass; the running sums travel from chunk to chunk."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numba import njit

from neurosparse.kernels.measures.spike_intervals import Chunk, Float, Int, Intervals


class Sums(NamedTuple):
    """Running sums of every neuron `[n]`; `mean` and `spread` by Welford's update."""

    spikes: Int
    last: Float
    gap: Float
    mean: Float
    spread: Float
    change: Float


def spike_intervals(chunks: Iterable[Chunk], n: int) -> Intervals:
    """Add chunk after chunk, then turn the sums into statistics."""
    sums = Sums(np.zeros(n, np.int64), *(np.zeros(n) for _ in range(5)))
    for time, index in chunks:
        _add(np.ascontiguousarray(time, np.float64), np.ascontiguousarray(index, np.int64), *sums)
    gaps = np.maximum(sums.spikes - 1, 0)
    several = gaps > 1
    mean = np.where(gaps > 0, sums.mean, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        cv = np.where(several & (sums.mean > 0), np.sqrt(sums.spread / gaps) / sums.mean, np.nan)
        lv = np.where(several, 3.0 * sums.change / (gaps - 1), np.nan)
    return Intervals(sums.spikes, mean, cv, lv)


@njit(cache=True, nogil=True, fastmath=False)
def _add(time, index, count, last, gap, mean, spread, change):  # type: ignore[no-untyped-def]
    for k in range(len(time)):
        i = index[k]
        if count[i] > 0:
            new = time[k] - last[i]
            off = new - mean[i]
            mean[i] += off / count[i]
            spread[i] += off * (new - mean[i])
            both = new + gap[i]
            if count[i] > 1 and both > 0.0:
                change[i] += ((new - gap[i]) / both) ** 2
            gap[i] = new
        last[i] = time[k]
        count[i] += 1
