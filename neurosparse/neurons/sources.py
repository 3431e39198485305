"""Populations that fire by themselves: Poisson processes and spikes given in advance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument


@dataclass(frozen=True, eq=False)
class PoissonSource:
    """Neurons that fire at random, each in a step with probability rate dt.

    `rate` is in Hz: one number, an array [n], or with `bin` (ms) a profile [n_bins] or [n_bins, n] whose last bin
    goes on for good. They fire from `start` to before `stop` (ms). Raises ValueError for a negative rate.

    >>> PoissonSource(rate=20.0).start
    0.0
    """

    rate: Any
    bin: float | None = None
    start: float = 0.0
    stop: float = np.inf
    receptors: ClassVar[Mapping[str, str]] = {}

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        check_rate("PoissonSource", self.rate, self.bin, self.start, self.stop)


@dataclass(frozen=True, eq=False)
class SpikeSource:
    """Neurons that fire when they are told to: neuron indices[k] at times[k] ms.

    Times are multiples of dt and need not be sorted; the same neuron may not fire twice in a step. Raises
    ValueError for lengths that differ, negative times and indices.

    >>> SpikeSource(times=[0.0, 1.5], indices=[0, 3]).times.tolist()
    [0.0, 1.5]
    """

    times: NDArray[np.float64]
    indices: NDArray[np.int32]
    receptors: ClassVar[Mapping[str, str]] = {}

    def __post_init__(self) -> None:
        """Take any sequences; refuse what cannot be meant."""
        times = np.asarray(self.times, dtype=np.float64)
        indices = np.asarray(self.indices)
        if times.ndim != 1 or times.shape != indices.shape:
            wants = f"an array [{times.size}], one index for each time"
            raise bad_argument("SpikeSource.indices", Said(f"shape {indices.shape}"), wants)
        if times.size and (not np.isfinite(times).all() or times.min() < 0):
            raise bad_argument(
                "SpikeSource.times", Said(f"{times.min()} .. {times.max()}"), "times in ms, 0 or more"
            )
        if indices.size and (indices.min() < 0 or not np.array_equal(indices, indices.astype(np.int32))):
            raise bad_argument(
                "SpikeSource.indices", Said(f"{indices.min()} .. {indices.max()}"), "neuron numbers"
            )
        object.__setattr__(self, "times", times)
        object.__setattr__(self, "indices", indices.astype(np.int32))


def check_rate(kind: str, rate: Any, width: float | None, start: float, stop: float) -> None:
    """Refuse rates that are negative or not finite, bins and windows that cannot be meant."""
    values = np.asarray(rate, dtype=np.float64)
    if not np.isfinite(values).all() or (values < 0).any():
        raise bad_argument(
            f"{kind}.rate", Said(f"{values.min()} .. {values.max()} Hz"), "rates in Hz, 0 or more"
        )
    if width is not None and not width > 0:
        raise bad_argument(f"{kind}.bin", width, "a bin width in ms above 0")
    if values.ndim > (1 if width is None else 2):
        raise bad_argument(f"{kind}.rate", values, "one number or [n]; with bin: [n_bins] or [n_bins, n]")
    if not 0 <= start <= stop:
        raise bad_argument(f"{kind}.start", start, f"a time in ms from 0 to stop = {stop}")
