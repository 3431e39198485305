"""Interspike-interval statistics of every neuron in one pass over time-ordered events.

With intervals I_1 … I_k of one neuron:

    mean = Σ I / k,    cv = sqrt(Σ (I - mean)² / k) / mean,
    lv = 3 / (k - 1) Σ ((I_j - I_{j+1}) / (I_j + I_{j+1}))²

Events arrive in chunks, so a recording larger than memory is read once; nothing is kept per spike.

Sources: G. R. Holt et al., J. Neurophysiol. 75 (1996), doi:10.1152/jn.1996.75.5.1806 (CV);
S. Shinomoto, K. Shima, J. Tanji, Neural Comput. 15 (2003), doi:10.1162/089976603322518759 (LV).
"""

from collections.abc import Iterable
from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.measures.spike_intervals.values import Chunk as Chunk
from neurosparse.kernels.measures.spike_intervals.values import Intervals as Intervals


def spike_intervals(
    chunks: Iterable[Chunk], n: int, backend: Literal["naive", "cpu"] = "cpu"
) -> Intervals:
    """Measure the intervals of `n` neurons.

    Args:
        chunks: times, ascending, and the neuron of each, `[k]` both.
        n: neurons.
        backend: "naive" (the law) or "cpu" (Numba).

    >>> import numpy as np
    >>> events = (np.array([0.0, 1.0, 3.0]), np.array([0, 0, 0]))
    >>> measured = spike_intervals([events], 2, backend="naive")
    >>> measured.spikes.tolist(), measured.mean.tolist(), measured.cv.round(3).tolist()
    ([3, 0], [1.5, nan], [0.333, nan])
    """
    run = implementation(__name__, backend).spike_intervals
    return cast(Intervals, run(chunks, n))
