"""Experiments run once, go on after a stop, and give the same in several processes."""

import queue
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from neurosparse.experiment import Experiment, Lesion, Rewired, Silence, open_evidence
from neurosparse.studies import Here
from tests.experiment.small import BRAIN, MODEL, experiment

RELAY = BRAIN.where(type="relay")


def design() -> Experiment:
    arms = [Silence(RELAY), Lesion(RELAY, BRAIN.where(type="out"))]
    return experiment(arms, controls=[Rewired("degrees", 2)], trials=3, duration=50.0)


def test_stopped_and_gone_on_with(tmp_path: Path) -> None:
    whole = design().run(tmp_path / "whole")
    assert whole.done.all()
    calls = []

    def stop(done: int, total: int) -> None:
        calls.append((done, total))
        if done == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        design().run(tmp_path / "a", progress=stop)
    partial = open_evidence(tmp_path / "a", BRAIN)
    assert partial.done.sum() == 4
    assert repr(partial) == "Evidence(4 of 9 arms on graphs complete)"
    # the controls are not complete: effects stand alone
    assert len(partial.effects) == 2 * 4
    assert all(not row.beside for row in partial.effects)
    # what was under way when it was killed is done anew; what is complete is not
    again = design().run(tmp_path / "a", progress=lambda *pair: calls.append(pair))
    assert calls == [(k, 9) for k in (1, 2, 3, 4, 5, 6, 7, 8, 9)]
    assert np.array_equal(again.rates, whole.rates)
    assert not (tmp_path / "a" / "graphs").exists()
    calls.clear()
    design().run(tmp_path / "a", progress=lambda *pair: calls.append(pair))
    assert not calls
    with pytest.raises(
        ValueError, match="another experiment, wants results of this design"
    ):
        experiment().run(tmp_path / "a")


class Threads:
    """Threads where processes are meant: the same calls, without their start."""

    Queue = queue.SimpleQueue

    class Process(threading.Thread):
        exitcode = None

        def is_alive(self) -> bool:
            return False


def test_processes_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = design().run(tmp_path / "one")
    monkeypatch.setattr("multiprocessing.get_context", lambda method: Threads)
    two = design().run(tmp_path / "two", processes=2)
    assert np.array_equal(one.rates, two.rates)
    assert np.array_equal(one.results.counts(2), two.results.counts(2))


def test_a_cluster_gives_the_same(tmp_path: Path) -> None:
    one = design().run(tmp_path / "one")
    two = design().run(tmp_path / "two", cluster=Here())
    assert np.array_equal(one.rates, two.rates)
    assert not (tmp_path / "two" / "graphs").exists()


def test_a_process_that_died_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class Dead(Threads.Process):
        exitcode = -9

        def run(self) -> None:
            """Do nothing."""

    monkeypatch.setattr(Threads, "Process", Dead)
    monkeypatch.setattr("multiprocessing.get_context", lambda method: Threads)
    with pytest.raises(RuntimeError, match="ended with code -9; what is complete is kept"):
        design().run(tmp_path, processes=2)


@dataclass(frozen=True)
class Undrawable:
    """A control of one's own."""

    name: str = "mine"
    graphs: int = 1

    def draw(self, connectome, rng):
        raise ValueError("groups: got too few edges")


def test_a_control_that_cannot_be_drawn_is_said_before_anything_runs(
    tmp_path: Path,
) -> None:
    calls = []
    undrawable = experiment(controls=[Undrawable()])
    with pytest.raises(ValueError, match="too few edges"):
        undrawable.run(tmp_path, progress=lambda *pair: calls.append(pair))
    assert not calls


def test_a_model_that_fails_is_named_with_its_arm(tmp_path: Path) -> None:
    broken = Experiment(BRAIN, MODEL, [], receptor="none", duration=10.0, trials=1)
    with pytest.raises(ValueError, match="receptor"):
        broken.run(tmp_path)


def test_a_design_that_cannot_be_run_leaves_nothing(tmp_path: Path) -> None:
    place = tmp_path / "a"
    bad = experiment(controls=[Rewired("types", 2, column="number")], trials=2)
    with pytest.raises(ValueError, match="control 'types kept': cannot be drawn: .*column"):
        bad.run(place)
    assert not place.exists()
    with pytest.raises(ValueError, match="receptor"):
        experiment(receptor="nmda", trials=2).run(place)
    assert not place.exists()
    assert experiment(trials=2, duration=20.0).run(place).done.all()
