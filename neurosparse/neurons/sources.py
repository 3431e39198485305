"""Populations that fire by themselves: Poisson processes and lists of spikes."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.checks import (
    finite,
    keep_fields,
    no_nan,
    not_negative,
    positive,
    unchangeable,
)
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.neurons.base import floats
from neurosparse.typing import Float64, Int32, Int64


@dataclass(frozen=True, eq=False)
class PoissonSource:
    """Neurons that fire at random, each in a step with probability rate dt.

    Args:
        rate: in Hz: one number, an array `[n]`, or with `bin` a profile `[n_bins]` or `[n_bins, n]`
            whose bins count from `start` and whose last bin goes on for good.
        bin: width of the profile's bins in ms.
        start: they fire from here, in ms.
        stop: to before here, in ms.

    Raises:
        ValueError: a negative rate, a window that cannot be meant.

    >>> PoissonSource(rate=20.0).start
    0.0
    """

    rate: Any
    bin: float | None = None
    start: float = 0.0
    stop: float = np.inf
    receptors: ClassVar[Mapping[str, str]] = {}

    def __post_init__(self) -> None:
        keep_fields(self)
        check_rate("PoissonSource", self.rate, self.bin)
        check_window("PoissonSource", self.start, self.stop, empty=True)


@dataclass(frozen=True, eq=False)
class SpikeSource:
    """Neurons that fire by a list: neuron indices[k] at times[k] ms.

    Times are multiples of dt and need not be sorted; the same neuron may not fire twice in a step.

    Raises:
        ValueError: lengths that differ, negative times and indices.

    >>> SpikeSource(times=[0.0, 1.5], indices=[0, 3]).times.tolist()
    [0.0, 1.5]
    """

    times: Float64
    indices: Int32
    receptors: ClassVar[Mapping[str, str]] = {}

    def __post_init__(self) -> None:
        times = floats("SpikeSource.times", self.times)
        indices = np.asarray(self.indices)
        if indices.dtype.kind not in "iuf" and indices.size:
            raise bad_type("SpikeSource.indices", self.indices, "whole numbers [spikes]")
        if times.ndim != 1:
            raise bad_argument("SpikeSource.times", self.times, "times in ms [spikes]")
        if times.size and (not np.isfinite(times).all() or times.min() < 0):
            span = Said(f"{times.min()} .. {times.max()}")
            raise bad_argument("SpikeSource.times", span, "times in ms, 0 or more")
        if times.shape != indices.shape:
            expected = f"an array [{times.size}], one index for each time"
            raise bad_argument(
                "SpikeSource.indices", Said(f"shape {indices.shape}"), expected
            )
        with np.errstate(invalid="ignore"):
            whole = np.array_equal(indices, indices.astype(np.int32))
        if indices.size and (indices.min() < 0 or not whole):
            span = Said(f"{indices.min()} .. {indices.max()}")
            raise bad_argument("SpikeSource.indices", span, "neuron numbers")
        object.__setattr__(self, "times", unchangeable(times))
        object.__setattr__(self, "indices", unchangeable(indices.astype(np.int32)))

    @classmethod
    def from_events(
        cls,
        x: ArrayLike,
        y: ArrayLike,
        p: ArrayLike,
        t_us: ArrayLike,
        *,
        shape: tuple[int, int],
        dt: float,
    ) -> "SpikeSource":
        """Play an event-camera recording: pixel x, y of polarity p is neuron p W H + y W + x.

        Args:
            x: column of each event, `[events]` in any order, as the three below.
            y: its row.
            p: its polarity, 0 or 1.
            t_us: its time in microseconds, rounded down to steps.
            shape: the sensor's (width, height).
            dt: the step in ms; events of one pixel and polarity in one step are one spike.

        Raises:
            ValueError: lengths that differ, events outside the sensor.

        >>> SpikeSource.from_events(
        ...     [1, 1, 0], [0, 0, 2], [0, 0, 1], [120, 199, 950], shape=(4, 3), dt=0.1
        ... )
        SpikeSource(times=array([0.1, 0.9]), indices=array([ 1, 20], dtype=int32))
        """
        width, height = shape
        if not (width >= 1 and height >= 1):
            raise bad_argument("shape", shape, "the sensor's (width, height) in pixels")
        positive("dt", dt, "ms")
        column = _whole("x", x, width)
        row = _whole("y", y, height)
        sign = _whole("p", p, 2)
        time = _whole("t_us", t_us, 2**53)
        if not column.shape == row.shape == sign.shape == time.shape:
            sizes = ", ".join(f"{a.size}" for a in (column, row, sign, time))
            raise bad_argument(
                "x, y, p, t_us", Said(f"{sizes} values"), "arrays [events] of one length"
            )
        # the small number keeps a whole step whole where 1000 dt is not
        steps = np.floor(time / (1000.0 * dt) + 1e-9).astype(np.int64)
        neurons = sign * width * height + row * width + column
        spikes = np.unique(np.stack([steps, neurons]), axis=1)
        return cls(spikes[0] * dt, spikes[1])

    @classmethod
    def from_record(cls, record: Any, *, start: float = 0.0) -> "SpikeSource":
        """Replay recorded spikes (`step`, `i`, `dt`) from `start` ms on, which becomes time 0.

        Raises:
            TypeError: anything that is no record of spikes.
            ValueError: a negative start.

        >>> from neurosparse.recording import SpikeRecord
        >>> record = SpikeRecord(np.array([3, 9]), np.array([0, 1]), dt=0.5, n=2)
        >>> SpikeSource.from_record(record, start=2.0)
        SpikeSource(times=array([2.5]), indices=array([1], dtype=int32))
        """
        if not all(hasattr(record, name) for name in ("step", "i", "dt")):
            raise bad_type(
                "record",
                record,
                "recorded spikes with step, i and dt",
                "give a SpikeRecord",
            )
        not_negative("start", start, "ms")
        steps = np.asarray(record.step, dtype=np.int64) - int(
            np.ceil(start / record.dt - 1e-6)
        )
        return cls(steps[steps >= 0] * record.dt, np.asarray(record.i)[steps >= 0])


def _whole(name: str, values: ArrayLike, limit: int) -> Int64:
    """Take whole numbers from 0 to below `limit`, refuse others."""
    array = np.asarray(values)
    whole = np.asarray(array, dtype=np.float64)
    if array.ndim != 1 or not (
        np.isfinite(whole).all() and (whole == np.floor(whole)).all()
    ):
        raise bad_argument(name, array, "whole numbers [events]")
    if whole.size and (whole.min() < 0 or whole.max() >= limit):
        raise bad_argument(
            name, Said(f"{whole.min():g} .. {whole.max():g}"), f"0 to {limit - 1}"
        )
    return whole.astype(np.int64)


def check_window(kind: str, start: float, stop: float, empty: bool = False) -> None:
    """Refuse a window that cannot be meant, or, unless it may be `empty`, one without a step."""
    finite(f"{kind}.start", start)
    if math.isinf(no_nan(f"{kind}.stop", stop)) and stop < 0:
        raise bad_argument(f"{kind}.stop", stop, "a time in ms, 0 or more")
    if start < 0 or start > stop or (start == stop and not empty):
        expected = f"a time in ms from 0 to {'' if empty else 'before '}stop = {stop}"
        raise bad_argument(f"{kind}.start", start, expected)


def check_rate(kind: str, rate: Any, width: float | None) -> None:
    """Refuse rates that are negative or not finite, and bins that cannot be meant."""
    values = floats(f"{kind}.rate", rate)
    width = width if width is None else positive(f"{kind}.bin", width, "ms")
    if not values.size:
        raise bad_argument(
            f"{kind}.rate", Said("no rate at all"), "at least one rate in Hz"
        )
    if not np.isfinite(values).all() or (values < 0).any():
        span = Said(f"{values.min()} .. {values.max()} Hz")
        raise bad_argument(f"{kind}.rate", span, "rates in Hz, 0 or more")
    if values.ndim not in ((0, 1) if width is None else (1, 2)):
        raise bad_argument(
            f"{kind}.rate", values, "one number or [n]; with bin: [n_bins] or [n_bins, n]"
        )
