"""From checked tables to the parts of a network."""

from typing import Any

import numpy as np

from neurosparse.network.population import Population
from neurosparse.network.projection import Projection
from neurosparse.network.tables.kinds import (
    NEURONS,
    PARAMETERS,
    PLASTICITY,
    SHORT_TERM,
    STIMULI,
    TRANSMITS,
    WIRING,
    make,
)
from neurosparse.network.tables.schema import PopulationTable, ProjectionTable
from neurosparse.network.tables.strict import ConfigError, Kind


def parts_of(tables: Any) -> list[Any]:
    """Make the populations, projections and stimuli of tables; nothing is wired yet.

    Args:
        tables: `NetworkTables`, or anything with its three fields.

    Raises:
        ConfigError: a kind, a parameter or a name that cannot be meant, with the table it stands
            in.

    >>> from neurosparse.network.tables.schema import NetworkTables
    >>> table = PopulationTable("E", 4, Kind("LIF", {}))
    >>> [part.n for part in parts_of(NetworkTables((table,)))]
    [4]
    """
    populations = [
        _population(table, f"population[{i}]") for i, table in enumerate(tables.population)
    ]
    projections = [
        _projection(table, f"projection[{i}]") for i, table in enumerate(tables.projection)
    ]
    stimuli = [
        make(kind, STIMULI, f"stimulus[{i}]") for i, kind in enumerate(tables.stimulus)
    ]
    return [*populations, *projections, *stimuli]


def _population(table: PopulationTable, where: str) -> Population:
    model = make(table.model, NEURONS, f"{where}.model")
    initial = {key: _value(value, where) for key, value in table.initial.items()}
    mode: Any = table.mode
    places = None if table.positions is None else _places(table.positions, where)
    try:
        return Population(table.name, table.n, model, initial, mode, places)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def _places(rows: list[Any], where: str) -> Any:
    if len({len(row) for row in rows}) > 1:
        raise ConfigError(f"{where}.positions: rows differ in length")
    return np.array(rows, np.float64)


def _projection(table: ProjectionTable, where: str) -> Projection:
    wiring = make(table.wiring, WIRING, f"{where}.wiring")
    plasticity: Any = None
    if isinstance(table.plasticity, list):
        plasticity = [
            make(rule, PLASTICITY, f"{where}.plasticity[{k}]")
            for k, rule in enumerate(table.plasticity)
        ]
    elif table.plasticity:
        plasticity = make(table.plasticity, PLASTICITY, f"{where}.plasticity")
    brief = None
    if table.short_term:
        brief = make(table.short_term, SHORT_TERM, f"{where}.short_term")
    carried = None
    if table.transmits:
        carried = make(table.transmits, TRANSMITS, f"{where}.transmits")
    try:
        return Projection(
            table.pre,
            table.post,
            wiring,
            weight=_value(table.weight, f"{where}.weight"),
            delay=_value(table.delay, f"{where}.delay"),
            receptor=table.receptor,
            plasticity=plasticity,
            label=table.label,
            short_term=brief,
            transmits=carried,
        )
    except ConfigError:
        raise
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def _value(value: Any, where: str) -> Any:
    if isinstance(value, Kind):
        return make(value, PARAMETERS, where)
    return np.array(value, np.float64) if isinstance(value, list) else value
