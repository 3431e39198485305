"""Interspike intervals, neuron by neuron: the law."""

from collections.abc import Iterable

import numpy as np

from neurosparse.kernels.measures.spike_intervals.values import Chunk, Intervals
from neurosparse.typing import Float64


def spike_intervals(chunks: Iterable[Chunk], n: int) -> Intervals:
    """Gather all events, then measure each neuron by itself."""
    parts = [(np.empty(0), np.empty(0, np.int64)), *chunks]
    time = np.concatenate([t for t, _ in parts])
    index = np.concatenate([i for _, i in parts])
    trains = [time[index == neuron] for neuron in range(n)]
    rows = np.array([_measure(np.diff(train)) for train in trains]).reshape(n, 3)
    return Intervals(
        np.array([len(train) for train in trains], np.int64),
        rows[:, 0],
        rows[:, 1],
        rows[:, 2],
    )


def _measure(gaps: Float64) -> tuple[float, float, float]:
    if len(gaps) == 0:
        return np.nan, np.nan, np.nan
    mean = float(gaps.mean())
    if len(gaps) == 1:
        return mean, np.nan, np.nan
    both = gaps[1:] + gaps[:-1]
    # two coincident intervals of length zero do not differ
    change = np.where(both > 0, (gaps[1:] - gaps[:-1]) / np.where(both > 0, both, 1.0), 0.0)
    cv = float(gaps.std()) / mean if mean > 0 else np.nan
    return mean, cv, 3.0 * float(np.mean(change**2))
