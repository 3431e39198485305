"""One spike after another, one target after another: the law."""

from typing import Any

import numpy as np


def phase_lif(
    indptr: Any, indices: Any, c: Any, omega: float, phases: Any, tangents: Any, spikes: int
) -> Any:
    """Change `phases` and `tangents` in place; return times and neurons of the spikes."""
    times = np.empty(spikes)
    neurons = np.empty(spikes, np.int32)
    now = 0.0
    for s in range(spikes):
        j = int(np.argmax(phases))
        wait = 1.0 - phases[j]
        now += wait
        phases += wait
        phases[j] = 0.0
        for e in range(indptr[j], indptr[j + 1]):
            i = indices[e]
            slope = 1.0 / (1.0 + c[e] * np.exp(phases[i] / omega))
            phases[i] = -omega * np.log(np.exp(-phases[i] / omega) + c[e])
            tangents[i] = slope * tangents[i] + (1.0 - slope) * tangents[j]
        times[s], neurons[s] = now, j
    return times, neurons
