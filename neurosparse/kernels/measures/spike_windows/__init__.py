"""Mean and variance of spike counts in windows, per neuron, in one pass over time-ordered events.

mean_i = Σ_w c_iw / m,    var_i = Σ_w (c_iw - mean_i)² / m    over the m windows, empty ones
included.
"""

from collections.abc import Iterable
from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.measures.spike_windows.values import Chunk as Chunk
from neurosparse.kernels.measures.spike_windows.values import CountMoments as CountMoments


def spike_windows(
    chunks: Iterable[Chunk], n: int, windows: int, backend: Literal["naive", "cpu"] = "cpu"
) -> CountMoments:
    """Measure spike counts in windows.

    Args:
        chunks: windows, ascending, and the neuron of each spike, `[k]` both.
        n: neurons.
        windows: how many there are.
        backend: "naive" (the law) or "cpu" (Numba).

    >>> import numpy as np
    >>> events = (np.array([0, 0, 3]), np.array([1, 1, 1]))
    >>> spike_windows([events], 2, 4, backend="naive").mean.tolist()
    [0.0, 0.75]
    """
    run = implementation(__name__, backend).spike_windows
    return cast(CountMoments, run(chunks, n, windows))
