"""Run folders: made once, resumed by the same configuration only, whole files."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from neurosparse.cli.model_file.files import parse_config
from neurosparse.cli.runfolder import RunFolder, open_folder, write_json
from neurosparse.store.atomic import aside_name

CONFIG = parse_config(
    {
        "simulation": {"duration": 10.0},
        "population": [{"name": "E", "n": 4, "model": {"kind": "LIF"}}],
    }
)


def longer(duration: float) -> object:
    return replace(CONFIG, simulation=replace(CONFIG.simulation, duration=duration))


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    folder = open_folder(tmp_path / "run", CONFIG, resume=False)
    assert folder.config.is_file()
    assert (
        "neurosparse" in json.loads((folder.path / "versions.json").read_text())["versions"]
    )
    with pytest.raises(FileExistsError, match="is there already"):
        open_folder(tmp_path / "run", CONFIG, resume=False)
    folder.discard()
    assert not folder.path.exists()


def test_a_run_is_resumed_by_the_same_configuration_only(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no run to resume"):
        open_folder(tmp_path / "run", CONFIG, resume=True)
    open_folder(tmp_path / "run", CONFIG, resume=False)
    open_folder(tmp_path / "run", longer(20.0), resume=True)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="another configuration"):
        open_folder(tmp_path / "run", replace(CONFIG, title="other"), resume=True)


def test_a_state_that_a_kill_left_aside_counts(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert not folder.started
    aside_name(folder.checkpoint).mkdir()
    assert folder.started


def test_json_is_written_whole(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"x": 1})
    with pytest.raises(TypeError):
        write_json(tmp_path / "a.json", {"x": object()})
    assert json.loads((tmp_path / "a.json").read_text()) == {"x": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
