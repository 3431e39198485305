"""What a model file may say: one dataclass a table."""

from dataclasses import dataclass

from neurosparse.network.tables.schema import PopulationTable, ProjectionTable
from neurosparse.network.tables.strict import ConfigError, Kind

_MOST_STEPS = 2**31 - 2  # neurons write down the step in which they may fire again as int32


@dataclass(frozen=True)
class SimulationTable:
    """`[simulation]`: how long, how finely, and how often the state is saved.

    Args:
        duration: simulated time in ms, a multiple of dt.
        dt: length of a step in ms.
        seed: one seed gives the same bits for any number of threads.
        threads: how many threads.
        precision: of the neurons' state, "float64" or "float32".
        checkpoint: simulated time in ms between two checkpoints, a multiple of dt; left out, one
            every few seconds of work. There is one at the end always.
        partition: who owns what where many processes share the network; `kind` is Contiguous or
            Placed, as in `neurosparse.distributed`. It changes no bit.
    """

    duration: float
    dt: float = 0.1
    seed: int = 0
    threads: int = 1
    precision: str = "float64"
    checkpoint: float | None = None
    partition: Kind | None = None

    def __post_init__(self) -> None:
        if not 0 < self.dt < float("inf"):
            raise ConfigError(f"simulation.dt: got {self.dt}, wants a time in ms above 0")
        _check_time("duration", self.duration, self.dt)
        if self.checkpoint is not None:
            _check_time("checkpoint", self.checkpoint, self.dt)
        if self.seed < 0:
            raise ConfigError(f"simulation.seed: got {self.seed}, wants 0 or more")
        if self.threads < 1:
            raise ConfigError(f"simulation.threads: got {self.threads}, wants 1 or more")
        if self.precision not in ("float64", "float32"):
            raise ConfigError(
                f"simulation.precision: got {self.precision!r}, wants 'float64' or 'float32'"
            )


def _check_time(name: str, value: float, dt: float) -> None:
    if not 0 < value < float("inf"):
        raise ConfigError(f"simulation.{name}: got {value}, wants a time in ms above 0")
    steps = value / dt
    if steps > _MOST_STEPS:
        raise ConfigError(
            f"simulation.{name}: got {value}, wants at most {_MOST_STEPS} steps of dt = {dt} ms"
        )
    # as `engine.units.steps`: a share of long times, but never so much that half a step would pass
    if abs(steps - round(steps)) > min(1e-6 * max(1.0, steps), 0.05) or round(steps) < 1:
        raise ConfigError(
            f"simulation.{name}: got {value}, wants a multiple of dt = {dt} ms"
        )


@dataclass(frozen=True)
class Config:
    """A model file.

    Args:
        simulation: how long and how finely.
        population, projection: the tables of those names, in order.
        stimulus: objects of `neurosparse.stimuli`, each with its target.
        record: `kind` is Spikes, Rates, States, Weights, SynapseStates or Traces, as in
            `neurosparse.engine`; all spikes when left out.
        title: one line for the report.
    """

    simulation: SimulationTable
    population: tuple[PopulationTable, ...]
    projection: tuple[ProjectionTable, ...] = ()
    stimulus: tuple[Kind, ...] = ()
    record: tuple[Kind, ...] = ()
    title: str = ""

    def __post_init__(self) -> None:
        if not self.population:
            raise ConfigError(
                "population: got none, wants at least one [[population]] table"
            )
