"""A store that nobody closes keeps what was recorded, and is not called finished."""

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from neurosparse.recording import RunStore, open_run
from neurosparse.recording.unclosed import Pace, flush_unclosed

BEGUN = """
import os, signal, sys, time
import numpy as np
from neurosparse.recording import RunStore
run = RunStore.create(sys.argv[1], dt=0.1, seed=1)
sink = run.spikes("E", 3)
sink.append(np.arange(100), np.zeros(100, np.int32))
"""
ENDS = {
    "end": "",
    "error": "raise RuntimeError('of the user')",
    "exit": "sys.exit(3)",
    "several": "run.flush(); sink.append(np.arange(100, 200), np.zeros(100, np.int32))",
}


def recorded(path: Path, ending: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", BEGUN + ending, str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("end", ENDS)
def test_a_process_that_ends_without_close_keeps_all(tmp_path: Path, end: str) -> None:
    path = tmp_path / "run.zarr"
    ended = recorded(path, ENDS[end])
    assert ended.returncode == {"error": 1, "exit": 3}.get(end, 0), ended.stderr
    back = open_run(path)
    assert len(back.spikes["E"]) == (200 if end == "several" else 100)
    assert not back.finished


def test_a_store_that_is_deleted_is_not_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "run.zarr"
    ended = recorded(path, "import shutil; shutil.rmtree(sys.argv[1])")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert not path.exists()


def test_a_store_that_is_let_go_keeps_all(tmp_path: Path) -> None:
    def record() -> None:
        run = RunStore.create(tmp_path / "run.zarr", dt=0.1, seed=1)
        run.spikes("E", 3).append(np.arange(100), np.zeros(100, np.int32))

    record()
    assert len(open_run(tmp_path / "run.zarr").spikes["E"]) == 100


class Broken:
    owned = True
    flushed = 0

    def flush(self) -> None:
        self.flushed += 1
        raise OSError("no space left")


def test_errors_of_the_last_flush_have_nobody_to_go_to() -> None:
    store = Broken()
    flush_unclosed(store)
    assert store.flushed == 1
    store.owned = False
    flush_unclosed(store)
    assert store.flushed == 1


BETWEEN = """
import sys, time
from neurosparse import Network, Population, Simulator
from neurosparse.neurons import PoissonSource
from neurosparse.recording import unclosed
unclosed._LONGEST = 0.1
simulator = Simulator(Network(Population("E", 100, PoissonSource(rate=100.0))), store=sys.argv[1])
begun = time.monotonic()
while time.monotonic() < begun + 1.5:
    simulator.run(40.0)
print(simulator.now, flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGKILL])
def test_a_kill_between_runs_loses_little(tmp_path: Path, kind: signal.Signals) -> None:
    path = tmp_path / "run.zarr"
    command = [sys.executable, "-c", BETWEEN, str(path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as child:
        assert child.stdout is not None
        steps = int(child.stdout.readline())
        child.send_signal(kind)
    assert child.returncode == -kind
    assert open_run(path).spikes["E"].step.max() > 0.4 * steps


def test_flushes_take_a_twentieth_of_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    pace = Pace()
    for seconds, pause in ((9.0, 0.0), (0.01, 0.2), (0.1, 2.0), (9.0, 10.0)):
        with pace.measured():
            now[0] += seconds
        now[0] += max(pause - 0.001, 0.0)
        assert pace.due() is (pause == 0)
        now[0] += 0.002
        assert pace.due()
        assert not pace.due(at_most_every=60.0)
