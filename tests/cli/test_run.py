"""`neurosparse run`: the folder it leaves, going on after a stop, refusing what it would spoil."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from neurosparse.cli import status
from neurosparse.cli.model_file.files import load_config
from neurosparse.recording import RunStore, open_run
from neurosparse.store.atomic import aside_name
from neurosparse.store.checkpoint import load_checkpoint

MODEL = """
[simulation]
duration = 40.0
seed = 5
checkpoint = 10.0
[[population]]
name = "E"
n = 50
model = { kind = "LIF", v_rest = 0.0, v_threshold = 10.0, v_reset = 0.0 }
[[projection]]
pre = "E"
post = "E"
wiring = { kind = "Bernoulli", p = 0.1 }
weight = 0.5
delay = 1.5
[[stimulus]]
kind = "PoissonInput"
target = "E"
rate = 8000.0
weight = 0.15
[[record]]
kind = "Spikes"
population = "E"
[[record]]
kind = "States"
population = "E"
variable = "v"
indices = [0, 3]
every = 1.0
"""
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model file in a folder of its own."""
    path = tmp_path / "model.toml"
    path.write_text(MODEL, encoding="utf-8")
    return path


def events(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Spikes and voltages of a run folder."""
    run = open_run(folder / "recording.zarr")
    spikes = run.spikes["E"]
    return (
        np.asarray(spikes.step),
        np.asarray(spikes.i),
        np.asarray(run.states["E", "v"].values),
    )


def test_a_run_leaves_everything_behind(
    model: Path, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "run"
    assert (
        status(
            [
                "run",
                str(model),
                "--out",
                str(out),
                "--set",
                "population.E.n=60",
                "--seed",
                "7",
            ]
        )
        == 0
    )
    assert "E" in capsys.readouterr().out
    summary = json.loads((out / "summary.json").read_text())
    config = load_config(out / "config.toml")
    assert (config.population[0].n, config.simulation.seed) == (60, 7)
    assert (
        json.loads((out / "versions.json").read_text())["versions"]["numpy"]
        == np.__version__
    )
    step, index, voltage = events(out)
    assert summary["populations"]["E"]["spikes"] == step.size > 60
    assert index.max() < 60
    assert voltage.shape == (40, 2)
    assert open_run(out / "recording.zarr").finished
    assert not [file.name for file in out.iterdir() if file.name.startswith(".")]


def test_the_resolved_configuration_gives_the_same_bits(
    model: Path, tmp_path: Path
) -> None:
    assert (
        status(
            ["run", str(model), "--out", str(tmp_path / "a"), "--set", "simulation.seed=9"]
        )
        == 0
    )
    again = str(tmp_path / "a" / "config.toml")
    assert status(["run", again, "--out", str(tmp_path / "b"), "--threads", "2"]) == 0
    for one, other in zip(events(tmp_path / "a"), events(tmp_path / "b"), strict=True):
        assert np.array_equal(one, other)


def test_a_longer_run_goes_on_where_a_shorter_one_ended(
    model: Path, tmp_path: Path
) -> None:
    assert status(["run", str(model), "--out", str(tmp_path / "whole")]) == 0
    part = ["run", str(model), "--out", str(tmp_path / "part")]
    assert status([*part, "--set", "simulation.duration=17.0"]) == 0
    assert len(open_run(tmp_path / "part" / "recording.zarr").states["E", "v"]) == 17
    assert status([*part, "--resume"]) == 0
    for one, other in zip(
        events(tmp_path / "whole"), events(tmp_path / "part"), strict=True
    ):
        assert np.array_equal(one, other)


def test_ctrl_c_keeps_what_was_simulated(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    code = "import sys; from neurosparse.cli import main; main(sys.argv[1:])"
    long = ["run", str(model), "--out", str(out), "--set", "simulation.duration=1e8"]
    process = subprocess.Popen(
        [sys.executable, "-c", code, *long], stderr=subprocess.PIPE, text=True
    )
    until = time.monotonic() + 60
    while not (out / "checkpoint.zarr").exists() and time.monotonic() < until:
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "--resume goes on" in said
    assert "Traceback" not in said
    reached = len(open_run(out / "recording.zarr").states["E", "v"])
    assert reached >= 10
    more = f"simulation.duration={reached + 20}.0"
    assert status(["run", str(model), "--out", str(out), "--set", more, "--resume"]) == 0
    assert status(["run", str(model), "--out", str(tmp_path / "whole"), "--set", more]) == 0
    for one, other in zip(events(tmp_path / "whole"), events(out), strict=True):
        assert np.array_equal(one, other)


ENDED = """
import os, signal, sys
from neurosparse import console
from neurosparse.cli import main
number, checkpoint = int(sys.argv[1]), sys.argv[2]
def is_long(bar):
    if number != signal.SIGKILL or os.path.exists(checkpoint):
        os.kill(os.getpid(), number)
console.Progress._is_long = is_long
main(sys.argv[3:])
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1, signal.SIGKILL])
def test_a_run_that_the_system_ends_goes_on(
    model: Path, tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "run"
    model.write_text(MODEL.replace("checkpoint = 10.0", ""), encoding="utf-8")
    long = ["run", str(model), "--out", str(out), "--set", "simulation.duration=1e8"]
    command = [sys.executable, "-c", ENDED, str(int(number)), str(out / "checkpoint.zarr")]
    ended = subprocess.run(
        [*command, *long], capture_output=True, text=True, timeout=60, check=False
    )
    killed = number == signal.SIGKILL
    assert ended.returncode == (-number if killed else 75)
    assert ("--resume goes on" in ended.stderr) != killed
    assert "Traceback" not in ended.stderr
    reached = load_checkpoint(out / "checkpoint.zarr").attributes["step"] // 10
    assert reached > 0
    if not killed:
        assert len(open_run(out / "recording.zarr").states["E", "v"]) >= reached
    more = f"simulation.duration={reached + 20}.0"
    assert status(["run", str(model), "--out", str(out), "--set", more, "--resume"]) == 0
    assert status(["run", str(model), "--out", str(tmp_path / "whole"), "--set", more]) == 0
    for one, other in zip(events(tmp_path / "whole"), events(out), strict=True):
        assert np.array_equal(one, other)


def test_a_run_killed_at_the_birth_of_its_recording_is_begun_again(
    model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    out.mkdir()
    (out / ".1.config.toml").touch()
    assert status(["run", str(model), "--out", str(out)]) == 0
    whole = events(out)
    for name in ("recording.zarr", "checkpoint.zarr"):
        shutil.rmtree(out / name)
    (out / "recording.zarr").mkdir()
    (out / "recording.zarr" / "zarr.0123.partial").touch()
    assert status(["run", str(model), "--out", str(out), "--resume"]) == 0
    for one, other in zip(whole, events(out), strict=True):
        assert np.array_equal(one, other)


def test_a_run_of_more_steps_than_int32_counts_is_refused(
    model: Path, tmp_path: Path, capsys: Captured
) -> None:
    more = ["--set", "simulation.duration=1e9"]
    assert status(["run", str(model), "--out", str(tmp_path / "run"), *more]) == 2
    assert "wants at most 2147483646 steps of dt = 0.1 ms" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ([], "is there already; choose another --out"),
        (["--resume", "--seed", "6"], "a run of another configuration"),
        (["--resume", "--set", "simulation.duration=20.0"], "past duration = 20 ms"),
    ],
)
def test_a_run_is_not_spoiled(
    model: Path, tmp_path: Path, more: list[str], says: str, capsys: Captured
) -> None:
    out = tmp_path / "run"
    assert status(["run", str(model), "--out", str(out)]) == 0
    before = events(out)
    assert status(["run", str(model), "--out", str(out), *more]) == 2
    assert says in capsys.readouterr().err
    assert open_run(out / "recording.zarr").finished
    for one, other in zip(before, events(out), strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--set", "population.E.model.v_rst=1"], "did you mean 'v_rest'"),
        (["--set", "simulation.duration=10.05"], "multiple of dt"),
        (["--set", "projection.0.delay=0.25"], "dt"),
        (["--set", "record.1.variable='u'"], "States.variable"),
        (["--threads", "0"], "simulation.threads"),
        (["--resume"], "no run to resume"),
        (["--set", "simulation.duration=600000.05"], "multiple of dt"),
        (["--set", "simulation.duration=1e300"], "wants at most"),
        (["--set", "population.E.n=100000000000000"], ""),
        (
            ["--set", 'projection.0.wiring={kind="FromData", source="none.csv"}'],
            "wants an edge list that exists",
        ),
        (
            ["--set", 'projection.0.wiring={kind="AllToAll", weight="strong"}'],
            "model.toml: weight: got 'strong'",
        ),
        (
            ["--set", 'projection.0.wiring={kind="c_elegans", which=3}'],
            "which: got 3, wants one of cook_chem",
        ),
        (["--set", "record.1.variable=3"], "States.variable: got 3, wants a state"),
    ],
)
def test_bad_input_leaves_no_folder(
    model: Path, tmp_path: Path, more: list[str], says: str, capsys: Captured
) -> None:
    assert status(["run", str(model), "--out", str(tmp_path / "run"), *more]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert "Traceback" not in said
    assert not (tmp_path / "run").exists()


def test_the_example_runs(tmp_path: Path, capsys: Captured) -> None:
    example = Path(__file__).parents[2] / "examples" / "brunel.toml"
    out = ["--out", str(tmp_path / "run"), "--set", "simulation.duration=100.0"]
    assert status(["run", str(example), *out]) == 0
    rates = json.loads((tmp_path / "run" / "summary.json").read_text())["populations"]
    assert 5 < rates["E"]["rate_hz"] < 60


def test_a_resumption_that_is_refused_changes_nothing(model: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    assert (
        status(["run", str(model), "--out", str(out), "--set", "simulation.duration=20.0"])
        == 0
    )
    before = {
        name: (out / name).read_bytes()
        for name in ("config.toml", "versions.json", "summary.json")
    }
    assert (
        status(
            [
                "run",
                str(model),
                "--out",
                str(out),
                "--resume",
                "--set",
                "simulation.duration=10.0",
            ]
        )
        == 2
    )
    assert {name: (out / name).read_bytes() for name in before} == before
    assert status(["run", str(model), "--out", str(out), "--resume"]) == 0
    assert load_config(out / "config.toml").simulation.duration == 40.0


def test_a_checkpoint_that_a_kill_left_under_its_waiting_name_is_found(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert status(["run", str(model), "--out", str(tmp_path / "whole")]) == 0
    part = ["run", str(model), "--out", str(tmp_path / "part")]
    assert status([*part, "--set", "simulation.duration=20.0"]) == 0
    checkpoint = tmp_path / "part" / "checkpoint.zarr"
    checkpoint.rename(aside_name(checkpoint))
    resumed: list[Path] = []
    monkeypatch.setattr(
        RunStore,
        "resume",
        lambda path, real=RunStore.resume: resumed.append(path) or real(path),
    )
    assert status([*part, "--resume"]) == 0
    assert resumed == [tmp_path / "part" / "recording.zarr"]
    for one, other in zip(
        events(tmp_path / "whole"), events(tmp_path / "part"), strict=True
    ):
        assert np.array_equal(one, other)


def test_a_run_folder_in_the_place_of_the_model_is_told_where_its_model_is(
    model: Path, tmp_path: Path, capsys: Captured
) -> None:
    out = tmp_path / "run"
    assert status(["run", str(model), "--out", str(out)]) == 0
    assert status(["run", "--resume", str(out)]) == 2
    message = f"{out}: a folder; `neurosparse run` wants a model in TOML"
    assert f"{message}; its model is {out / 'config.toml'}" in capsys.readouterr().err
    assert status(["run", str(tmp_path), "--out", str(tmp_path / "other")]) == 2
    assert capsys.readouterr().err.rstrip().endswith("wants a model in TOML")


def test_ctrl_c_before_the_first_step_is_told(
    model: Path, tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["neurosparse.cli.run"], "start", interrupted)
    assert status(["run", str(model), "--out", str(tmp_path / "out")]) == 130
    assert not (tmp_path / "out").exists()
    said = capsys.readouterr().err
    assert said.splitlines()[-1].startswith("neurosparse: stopped before the first step;")
