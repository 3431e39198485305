"""Model files: what can be meant is read back the same."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.cli.model_file.files import load_config, parse_config, save_config
from neurosparse.network.tables.strict import ConfigError
from tests.cli.model_file.models import write


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
    save_config(tmp_path / "saved.toml", config)
    again = load_config(tmp_path / "saved.toml")
    assert again == config
    assert again.population[1].n == 5


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(blacklist_categories=("Cs",)), max_size=20),
    st.lists(st.floats(-1e6, 1e6), max_size=3),
)
def test_any_value_survives(
    tmp_path_factory: pytest.TempPathFactory, number: float, text: str, numbers: list[float]
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.toml"
    model = {"kind": "LIF", "number": number, "text": text, "numbers": numbers, "yes": True}
    document = {
        "simulation": {"duration": 1.0},
        "population": [{"name": "E", "n": 1, "model": model}],
        "title": text,
    }
    config = parse_config(document)
    save_config(path, config)
    assert load_config(path) == config


def test_a_file_without_neurons_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="at least one"):
        load_config(write(tmp_path, "population = []\n[simulation]\nduration = 1.0"))
    with pytest.raises(FileNotFoundError, match="wants a model in TOML"):
        load_config(tmp_path / "other.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="not TOML"):
        load_config(tmp_path / "bytes.toml")
