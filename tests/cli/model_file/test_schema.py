"""What a model file may say: times that are steps, numbers in their range."""

from typing import Any

import pytest

from neurosparse.cli.model_file.schema import Config, SimulationTable
from neurosparse.network.tables.strict import ConfigError


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ({"duration": 0.0}, "simulation.duration: got 0.0, wants a time in ms above 0"),
        ({"duration": 10.05}, "wants a multiple of dt = 0.1 ms"),
        ({"duration": 1e300}, "wants at most"),
        ({"duration": 10.0, "dt": -1.0}, "simulation.dt"),
        ({"duration": 10.0, "checkpoint": 0.05}, "simulation.checkpoint"),
        ({"duration": 10.0, "seed": -1}, "simulation.seed: got -1, wants 0 or more"),
        ({"duration": 10.0, "threads": 0}, "simulation.threads: got 0, wants 1 or more"),
        ({"duration": 10.0, "precision": "half"}, "simulation.precision: got 'half'"),
    ],
)
def test_bad_settings_are_named(table: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        SimulationTable(**table)
    assert says in str(caught.value)


def test_long_times_are_multiples_within_rounding() -> None:
    assert SimulationTable(86_400_000.0, dt=0.1).duration == 86_400_000.0


def test_a_model_has_neurons() -> None:
    with pytest.raises(ConfigError, match="at least one"):
        Config(SimulationTable(1.0), ())
