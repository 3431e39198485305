"""The law of the waveforms."""

import math

from neurosparse.kernels.spikes.current import RAMP, SINE


def waveform(
    kind: int,
    t: float,
    start: float,
    stop: float,
    frequency: float,
    phase: float,
    slack: float = 0.0,
) -> float:
    """Return f(t), t in ms, frequency in Hz, phase in radians; 0 before start and, but for a ramp,
    from stop.

    `slack` ms before an edge count as the edge, because step dt may come out below the number a
    person wrote.
    """
    if t < start - slack:
        return 0.0
    if kind == RAMP:
        return min(max(t - start, 0.0) / (stop - start), 1.0)
    if t >= stop - slack:
        return 0.0
    return (
        math.sin(2 * math.pi * frequency * (t - start) / 1000.0 + phase)
        if kind == SINE
        else 1.0
    )
