"""The command: a folder with results, the file and its page; it goes on, and says what is wrong."""

from pathlib import Path

import pytest

from neurosparse.cli import status
from tests.house import ROOT

FILE = """
connectome = "c_elegans"
inhibit = "motor"
trials = 2
duration = 20.0
model = { kind = "LIF" }
[sets]
motor = { type = "DD*" }
ava = { type = ["AVAL", "AVAR"] }
[[drive]]
neurons = "ava"
rate = 100.0
weight = 30.0
[[intervention]]
silence = "ava"
[[control]]
graphs = 2
"""


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.toml"
    file.write_text(FILE)
    out = tmp_path / "out"
    assert status(["experiment", str(file), "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "2 arms on 3 graphs" in text
    assert "silence ava" in text
    assert (out / "report.html").exists()
    assert (out / "experiment.toml").read_text() == FILE
    whole = (out / "report.html").read_text()
    (out / "report.html").unlink()
    assert status(["report", str(out), "--title", "Experiment"]) == 0
    assert capsys.readouterr().out == f"{out / 'report.html'}\n"
    assert (out / "report.html").read_text() == whole
    (out / "report.html").unlink()
    assert status(["experiment", str(file), "--out", str(out), "--no-report"]) == 0
    assert not (out / "report.html").exists()
    file.write_text(FILE.replace("20.0", "30.0"))
    assert status(["experiment", str(file), "--out", str(out)]) == 2
    assert "another experiment" in capsys.readouterr().err
    assert status(["experiment", str(tmp_path / "no.toml")]) == 2
    assert "no.toml" in capsys.readouterr().err


def test_the_example_can_be_read() -> None:
    from neurosparse.experiment import read_experiment

    design, _ = read_experiment(ROOT / "examples/larva_screen.toml")
    assert len(design.arms) == 19
