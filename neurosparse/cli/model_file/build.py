"""From a checked model file to the objects that are simulated."""

from dataclasses import is_dataclass
from typing import TYPE_CHECKING, Any, get_args

from neurosparse.cli.model_file.schema import Config
from neurosparse.network.tables.kinds import Kinds, make
from neurosparse.network.tables.strict import ConfigError, Kind

if TYPE_CHECKING:
    from neurosparse.distributed.partitions import Partition
    from neurosparse.network import Network


def _is_request(cls: Any) -> bool:
    from neurosparse.engine.requests import Request

    return cls in get_args(Request)


RECORDERS = Kinds(("neurosparse.engine",), _is_request)


def _is_partition(cls: Any) -> bool:
    return hasattr(cls, "cuts") and is_dataclass(cls)


PARTITIONS = Kinds(("neurosparse.distributed",), _is_partition)


def build_partition(config: Config, network: "Network") -> "Partition":
    """Who owns what, as `[simulation]` says; tried on this network.

    Raises:
        ConfigError: a kind, a parameter or a population that cannot be meant.
    """
    from neurosparse.distributed import Contiguous

    kind = config.simulation.partition
    if kind is None:
        return Contiguous()
    partition: Partition = make(kind, PARTITIONS, "simulation.partition")
    most = max(getattr(partition, "ranks", {}).values(), default=0)
    try:
        partition.cuts(network, most + 1)
    except (ValueError, TypeError) as error:
        raise ConfigError(f"simulation.partition: {error}") from error
    return partition


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
    from neurosparse.network.tables.build import parts_of

    parts = parts_of(config)
    for i, part in enumerate(parts[len(config.population) :]):
        if getattr(getattr(part, "plasticity", None), "third_factor", False):
            fault = "waits for a reward, which no model file can give"
            remedy = "run it from a script, with a Dopamine among the callbacks"
            raise ConfigError(f"projection[{i}].plasticity: {fault}; {remedy}")
    try:
        return Network(parts)
    except (ValueError, TypeError) as error:
        raise ConfigError(str(error)) from error


def build_requests(config: Config) -> list[Any]:
    """What is to be recorded: the tables of the file, or the spikes of every population."""
    everything = tuple(
        Kind("Spikes", {"population": table.name}) for table in config.population
    )
    kinds = config.record or everything
    return [make(kind, RECORDERS, f"record[{i}]") for i, kind in enumerate(kinds)]
