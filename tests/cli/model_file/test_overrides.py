"""Values of a model file replaced by `--set`."""

from typing import Any

import pytest

from neurosparse.cli.model_file.overrides import override
from neurosparse.network.tables.strict import ConfigError

DOCUMENT: dict[str, Any] = {
    "simulation": {"seed": 1},
    "population": [{"name": "E", "n": 8, "model": {"kind": "LIF"}}, {"name": "I", "n": 2}],
    "projection": [{"pre": "E", "label": "EE"}, {"pre": "E", "post": "I"}],
}


@pytest.mark.parametrize(
    ("setting", "look"),
    [
        ("simulation.seed = 7", lambda d: d["simulation"]["seed"] == 7),
        (
            "population.E.model.tau_mem=5.5",
            lambda d: d["population"][0]["model"]["tau_mem"] == 5.5,
        ),
        ("population.1.n=3", lambda d: d["population"][1]["n"] == 3),
        ("projection.EE.weight=[1, 2]", lambda d: d["projection"][0]["weight"] == [1, 2]),
        ("projection.E->I.weight=2.0", lambda d: d["projection"][1]["weight"] == 2.0),
        ('population.I.mode="event"', lambda d: d["population"][1]["mode"] == "event"),
        ("title='a=b'", lambda d: d["title"] == "a=b"),
        ("simulation.x={y=1}", lambda d: d["simulation"]["x"] == {"y": 1}),
    ],
)
def test_settings_are_put_in(setting: str, look: Any) -> None:
    before = repr(DOCUMENT)
    assert look(override(DOCUMENT, [setting]))
    assert repr(DOCUMENT) == before


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("seed", "wants path=value"),
        ("=3", "wants path=value"),
        ("a..b=3", "wants path=value"),
        ("simulation.seed=", "no TOML value"),
        ("population.E.mode=clock", "a text needs quotes"),
        ("simulation.seed=1\nx=2", "wants one value"),
        (
            "simulatoin.seed=1",
            "nothing there; wants one of simulation, population, projection",
        ),
        ("population.X.n=1", "nothing there; wants one of E, I"),
        ("population.9.n=1", "nothing there"),
        ("projection.I->E.weight=1.0", "nothing there; wants one of EE, E->I"),
        ("population.E=1", "population is no table"),
        ("simulation.seed.x.y=1", "nothing there"),
    ],
)
def test_bad_settings_are_named(setting: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        override(DOCUMENT, [setting])
    assert says in str(caught.value)
