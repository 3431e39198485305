"""Runs kept as JSON lines: nothing finished is lost, whoever is killed and however many write."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

FILE = Path(__file__).parents[2] / "benchmarks" / "run_file.py"


@pytest.fixture(scope="module")
def runs() -> ModuleType:
    """The module of the benchmarks' runs."""
    spec = importlib.util.spec_from_file_location("run_file", FILE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_study_goes_on_from_its_file(runs: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "a" / "study_runs.jsonl"
    kept = runs.Runs(path)
    assert "dense, seed 0" not in kept
    kept.add("dense, seed 0", {"accuracy": 0.5})
    kept.add("dense, seed 1", {"accuracy": 0.25})
    kept.add("dense, seed 0", {"accuracy": 0.75})
    again = runs.Runs(path)
    assert list(again) == ["dense, seed 0", "dense, seed 1"]
    assert again.values() == [{"accuracy": 0.75}, {"accuracy": 0.25}]
    assert len(path.read_text().splitlines()) == 3


def test_a_torn_line_is_no_run_and_gives_way_to_the_next(
    runs: ModuleType, tmp_path: Path
) -> None:
    path = tmp_path / "study_runs.jsonl"
    runs.Runs(path).add("a", {"x": 1})
    with path.open("a") as file:
        file.write('{"run": "b", "x":')
    kept = runs.Runs(path)
    assert list(kept) == ["a"]
    kept.add("c", {"x": 3})
    assert [json.loads(line)["run"] for line in path.read_text().splitlines()] == ["a", "c"]
    assert list(kept) == ["a", "c"]


def test_what_another_process_appends_is_seen(runs: ModuleType, tmp_path: Path) -> None:
    path = tmp_path / "study_runs.jsonl"
    kept = runs.Runs(path)
    kept.add("mine", {"x": 0})
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path; from run_file import Runs\n"
        "for k in range(20): Runs(Path(sys.argv[2])).add(sys.argv[3] + str(k), {'x': k})"
    )
    command = [sys.executable, "-c", code, str(FILE.parent), str(path)]
    writers = [subprocess.Popen([*command, name]) for name in ("a", "b")]
    assert [writer.wait() for writer in writers] == [0, 0]
    assert len(kept) == 41
    assert kept["b19"] == {"x": 19}


def test_without_a_file_runs_stay_in_memory(runs: ModuleType) -> None:
    kept = runs.Runs(None)
    kept.add("a", {"x": 1})
    assert kept["a"] == {"x": 1}
    assert kept.get("b") is None


@pytest.mark.parametrize("path", sorted((FILE.parent / "results").glob("*.jsonl")), ids=str)
def test_the_published_runs_can_be_read(runs: ModuleType, path: Path) -> None:
    lines = path.read_text().splitlines()
    assert len(runs.Runs(path)) == len(lines) > 0
