"""Numba: one thread's slice of the drive."""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.intrinsics import as_pointer, read_words
from neurosparse.kernels.spikes.current import RAMP, SINE
from neurosparse.kernels.spikes.current.normal import walk

SLACK = 1e-6  # of a step
LINE = 8  # numbers of a cache line, one a thread

# bound anew by `operation`
REAL: Any = np.float64


@njit(cache=True, nogil=True)
def waveform(
    kind: Any, t: Any, start: Any, stop: Any, frequency: Any, phase: Any, slack: Any
) -> Any:
    """Return f(t) as the naive law does."""
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


@njit(cache=True, nogil=True)
def add_scaled(drive: Any, gain: Any, amplitude: Any, f: Any) -> None:
    """Add gain amplitude f to the drive."""
    if gain.size == 1 and amplitude.size == 1:
        level = drive.dtype.type(gain[0] * amplitude[0] * f)
        for i in range(drive.size):
            drive[i] += level
        return
    for i in range(drive.size):
        g = gain[i] if gain.size > 1 else gain[0]
        a = amplitude[i] if amplitude.size > 1 else amplitude[0]
        drive[i] += g * a * f


@njit(cache=True, nogil=True)
def add_noisy(drive: Any, gain: Any, amplitude: Any, x: Any) -> None:
    """Add gain amplitude x to the drive."""
    if gain.size == 1 and amplitude.size == 1:
        scale = gain[0] * amplitude[0]
        for i in range(drive.size):
            drive[i] += scale * x[i]
        return
    for i in range(drive.size):
        g = gain[i] if gain.size > 1 else gain[0]
        a = amplitude[i] if amplitude.size > 1 else amplitude[0]
        drive[i] += g * a * x[i]


class ResetWords(NamedTuple):
    """The words of `reset_drive`."""

    drive: NDArray[Any]  # the coefficient that currents move [n_alloc]
    base: NDArray[Any]  # what it is without them [n_alloc]
    n_alloc: int
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    moved: NDArray[np.int64]  # whether currents moved it since [n_threads, LINE]


def reset_drive(block: int, step: int, thread: int) -> None:
    """Adapter: put the drive back to its base, where something moved it."""
    w = read_words(ResetWords, block)
    moved = carray(as_pointer(w.moved + 8 * LINE * thread), (1,), np.int64)
    if moved[0] == 0:
        return
    moved[0] = 0
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    drive = carray(as_pointer(w.drive), (w.n_alloc,), REAL)
    base = carray(as_pointer(w.base), (w.n_alloc,), REAL)
    drive[lo:hi] = base[lo:hi]


class CurrentWords(NamedTuple):
    """The words of `add_current`."""

    drive: NDArray[Any]  # the coefficient that currents move [n_alloc]
    n_alloc: int
    gain: NDArray[Any]  # of the model [n_gains]
    n_gains: int  # 1 or n_alloc
    amplitude: NDArray[Any]  # [n_amplitudes]
    n_amplitudes: int  # 1 or n_alloc
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    moved: NDArray[np.int64]  # whether the drive is not its base [n_threads, LINE]
    kind: int  # of waveform, as kernels.spikes.current numbers them
    shape: NDArray[
        np.float64
    ]  # start and stop in ms, two numbers of the waveform, dt in ms


def add_current(block: int, step: int, thread: int) -> None:
    """Adapter: a waveform common to all neurons, times their amplitudes."""
    w = read_words(CurrentWords, block)
    shape = carray(as_pointer(w.shape), (5,), np.float64)
    f = waveform(
        w.kind, step * shape[4], shape[0], shape[1], shape[2], shape[3], SLACK * shape[4]
    )
    if f == 0.0:
        return
    moved = carray(as_pointer(w.moved + 8 * LINE * thread), (1,), np.int64)
    moved[0] = 1
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    drive = carray(as_pointer(w.drive), (w.n_alloc,), REAL)
    gain = carray(as_pointer(w.gain), (w.n_gains,), REAL)
    amplitude = carray(as_pointer(w.amplitude), (w.n_amplitudes,), REAL)
    own_gain = gain[lo:hi] if w.n_gains > 1 else gain
    own_amplitude = amplitude[lo:hi] if w.n_amplitudes > 1 else amplitude
    add_scaled(drive[lo:hi], own_gain, own_amplitude, f)


class NoiseWords(NamedTuple):
    """The words of `add_noise`."""

    drive: NDArray[Any]  # the coefficient that currents move [n_alloc]
    n_alloc: int
    gain: NDArray[Any]  # of the model [n_gains]
    n_gains: int  # 1 or n_alloc
    amplitude: NDArray[Any]  # [n_amplitudes]
    n_amplitudes: int  # 1 or n_alloc
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    moved: NDArray[np.int64]  # whether the drive is not its base [n_threads, LINE]
    shape: NDArray[
        np.float64
    ]  # start and stop in ms, what is kept and added in a step, dt in ms
    x: NDArray[np.float64]  # the processes, of unit variance [n_alloc]
    seed: int
    stream: int  # of the random numbers


def add_noise(block: int, step: int, thread: int) -> None:
    """Adapter: an Ornstein-Uhlenbeck current for each neuron."""
    w = read_words(NoiseWords, block)
    shape = carray(as_pointer(w.shape), (5,), np.float64)
    t = (step + SLACK) * shape[4]
    if t < shape[0] or t >= shape[1]:
        return
    moved = carray(as_pointer(w.moved + 8 * LINE * thread), (1,), np.int64)
    moved[0] = 1
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    x = carray(as_pointer(w.x), (w.n_alloc,), np.float64)
    walk(x[lo:hi], shape[2], shape[3], w.seed, w.stream, step, lo)
    drive = carray(as_pointer(w.drive), (w.n_alloc,), REAL)
    gain = carray(as_pointer(w.gain), (w.n_gains,), REAL)
    amplitude = carray(as_pointer(w.amplitude), (w.n_amplitudes,), REAL)
    own_gain = gain[lo:hi] if w.n_gains > 1 else gain
    own_amplitude = amplitude[lo:hi] if w.n_amplitudes > 1 else amplitude
    add_noisy(drive[lo:hi], own_gain, own_amplitude, x[lo:hi])
