"""What a study measures of a run: one number of one population."""

from dataclasses import dataclass

import numpy as np

from neurosparse.analysis import (
    SpikeTrains,
    fano_factor,
    firing_rates,
    interspike_intervals,
    mean_correlation,
    synchrony,
)
from neurosparse.checks import not_negative, positive, text
from neurosparse.errors import unknown_name
from neurosparse.network.tables.strict import ConfigError, Kind, from_table
from neurosparse.typing import Float64


@dataclass(frozen=True)
class Measure:
    """One number of the spikes of a population.

    Args:
        population: its name.
        start: from when on spikes count, ms.
    """

    population: str
    start: float = 0.0

    def __post_init__(self) -> None:
        text("population", self.population, "the name of a population")
        not_negative("start", self.start, "ms")

    def of(self, spikes: SpikeTrains) -> float:
        """Measure it."""
        raise NotImplementedError


@dataclass(frozen=True)
class Binned(Measure):
    """One that counts spikes in bins.

    Args:
        width: of a bin in ms.
    """

    width: float = 5.0

    def __post_init__(self) -> None:
        super().__post_init__()
        positive("width", self.width, "ms")


@dataclass(frozen=True)
class Rate(Measure):
    """Mean firing rate of the neurons in Hz."""

    def of(self, spikes: SpikeTrains) -> float:
        """Measure it."""
        return float(firing_rates(spikes).mean())


@dataclass(frozen=True)
class CV(Measure):
    """Mean coefficient of variation of the intervals between spikes; NaN where none fire twice."""

    def of(self, spikes: SpikeTrains) -> float:
        """Measure it."""
        return mean_of(interspike_intervals(spikes).cv)


@dataclass(frozen=True)
class Fano(Binned):
    """Mean Fano factor of the neurons that fire."""

    def of(self, spikes: SpikeTrains) -> float:
        """Measure it."""
        return mean_of(fano_factor(spikes, self.width))


@dataclass(frozen=True)
class Synchrony(Binned):
    """Golomb's χ, from 0 to 1."""

    def of(self, spikes: SpikeTrains) -> float:
        """Measure it."""
        return synchrony(spikes, self.width)


@dataclass(frozen=True)
class Correlation(Binned):
    """Mean correlation over all pairs."""

    def of(self, spikes: SpikeTrains) -> float:
        """Measure it."""
        return mean_correlation(spikes, self.width)


KINDS: dict[str, type[Measure]] = {
    kind.__name__: kind for kind in (Rate, CV, Fano, Synchrony, Correlation)
}


def measure(name: str, kind: Kind) -> Measure:
    """The measure that a table means.

    Raises:
        ConfigError: an unknown kind or parameter.

    >>> measure("rate", Kind("Rate", {"population": "E"}))
    Rate(population='E', start=0.0)
    """
    where = f"study.measure.{name}"
    if kind.kind not in KINDS:
        raise ConfigError(str(unknown_name(f"{where}.kind", kind.kind, KINDS)))
    return from_table(KINDS[kind.kind], dict(kind.parameters), where)


def mean_of(values: Float64) -> float:
    """Mean of the neurons where a measure is defined, NaN where there are none."""
    defined = values[np.isfinite(values)]
    return float(defined.mean()) if defined.size else float("nan")
