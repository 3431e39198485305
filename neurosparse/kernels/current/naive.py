"""The law of the waveforms."""

import math

from neurosparse.kernels.current import RAMP, SINE


def waveform(kind: int, t: float, start: float, stop: float, frequency: float, phase: float) -> float:
    """Return f(t), t in ms, frequency in Hz, phase in radians; 0 before start and, but for a ramp, from stop."""
    if t < start:
        return 0.0
    if kind == RAMP:
        return min((t - start) / (stop - start), 1.0)
    if t >= stop:
        return 0.0
    return math.sin(2 * math.pi * frequency * (t - start) / 1000.0 + phase) if kind == SINE else 1.0
