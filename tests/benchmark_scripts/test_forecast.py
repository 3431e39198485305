"""The forecasting study goes on where it was, and refuses what it cannot do."""

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from neurosparse.datasets import ForecastTask, TimeSeries


def series(steps: int = 200, columns: int = 2) -> np.ndarray:
    """A daily course, another by half a day later, and noise."""
    t = np.arange(steps)[:, None]
    rng = np.random.default_rng(0)
    return np.sin(
        2 * np.pi * (t / 12 + np.arange(columns) / 2)
    ) + 0.05 * rng.standard_normal((steps, columns))


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark's script, on a series made here."""
    folder = Path(__file__).parents[2] / "benchmarks"
    monkeypatch.syspath_prepend(str(folder))
    spec = importlib.util.spec_from_file_location("forecast_study", folder / "forecast.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    toy = ForecastTask(
        "etth1", lambda: TimeSeries(series(150), ("a", "b")), (90, 20, 40), 16, (6,), 12
    )
    monkeypatch.setattr(module, "FORECAST_TASKS", (toy,))
    monkeypatch.setattr(module, "forecast_task", lambda name: toy)
    monkeypatch.setattr(module, "gate", lambda: None)
    return module


def test_a_study_goes_on_where_it_was(
    study: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out.json"
    kept = tmp_path / "runs.jsonl"
    command = ["forecast.py", "--quick", "--json", str(out), "--runs", str(kept)]
    monkeypatch.setattr(sys, "argv", command)
    monkeypatch.setattr(study, "METHODS", (*study.ONCE, "dlinear"))
    monkeypatch.setattr(study, "TRAINED", ("dlinear",))
    study.main()
    first = {
        record["run"]: record for record in map(json.loads, kept.read_text().splitlines())
    }
    assert len(first) == 4
    assert "dlinear, etth1, horizon 6, seed 0" in capsys.readouterr().out
    ridge = "ridge, etth1, horizon 6, seed 0"
    dlinear = "dlinear, etth1, horizon 6, seed 0"
    left = [record for key, record in first.items() if key != ridge]
    left.append(first[dlinear] | {"mse": -1.0})
    kept.write_text("".join(json.dumps(record) + "\n" for record in left))
    study.main()
    second = {
        record["run"]: record for record in map(json.loads, kept.read_text().splitlines())
    }
    assert second[ridge]["mse"] == first[ridge]["mse"]
    assert second[dlinear]["mse"] == -1.0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.json", "runs.jsonl"]


def test_the_study_refuses(study: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    for given, says in (
        (["--horizon", "7"], "--horizon 7 is none of 6"),
        (["--seeds", "0"], "--seeds is 0"),
    ):
        with pytest.raises(SystemExit):
            study.options(given)
        assert says in capsys.readouterr().err
