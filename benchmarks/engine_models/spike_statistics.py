"""Statistics by which two simulators are compared before their times are."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Spikes(NamedTuple):
    """Spikes in order of time: `step` int64 `[n_spikes]` and neuron `i` int32 `[n_spikes]`."""

    step: NDArray[np.int64]
    i: NDArray[np.int32]


def rate(spikes: Spikes, n: int, duration: float) -> float:
    """Mean rate in Hz of `n` neurons over `duration` ms."""
    return len(spikes.i) / n / duration * 1000.0


def isi_cv(spikes: Spikes, n: int, least: int = 5) -> float:
    """Mean over neurons with at least `least` spikes of std(ISI) / mean(ISI); NaN without such a
    neuron.
    """
    order = np.lexsort((spikes.step, spikes.i))
    step = spikes.step[order].astype(float)
    i = spikes.i[order]
    same = i[1:] == i[:-1]
    gap = np.diff(step)[same]
    owner = i[1:][same]
    count = np.bincount(owner, minlength=n)
    enough = count >= least - 1
    if not enough.any():
        return float("nan")
    mean = np.bincount(owner, gap, n)[enough] / count[enough]
    square = np.bincount(owner, gap**2, n)[enough] / count[enough]
    return float(np.mean(np.sqrt(np.maximum(square - mean**2, 0.0)) / mean))


def fano(spikes: Spikes, duration: float, dt: float, window: float = 1.0) -> float:
    """Variance over mean of the population's spike count in bins of `window` ms."""
    width = round(window / dt)
    bins = round(duration / dt) // width
    inside = spikes.step < bins * width
    count = np.bincount(spikes.step[inside] // width, minlength=bins)
    return float(count.var() / count.mean()) if len(spikes.i) else float("nan")


def correlation(
    spikes: Spikes,
    n: int,
    duration: float,
    dt: float,
    window: float = 5.0,
    sample: int = 200,
) -> float:
    """Mean Pearson correlation of binned counts over the pairs of `sample` firing neurons, evenly
    spaced.
    """
    width = round(window / dt)
    bins = round(duration / dt) // width
    firing = np.flatnonzero(np.bincount(spikes.i, minlength=n))
    if len(firing) < 2:
        return float("nan")
    chosen = firing[np.unique(np.linspace(0, len(firing) - 1, sample).astype(int))]
    place = np.full(n, -1)
    place[chosen] = np.arange(len(chosen))
    keep = (place[spikes.i] >= 0) & (spikes.step < bins * width)
    flat = place[spikes.i[keep]] * bins + spikes.step[keep] // width
    counts = np.bincount(flat, minlength=len(chosen) * bins).reshape(len(chosen), bins)
    counts = counts[counts.std(axis=1) > 0]
    if len(counts) < 2:
        return float("nan")
    matrix = np.corrcoef(counts)
    return float(matrix[np.triu_indices(len(counts), 1)].mean())


def summary(spikes: Spikes, n: int, duration: float, dt: float) -> dict[str, float]:
    """All figures of this module by name, with the number of spikes."""
    return {
        "spikes": len(spikes.i),
        "rate": rate(spikes, n, duration),
        "cv": isi_cv(spikes, n),
        "fano": fano(spikes, duration, dt),
        "correlation": correlation(spikes, n, duration, dt),
    }
