"""Running: one thread at a time, a fork, the last step, a signal from outside."""

import multiprocessing
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosparse.engine import Every, Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.recording import open_run
from neurosparse.wiring import AllToAll

LAST = 2**31 - 2


def network(n: int = 10, t_ref: float = 0.0) -> Network:
    model = LIF(v_rest=0.0, v_threshold=1.0, v_reset=0.0, t_ref=t_ref)
    return Network(
        Population("in", 2, PoissonSource(rate=500.0)),
        Population("E", n, model),
        Projection("in", "E", AllToAll(), weight=2.0, delay=0.5),
    )


@pytest.mark.parametrize("n", [1, 2, 10, 64, 1000])
@pytest.mark.parametrize("record", [None, []])
def test_steps_beyond_int32_are_refused_before_anything_runs(
    n: int, record: list[Any] | None
) -> None:
    simulator = Simulator(network(n), record=record)
    simulator._stepper.now = LAST - 3
    with pytest.raises(ValueError, match="at most 2147483646 steps .*new Simulator"):
        simulator.step(4)
    with pytest.raises(ValueError, match="duration: got an end at step"):
        simulator.run(1e12)
    assert simulator.now == LAST - 3
    assert simulator.run_until(lambda s: s.now == LAST - 3, limit=1e12)
    simulator.step(3)
    assert simulator.now == LAST


def test_the_last_steps_are_as_the_first_ones() -> None:
    """A neuron that fires in the last step is ready again in a step that can be written down."""
    pause = 7
    early = Simulator(network(t_ref=0.1 * pause), seed=3)
    late = Simulator(network(t_ref=0.1 * pause), seed=3)
    late._stepper.now = LAST - pause - 500
    for simulator in (early, late):
        simulator.step(500)
        spikes = simulator.spikes("E")
        gaps = [np.diff(spikes.step[spikes.i == k]) for k in range(10)]
        assert len(spikes) > 50
        assert min(gap.min() for gap in gaps) >= pause
    with pytest.raises(ValueError, match="at most 2147483639 steps"):
        late.step(1)


def test_a_second_thread_is_refused() -> None:
    simulator = Simulator(network(), seed=1)
    alone = Simulator(network(), seed=1)
    errors: list[str] = []

    def disturb() -> None:
        for act in (
            lambda: simulator.run(10.0),
            simulator.step,
            lambda: simulator.set_weights("in->E", 1.0),
            lambda: simulator.rewire("in->E", drop=[0]),
            lambda: simulator.save("never.zarr"),
            lambda: simulator.set_state("E", "v", -60.0),
            simulator.close,
        ):
            with pytest.raises(
                RuntimeError, match="already running in another thread"
            ) as e:
                act()
            errors.append(str(e.value))

    def meanwhile(_: Simulator) -> None:
        other = threading.Thread(target=disturb)
        other.start()
        other.join()

    simulator.run(50.0, callbacks=[Every(30.0, meanwhile)])
    alone.run(50.0)
    assert len(errors) == 7
    assert np.array_equal(simulator.spikes("E").i, alone.spikes("E").i)
    # another thread may run it when the first has ended
    thread = threading.Thread(target=simulator.run, args=(10.0,))
    thread.start()
    thread.join()
    assert simulator.time == 60.0


def test_a_callback_may_run_its_own_simulator() -> None:
    simulator = Simulator(network(), seed=1)
    simulator.run(20.0, callbacks=[Every(10.0, lambda s: s.step())])
    assert simulator.now >= 200


def _go_on(simulator: Simulator, results: Any) -> None:
    simulator.run(50.0)
    results.put(simulator.spikes("E").i.tolist())


def test_a_forked_process_goes_on_with_threads_of_its_own() -> None:
    fork = multiprocessing.get_context("fork")
    simulator = Simulator(network(200), seed=1, threads=2)
    simulator.run(20.0)
    results = fork.SimpleQueue()
    child = fork.Process(target=_go_on, args=(simulator, results))
    child.start()
    child.join(60)
    hangs = child.is_alive()
    child.kill()
    assert not hangs
    simulator.run(50.0)
    assert results.get() == simulator.spikes("E").i.tolist()


def _write_on(simulator: Simulator, results: Any) -> None:
    try:
        simulator.run(50.0)
    except BlockingIOError as error:
        results.put((str(error), len(simulator.spikes("E"))))


def test_a_forked_process_does_not_write_into_the_store(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    with Simulator(network(), seed=1, store=tmp_path / "run.zarr") as simulator:
        simulator.run(20.0)
        results = fork.SimpleQueue()
        child = fork.Process(target=_write_on, args=(simulator, results))
        child.start()
        child.join(60)
        child.kill()
        said, seen = results.get()
        assert "is being written by another run" in said
        assert open_run(tmp_path / "run.zarr").spikes["E"].step.max() < simulator.now
        assert seen == len(simulator.spikes("E")) > 10
        simulator.run(20.0)
    assert open_run(tmp_path / "run.zarr").finished


TERMINATED = """
import os, signal, sys
from neurosparse import Network, Population, Simulator
from neurosparse.engine import Every
from neurosparse.neurons import PoissonSource
network = Network(Population("E", 100, PoissonSource(rate=100.0)))
simulator = Simulator(network, store=sys.argv[1])
end = lambda s: s.time >= 2000 and os.kill(os.getpid(), signal.SIGTERM)
simulator.run(4000.0, callbacks=[Every(500.0, end)])
print("went on")
"""


def test_sigterm_keeps_what_was_recorded_without_a_with(tmp_path: Path) -> None:
    path = tmp_path / "run.zarr"
    command = [sys.executable, "-c", TERMINATED, str(path)]
    ended = subprocess.run(
        command, capture_output=True, text=True, timeout=120, check=False
    )
    assert (ended.returncode, ended.stdout) == (128 + signal.SIGTERM, "")
    run = open_run(path)
    assert not run.finished
    step = run.spikes["E"].step
    assert 19_900 < step.max() < 20_000
    assert len(step) == pytest.approx(20_000, rel=0.05)


def test_sigterm_stops_a_run_that_goes_on_to_the_same_bits() -> None:
    whole = Simulator(network(), seed=2)
    stopped = Simulator(network(), seed=2)

    def end(simulator: Simulator) -> None:
        if simulator.now == 200:
            signal.raise_signal(signal.SIGTERM)

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt, match="stopped at 20 ms; everything until then"):
        stopped.run(40.0, callbacks=[Every(10.0, end)])
    assert signal.getsignal(signal.SIGTERM) is before
    stopped.run(20.0)
    whole.run(40.0)
    assert np.array_equal(stopped.spikes("E").step, whole.spikes("E").step)
    assert np.array_equal(stopped.state("E", "v"), whole.state("E", "v"))


def test_a_store_deleted_under_a_run_ends_it(tmp_path: Path) -> None:
    simulator = Simulator(network(), store=tmp_path / "run.zarr")
    simulator.run(10.0)
    shutil.rmtree(tmp_path / "run.zarr")
    for act in (
        lambda: simulator.run(10.0),
        lambda: simulator.spikes("E"),
        simulator.close,
    ):
        with pytest.raises(FileNotFoundError, match="was deleted, moved or replaced"):
            act()
    assert not (tmp_path / "run.zarr").exists()
