"""Spike encoders: events where a signal moves, and first spikes the earlier the stronger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse import checks, grid
from neurosparse.available import refuse_beyond_memory
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.typing import Float64, Int32, Int64

Spikes = tuple[Int64, Int32]


def as_signal(values: Any, n_axes: int) -> Float64:
    """Return a signal `[n_steps, n_channels]` or a frame `[n_channels]` of finite numbers."""
    # a tensor of torch that asks for a gradient is no array; there is none through spikes
    values = values.detach() if callable(getattr(values, "detach", None)) else values
    try:
        signal = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise bad_type("values", values, "numbers") from error
    if signal.ndim != n_axes:
        expected = "[n_steps, n_channels]" if n_axes == 2 else "[n_channels]"
        raise bad_argument("values", values, expected)
    if not np.isfinite(signal).all():
        place = tuple(int(i) for i in np.argwhere(~np.isfinite(signal))[0])
        raise bad_argument("values", Said(f"{signal[place]} at {place}"), "finite numbers")
    return signal


def as_spikes(spikes: Any, n_steps: int | None, n: int) -> Spikes:
    """Return spikes as two arrays, once they are known to lie inside."""
    checks.whole_number("number of neurons", n)
    if not isinstance(spikes, tuple | list) or len(spikes) != 2:
        raise bad_type("spikes", spikes, "(steps, neurons), as an encoder gives them")
    steps = np.asarray(spikes[0])
    neurons = np.asarray(spikes[1])
    if steps.ndim != 1 or steps.shape != neurons.shape:
        shapes = Said(f"{list(steps.shape)} steps and {list(neurons.shape)} neurons")
        raise bad_argument("spikes", shapes, "as many neurons as steps, two vectors")
    _check_inside("steps", steps, n_steps)
    _check_inside("neurons", neurons, n)
    return steps.astype(np.int64), neurons.astype(np.int32)


def _check_inside(name: str, numbers: Any, limit: int | None) -> None:
    if not len(numbers):
        return
    if not np.issubdtype(numbers.dtype, np.integer):
        raise bad_type("spikes", Said(f"{name} of {numbers.dtype}"), "whole numbers")
    if numbers.min() < 0 or (limit is not None and numbers.max() >= limit):
        expected = "0 or more" if limit is None else f"0..{limit - 1}"
        received = Said(f"{name} {numbers.min()}..{numbers.max()}")
        raise bad_argument("spikes", received, expected)


@dataclass(frozen=True)
class DeltaEncoder:
    """Send a spike each time a channel has moved by `threshold` since its last spike.

    This is send-on-delta. Channel c has two neurons: 2c for up and 2c+1 for down. The reference
    moves by whole thresholds, counted from the first row, so `decode` stays within one threshold of
    the signal as long as no step moves by two or more.

    >>> encoder = DeltaEncoder(threshold=1.0)
    >>> steps, neurons = encoder.encode([[0.0], [1.2], [1.5], [0.0]])
    >>> steps.tolist(), neurons.tolist()
    ([1, 3], [0, 1])
    """

    threshold: float

    def __post_init__(self) -> None:
        checks.positive("threshold", self.threshold, "units of the signal")

    def encode(self, values: Any) -> Spikes:
        """Return (step, neuron) of all spikes of a signal `[n_steps, n_channels]`.

        A neuron spikes at most once a step.
        """
        signal = as_signal(values, 2)
        steps = [np.empty(0, np.int64)]
        neurons = [np.empty(0, np.int32)]
        # in thresholds from the first row: sums of decimals would drift off their grid
        moved = grid.steps(signal, self.threshold, signal[:1], grid.precision(values))
        reference = np.zeros(signal.shape[1])
        for step, row in enumerate(moved):
            up = np.flatnonzero(row - reference >= 1)
            down = np.flatnonzero(reference - row >= 1)
            reference[up] += 1
            reference[down] -= 1
            fired = np.sort(np.concatenate([2 * up, 2 * down + 1])).astype(np.int32)
            steps.append(np.full(fired.size, step, np.int64))
            neurons.append(fired)
        return np.concatenate(steps), np.concatenate(neurons)

    def decode(self, spikes: Spikes, n_steps: int, start: Any) -> Float64:
        """Rebuild the signal `[n_steps, n_channels]` from spikes and its first row `[n_channels]`.

        >>> spikes = np.array([1]), np.array([0])
        >>> DeltaEncoder(1.0).decode(spikes, 3, [0.0]).ravel().tolist()
        [0.0, 1.0, 1.0]
        """
        first = as_signal(start, 1)
        n_steps = checks.whole_number("n_steps", n_steps)
        size = f"{n_steps:,} steps of {first.size:,} channels"
        refuse_beyond_memory("n_steps", 24.0 * n_steps * first.size, size)
        steps, neurons = as_spikes(spikes, n_steps, 2 * first.size)
        moves = np.zeros((n_steps, first.size))
        sizes = np.where(neurons % 2, -self.threshold, self.threshold)
        np.add.at(moves, (steps, neurons // 2), sizes)
        return np.asarray(first + np.cumsum(moves, axis=0))


@dataclass(frozen=True)
class LatencyEncoder:
    """Let every channel spike once, the earlier the stronger its value in (0, 1].

    step = round((1 − x)·(n_steps − 1)); values at or below `silent` give no spike.

    >>> steps, neurons = LatencyEncoder(n_steps=11).encode([1.0, 0.0, 0.5])
    >>> steps.tolist(), neurons.tolist()
    ([0, 5], [0, 2])
    """

    n_steps: int
    silent: float = 0.0

    def __post_init__(self) -> None:
        checks.keep_counts(self, 1, "n_steps")
        checks.finite("silent", self.silent)

    def encode(self, values: Any) -> Spikes:
        """Return (step, neuron) of all spikes of one frame `[n_channels]`, in order of time."""
        frame = as_signal(values, 1)
        if frame.size and not (frame.min() >= 0 and frame.max() <= 1):
            received = Said(f"{frame.min()} to {frame.max()}")
            raise bad_argument("values", received, "numbers from 0 to 1")
        neurons = np.flatnonzero(frame > self.silent)
        last = self.n_steps - 1
        places = grid.snapped(
            (1 - frame[neurons]) * last + 0.5, last, grid.precision(values)
        )
        steps = np.floor(places).astype(np.int64)
        order = np.argsort(steps, kind="stable")
        return steps[order], neurons[order].astype(np.int32)

    def decode(self, spikes: Spikes, n_channels: int) -> Float64:
        """Rebuild the frame `[n_channels]` to half a step; silent channels are 0.

        >>> e = LatencyEncoder(11)
        >>> e.decode(e.encode([1.0, 0.0, 0.5]), 3).tolist()
        [1.0, 0.0, 0.5]
        """
        steps, neurons = as_spikes(spikes, self.n_steps, n_channels)
        frame = np.zeros(n_channels)
        frame[neurons] = 1 - steps / max(1, self.n_steps - 1)
        return frame
