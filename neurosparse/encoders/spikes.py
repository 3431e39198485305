"""Spike encoders: events where a signal moves, and first spikes the earlier the stronger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument, bad_type

Spikes = tuple[NDArray[np.int64], NDArray[np.int32]]


def _signal(values: Any, n_axes: int) -> NDArray[np.float64]:
    # a tensor of torch that asks for a gradient is no array; there is none through spikes
    values = values.detach() if callable(getattr(values, "detach", None)) else values
    try:
        signal = np.asarray(values, np.float64)
    except (TypeError, ValueError) as error:
        raise bad_type("values", values, "numbers") from error
    if signal.ndim != n_axes:
        raise bad_argument(
            "values", values, "[n_steps, n_channels]" if n_axes == 2 else "[n_channels]"
        )
    if not np.isfinite(signal).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(signal))[0])
        raise bad_argument("values", Said(f"{signal[where]} at {where}"), "finite numbers")
    return signal


def _check_whole(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise bad_type(name, value, "a whole number")
    if value < 1:
        raise bad_argument(name, value, "1 or more")


def _spikes(spikes: Any, n_steps: int | None, n: int) -> Spikes:
    """Give spikes as two arrays, once they are known to lie inside."""
    _check_whole("number of neurons", max(n, 1) if isinstance(n, int | np.integer) else n)
    if not isinstance(spikes, tuple | list) or len(spikes) != 2:
        raise bad_type("spikes", spikes, "(steps, neurons), as an encoder gives them")
    steps, neurons = (np.asarray(part) for part in spikes)
    if steps.ndim != 1 or steps.shape != neurons.shape:
        shapes = Said(f"{list(steps.shape)} steps and {list(neurons.shape)} neurons")
        raise bad_argument("spikes", shapes, "as many neurons as steps, two vectors")
    for name, found, limit in (("step", steps, n_steps), ("neuron", neurons, n)):
        if len(found) and not np.issubdtype(found.dtype, np.integer):
            raise bad_type("spikes", Said(f"{name}s of {found.dtype}"), "whole numbers")
        if len(found) and (found.min() < 0 or (limit is not None and found.max() >= limit)):
            wants = "0 or more" if limit is None else f"0..{limit - 1}"
            raise bad_argument("spikes", Said(f"{name}s {found.min()}..{found.max()}"), wants)
    return steps.astype(np.int64), neurons.astype(np.int32)


@dataclass(frozen=True)
class DeltaEncoder:
    """Send a spike each time a channel has moved by `threshold` since its last spike
    (send-on-delta).

    Channel c has two neurons: 2c for up and 2c+1 for down. The reference moves by whole thresholds,
    so
    `decode` stays within one threshold of the signal as long as no step moves by two or more.

    >>> encoder = DeltaEncoder(threshold=1.0)
    >>> steps, neurons = encoder.encode([[0.0], [1.2], [1.5], [0.0]])
    >>> steps.tolist(), neurons.tolist()
    ([1, 3], [0, 1])
    """

    threshold: float

    def __post_init__(self) -> None:
        if not 0 < self.threshold < np.inf:
            raise bad_argument(
                "threshold", self.threshold, "a finite number above 0, in units of the signal"
            )

    def encode(self, values: Any) -> Spikes:
        """Return (step, neuron) of all spikes of a signal [n_steps, n_channels], at most one a step."""
        signal = _signal(values, 2)
        steps = [np.empty(0, np.int64)]
        neurons = [np.empty(0, np.int32)]
        reference = signal[0].copy() if len(signal) else signal
        for step, row in enumerate(signal):
            up, down = (
                np.flatnonzero(d >= self.threshold) for d in (row - reference, reference - row)
            )
            reference[up] += self.threshold
            reference[down] -= self.threshold
            fired = np.sort(np.concatenate([2 * up, 2 * down + 1])).astype(np.int32)
            steps.append(np.full(fired.size, step, np.int64))
            neurons.append(fired)
        return np.concatenate(steps), np.concatenate(neurons)

    def decode(self, spikes: Spikes, n_steps: int, start: Any) -> NDArray[np.float64]:
        """Rebuild the signal [n_steps, n_channels] from spikes and its first row [n_channels].

        >>> DeltaEncoder(1.0).decode((np.array([1]), np.array([0], np.int32)), 3, [0.0]).ravel().tolist()
        [0.0, 1.0, 1.0]
        """
        first = _signal(start, 1)
        steps, neurons = _spikes(spikes, n_steps, 2 * first.size)
        moves = np.zeros((n_steps, first.size))
        np.add.at(
            moves, (steps, neurons // 2), np.where(neurons % 2, -self.threshold, self.threshold)
        )
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
        _check_whole("n_steps", self.n_steps)

    def encode(self, values: Any) -> Spikes:
        """Return (step, neuron) of all spikes of one frame [n_channels], in order of time."""
        frame = _signal(values, 1)
        if frame.size and not (frame.min() >= 0 and frame.max() <= 1):
            raise bad_argument(
                "values", Said(f"{frame.min()} to {frame.max()}"), "numbers from 0 to 1"
            )
        neurons = np.flatnonzero(frame > self.silent)
        steps = np.floor((1 - frame[neurons]) * (self.n_steps - 1) + 0.5).astype(np.int64)
        order = np.argsort(steps, kind="stable")
        return steps[order], neurons[order].astype(np.int32)

    def decode(self, spikes: Spikes, n_channels: int) -> NDArray[np.float64]:
        """Rebuild the frame [n_channels] to half a step; silent channels are 0.

        >>> e = LatencyEncoder(11)
        >>> e.decode(e.encode([1.0, 0.0, 0.5]), 3).tolist()
        [1.0, 0.0, 0.5]
        """
        steps, neurons = _spikes(spikes, self.n_steps, n_channels)
        frame = np.zeros(n_channels)
        frame[neurons] = 1 - steps / max(1, self.n_steps - 1)
        return frame
