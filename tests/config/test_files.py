"""Model files: everything that can be meant is read back the same, everything else is refused by
name.
"""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.cli.model_file.files import dump_config, load_config, parse_config
from neurosparse.cli.model_file.overrides import override
from neurosparse.cli.model_file.strict import ConfigError

MODEL = """
title = "two groups"
[simulation]
duration = 50.0
seed = 3
[[population]]
name = "E"
n = 8
model = { kind = "LIF", tau_mem = 10, v_rest = -60.0 }
[[population]]
name = "I"
n = 2
initial = { v = [-60.0, -55] }
[population.model]
kind = "LIF"
[[projection]]
pre = "E"
post = "I"
weight = 0.5
delay = 1.5
wiring = { kind = "AllToAll" }
[[stimulus]]
kind = "PoissonInput"
target = "E"
rate = 100.0
weight = 1
[[record]]
kind = "Spikes"
population = "E"
"""


def write(folder: Path, text: str = MODEL) -> Path:
    path = folder / "model.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_reads_every_table(tmp_path: Path) -> None:
    config = load_config(write(tmp_path))
    assert (config.simulation.duration, config.simulation.dt, config.simulation.seed) == (
        50.0,
        0.1,
        3,
    )
    assert [p.name for p in config.population] == ["E", "I"]
    assert dict(config.population[0].model.parameters) == {"tau_mem": 10, "v_rest": -60.0}
    assert config.population[1].initial == {"v": [-60.0, -55.0]}
    assert config.projection[0].wiring.kind == "AllToAll"
    assert config.stimulus[0].parameters["rate"] == 100.0
    assert config.record[0].parameters == {"population": "E"}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    config = load_config(write(tmp_path), ["simulation.threads=2", "population.I.n=5"])
    again = load_config(write(tmp_path, dump_config(config)))
    assert again == config
    assert again.population[1].n == 5


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=20),
    st.lists(st.floats(-1e6, 1e6), max_size=3),
)
def test_any_value_survives(number: float, text: str, numbers: list[float]) -> None:
    import tomllib

    model = {"kind": "LIF", "number": number, "text": text, "numbers": numbers, "yes": True}
    document = {
        "simulation": {"duration": 1.0},
        "population": [{"name": "E", "n": 1, "model": model}],
        "title": text,
    }
    config = parse_config(document)
    assert parse_config(tomllib.loads(dump_config(config))) == config


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("seed = 3", "sede = 3", "simulation.sede: unknown key; did you mean 'seed'?"),
        ("[simulation]", "[simulaton]", "simulaton: unknown key; did you mean 'simulation'?"),
        ("duration = 50.0", "", "simulation: duration is missing"),
        ("duration = 50.0", 'duration = "long"', "simulation.duration: got 'long', wants a number"),
        ("duration = 50.0", "duration = 50.04", "wants a multiple of dt = 0.1 ms"),
        ("duration = 50.0", "duration = -1", "wants a time in ms above 0"),
        ("duration = 50.0", "duration = nan", "wants a time in ms above 0"),
        ("seed = 3", "seed = true", "simulation.seed: got True, wants a whole number"),
        ("seed = 3", "seed = 3.5", "simulation.seed: got 3.5, wants a whole number"),
        ("seed = 3", "seed = -1", "simulation.seed: got -1"),
        ("seed = 3", "threads = 0", "simulation.threads: got 0, wants 1 or more"),
        ("n = 8", 'n = "8"', "population[0].n: got '8', wants a whole number"),
        ("n = 2", "n = 2\nmodus = 1", "population[1].modus: unknown key; did you mean 'mode'?"),
        (
            'kind = "AllToAll"',
            'kindd = "x"',
            "projection[0].wiring: got {'kindd': 'x'}, wants a table with kind",
        ),
        (
            "weight = 0.5",
            "weight = true",
            "projection[0].weight: got True, wants a number or a list",
        ),
        ("weight = 0.5", 'weight = [1.0, "a"]', "projection[0].weight[1]: got 'a', wants a number"),
        ("v = [-60.0, -55]", "v = false", "population[1].initial.v: got False"),
        ("[[record]]", "[record]", "record: got"),
        ("title = ", "title ", "not TOML"),
    ],
)
def test_bad_input_is_named(old: str, new: str, says: str, tmp_path: Path) -> None:
    assert old in MODEL
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, MODEL.replace(old, new, 1)))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_without_neurons_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least one"):
        load_config(write(tmp_path, "population = []\n[simulation]\nduration = 1.0"))
    with pytest.raises(FileNotFoundError, match="wants a model in TOML"):
        load_config(tmp_path / "other.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not TOML"):
        load_config(tmp_path / "bytes.toml")


DOCUMENT: dict[str, Any] = {
    "simulation": {"seed": 1},
    "population": [{"name": "E", "n": 8, "model": {"kind": "LIF"}}, {"name": "I", "n": 2}],
    "projection": [{"pre": "E", "label": "EE"}, {"pre": "E", "post": "I"}],
}


@pytest.mark.parametrize(
    ("setting", "look"),
    [
        ("simulation.seed = 7", lambda d: d["simulation"]["seed"] == 7),
        ("population.E.model.tau_mem=5.5", lambda d: d["population"][0]["model"]["tau_mem"] == 5.5),
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
        ("simulatoin.seed=1", "nothing there; wants one of simulation, population, projection"),
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
