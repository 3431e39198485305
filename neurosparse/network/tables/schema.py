"""What the tables of a network may say: one dataclass a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from neurosparse.network.tables.strict import NUMBERS, Kind


@dataclass(frozen=True)
class PopulationTable:
    """`[[population]]`: see `neurosparse.network.Population`."""

    name: str
    n: int
    model: Kind
    initial: Mapping[str, float | NUMBERS] = field(default_factory=dict)
    mode: str = "auto"
    positions: list[NUMBERS] | None = None


@dataclass(frozen=True)
class ProjectionTable:
    """`[[projection]]`: see `neurosparse.network.Projection`; `delay` in ms, or a draw of ms."""

    pre: str
    post: str
    wiring: Kind
    weight: float | NUMBERS | Kind | None = None
    delay: float | NUMBERS | Kind | None = None
    receptor: str | None = None
    plasticity: Kind | list[Kind] | None = None
    label: str | None = None
    short_term: Kind | None = None
    transmits: Kind | None = None


@dataclass(frozen=True)
class NetworkTables:
    """The tables of a network, in order.

    Args:
        population, projection: the tables of those names.
        stimulus: objects of `neurosparse.stimuli`, each with its target.
    """

    population: tuple[PopulationTable, ...]
    projection: tuple[ProjectionTable, ...] = ()
    stimulus: tuple[Kind, ...] = ()
