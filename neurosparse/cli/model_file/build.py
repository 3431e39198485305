"""From a checked model file to the objects that are simulated."""

from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.cli.model_file.kinds import (
    NEURONS,
    PLASTICITY,
    RECORDERS,
    STIMULI,
    WIRING,
    make,
)
from neurosparse.cli.model_file.schema import Config, PopulationTable, ProjectionTable
from neurosparse.cli.model_file.strict import ConfigError, Kind

if TYPE_CHECKING:
    from neurosparse.network import Network, Population, Projection


def build_network(config: Config) -> "Network":
    """Make the network that a model file declares; nothing is wired before the simulator does it.

    Raises:
        ConfigError: a kind, a parameter or a name that cannot be meant, with the table it stands
            in.

    >>> from neurosparse.cli.model_file.files import parse_config
    >>> build_network(parse_config({"simulation": {"duration": 10.0}, "population": [
    ...     {"name": "E", "n": 4, "model": {"kind": "LIF"}}]}))
    Network of 4 neurons: E (4 LIF); 0 projections, 0 stimuli
    """
    from neurosparse.network import Network

    populations = [
        _population(table, f"population[{i}]") for i, table in enumerate(config.population)
    ]
    projections = [
        _projection(table, f"projection[{i}]") for i, table in enumerate(config.projection)
    ]
    stimuli = [
        make(kind, STIMULI, f"stimulus[{i}]") for i, kind in enumerate(config.stimulus)
    ]
    try:
        return Network(populations, projections, stimuli)
    except (ValueError, TypeError) as error:
        raise ConfigError(str(error)) from error


def build_requests(config: Config) -> list[Any]:
    """What is to be recorded: the tables of the file, or the spikes of every population."""
    everything = tuple(
        Kind("Spikes", {"population": table.name}) for table in config.population
    )
    kinds = config.record or everything
    return [make(kind, RECORDERS, f"record[{i}]") for i, kind in enumerate(kinds)]


def _population(table: PopulationTable, where: str) -> "Population":
    from neurosparse.network import Population

    model = make(table.model, NEURONS, f"{where}.model")
    initial = {key: _numbers(value) for key, value in table.initial.items()}
    try:
        mode: Any = table.mode
        return Population(table.name, table.n, model, initial=initial, mode=mode)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def _projection(table: ProjectionTable, where: str) -> "Projection":
    from neurosparse.network import Projection
    from neurosparse.plasticity import DopamineSTDP

    wiring = make(table.wiring, WIRING, f"{where}.wiring")
    plasticity = None
    if table.plasticity:
        plasticity = make(table.plasticity, PLASTICITY, f"{where}.plasticity")
    if isinstance(plasticity, DopamineSTDP):
        fault = "waits for a reward, which no model file can give"
        remedy = "run it from a script, with a Dopamine among the callbacks"
        raise ConfigError(f"{where}.plasticity: {fault}; {remedy}")
    try:
        return Projection(
            table.pre,
            table.post,
            wiring,
            weight=_numbers(table.weight),
            delay=_numbers(table.delay),
            receptor=table.receptor,
            plasticity=plasticity,
            label=table.label,
        )
    except (ValueError, TypeError) as error:
        raise ConfigError(f"{where}: {error}") from error


def _numbers(value: Any) -> Any:
    return np.array(value, np.float64) if isinstance(value, list) else value
