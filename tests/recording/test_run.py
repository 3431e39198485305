"""The writing end of a run: refusals, checkpoints, kills."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosparse.recording import RunStore, open_run
from neurosparse.store.checkpoint import load_checkpoint, save_checkpoint
from tests.recording.stores import Disk, N, check_prefix, create, spikes


def test_an_existing_store_is_refused_and_kept(tmp_path: Path) -> None:
    with create(tmp_path / "r.zarr") as run:
        run.spikes("E", N).append(*spikes(0, 10))
    with pytest.raises(
        FileExistsError, match="choose another path, RunStore.resume to go on, or overwrite"
    ):
        create(tmp_path / "r.zarr")
    assert len(open_run(tmp_path / "r.zarr").spikes["E"]) == 10
    create(tmp_path / "r.zarr", overwrite=True).close()
    assert open_run(tmp_path / "r.zarr").spikes == {}


def test_overwrite_never_removes_what_is_no_run(tmp_path: Path) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "text").write_text("dear")
    save_checkpoint(tmp_path / "c.zarr", {"a": 1})
    for name in ("thesis", "c.zarr", "thesis/text"):
        with pytest.raises(FileExistsError, match="replaces only recorded runs"):
            create(tmp_path / name, overwrite=True)
        with pytest.raises(ValueError, match="is not a neurosparse-run"):
            open_run(tmp_path / name)
        with pytest.raises(ValueError, match="is not a neurosparse-run"):
            RunStore.resume(tmp_path / name)
    assert (tmp_path / "thesis" / "text").read_text() == "dear"
    with pytest.raises(FileNotFoundError, match="there is no neurosparse-run"):
        open_run(tmp_path / "none")


@pytest.mark.parametrize("name", ["../x", "/x", "", "..", "a/b", "a\\b"])
def test_names_cannot_leave_the_run(tmp_path: Path, name: str) -> None:
    run = create(tmp_path / "r.zarr")
    for make in (
        run.spikes,
        lambda name, n: run.rates(name, n, every=1),
        lambda n, _: run.states("E", n, [1]),
    ):
        with pytest.raises(ValueError, match="level of a path inside a store"):
            make(name, N)
    assert sorted(os.listdir(tmp_path / "r.zarr")) == ["zarr.json"]


def test_impossible_runs_and_doubled_streams(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dt: got -1"):
        RunStore.create(tmp_path / "r.zarr", dt=-1, seed=0)
    with pytest.raises(TypeError, match="config must be JSON"):
        create(tmp_path / "r.zarr", config={"x": np.arange(2)})
    assert not os.listdir(tmp_path)
    run = create(tmp_path / "r.zarr")
    run.spikes("E", N)
    with pytest.raises(ValueError, match="does not record yet"):
        run.spikes("E", N)
    with pytest.raises(ValueError, match="variable: got 'time', wants a name other than"):
        run.states("E", "time", [1])


def test_a_reader_sees_whole_shards_and_flushes_while_the_run_goes_on(
    tmp_path: Path,
) -> None:
    run = create(tmp_path / "r.zarr")
    sink = run.spikes("E", N, shard=1000)
    for low, seen in ((0, 0), (600, 1000), (1200, 1000), (1800, 2000)):
        sink.append(*spikes(low, low + 600))
        assert len(open_run(tmp_path / "r.zarr").spikes["E"]) == seen
    run.keep_up(at_most_every=3600)
    assert len(open_run(tmp_path / "r.zarr").spikes["E"]) == 2000
    run.flush()
    check_prefix(open_run(tmp_path / "r.zarr").spikes["E"])
    assert len(open_run(tmp_path / "r.zarr").spikes["E"]) == 2400
    assert not open_run(tmp_path / "r.zarr").finished
    with pytest.raises(ValueError, match="is closed; open the run again"):
        run.close() or sink.append(*spikes(2400, 2401))


def test_an_error_in_the_run_keeps_what_was_recorded(tmp_path: Path) -> None:
    def simulate() -> None:
        with create(tmp_path / "r.zarr") as run:
            run.spikes("E", N).append(*spikes(0, 30))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        simulate()
    back = open_run(tmp_path / "r.zarr")
    check_prefix(back.spikes["E"])
    assert (len(back.spikes["E"]), back.finished) == (30, False)


def test_resume_from_a_checkpoint_gives_the_same_store(tmp_path: Path) -> None:
    def begin(run: RunStore) -> Any:
        # fmt: off
        return (run.spikes("E", N, shard=100), run.states("E", "v", [1, 2], every=5),
                run.rates("E", N, every=7), run.weights("E->E", [3], every=50))
        # fmt: on

    def go_on(sinks: Any, start: int, stop: int, noise: int = 0) -> None:
        step, index = spikes(3 * start, 3 * stop)
        sinks[0].append(step, (index + noise) % N)
        sinks[2].append(start, np.full(stop - start, 3 + noise))
        for sink, every, width in ((sinks[1], 5, 2), (sinks[3], 50, 1)):
            due = np.arange(-(-start // every) * every, stop, every)
            sink.append(due, np.repeat(due[:, None] + noise, width, 1))

    with create(tmp_path / "whole.zarr") as run:
        go_on(begin(run), 0, 400)

    run = create(tmp_path / "parts.zarr")
    sinks = begin(run)
    go_on(sinks, 0, 123)
    save_checkpoint(tmp_path / "c.zarr", run.state())
    go_on(sinks, 123, 300, noise=1)
    run.close()
    run = RunStore.resume(tmp_path / "parts.zarr")
    sinks = begin(run)
    run.restore(load_checkpoint(tmp_path / "c.zarr").arrays)
    go_on(sinks, 123, 400)
    run.close()

    one = open_run(tmp_path / "whole.zarr")
    other = open_run(tmp_path / "parts.zarr")
    check_prefix(other.spikes["E"])
    assert len(other.spikes["E"]) == 1200
    np.testing.assert_array_equal(
        one.states["E", "v"].values, other.states["E", "v"].values
    )
    np.testing.assert_array_equal(one.rates["E"].counts, other.rates["E"].counts)
    np.testing.assert_array_equal(one.weights["E->E"].values, other.weights["E->E"].values)
    assert len(one.rates["E"]) == 400 // 7
    assert other.finished


def test_resume_refuses_other_streams(tmp_path: Path) -> None:
    run = create(tmp_path / "r.zarr")
    run.spikes("E", N).append(*spikes(0, 9))
    run.states("E", "v", [1, 2])
    state = run.state()
    run.close()
    run = RunStore.resume(tmp_path / "r.zarr")
    with pytest.raises(
        ValueError, match="n 999 for 'spikes/E', wants 1000, as the run was begun with"
    ):
        run.spikes("E", 999)
    with pytest.raises(ValueError, match="other numbers of neuron for 'states/E/v'"):
        run.states("E", "v", [1, 3])
    run.spikes("E", N)
    with pytest.raises(ValueError, match=r"one side only: \['states/E/v'\]"):
        run.restore(state)
    run.states("E", "v", [1, 2])
    run.restore(state)
    assert run.state().keys() == state.keys()


def test_a_checkpoint_of_another_run_or_of_later_drops_nothing(tmp_path: Path) -> None:
    runs = [create(tmp_path / name) for name in ("a.zarr", "b.zarr")]
    for run in runs:
        for name in ("E", "I"):
            run.spikes(name, N).append(*spikes(0, 30))
    early, late = runs[0].state(), runs[0].state()
    runs[1].flush()
    late["spikes/I/complete"] = np.array(31)
    with pytest.raises(
        ValueError, match=r"that of another run, wants a checkpoint of the run at .*b\.zarr"
    ):
        runs[1].restore(early)
    with pytest.raises(ValueError, match="wants a checkpoint of the run"):
        runs[0].restore({})
    late["spikes/E/complete"] = np.array(3)
    with pytest.raises(
        ValueError, match="taken at 31 rows of 'spikes/I', the store holds 30"
    ):
        runs[0].restore(late)
    for name in ("a.zarr", "b.zarr"):
        assert {
            key: len(record) for key, record in open_run(tmp_path / name).spikes.items()
        } == {
            "E": 30,
            "I": 30,
        }


def test_an_empty_folder_may_become_a_run(tmp_path: Path) -> None:
    create(tmp_path).close()
    assert open_run(tmp_path).finished


def test_flush_does_not_abandon_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = create(tmp_path / "r.zarr")
    for name in ("A", "B", "C", "D"):
        run.spikes(name, N).append(*spikes(0, 50))
    for bad in ("spikes/A", "spikes/C"):
        Disk(monkeypatch, bad).room = 0
    with pytest.raises(OSError, match="spikes/A could not be written") as caught:
        run.close()
    assert "spikes/C could not" in " ".join(caught.value.__notes__)
    back = open_run(tmp_path / "r.zarr")
    assert {name: len(record) for name, record in back.spikes.items()} == {
        "A": 0,
        "B": 50,
        "C": 0,
        "D": 50,
    }
    assert not back.finished
    monkeypatch.undo()
    run.close()
    assert len(open_run(tmp_path / "r.zarr").spikes["C"]) == 50


KILLED = """
import sys, numpy as np
from neurosparse.recording import RunStore
run = RunStore.create(sys.argv[1], dt=0.1, seed=1)
sink, states = run.spikes("E", 1000, shard=20_000), run.states("E", "v", np.arange(100))
for chunk in range(10**6):
    k = np.arange(5_000 * chunk, 5_000 * (chunk + 1))
    sink.append(k // 3, (7 * k % 1000).astype(np.int32))
    rows = np.arange(20 * chunk, 20 * (chunk + 1))
    states.append(rows, np.repeat(rows[:, None], 100, 1))
    run.flush()
    print(chunk, flush=True)
"""


@pytest.mark.parametrize(("after", "pause"), [(1, 0.0), (6, 0.003), (17, 0.012)])
def test_a_killed_run_keeps_every_chunk_that_was_flushed(
    tmp_path: Path, after: int, pause: float
) -> None:
    path = tmp_path / "r.zarr"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        done = [int(child.stdout.readline()) for _ in range(after)][-1]
        time.sleep(pause)
        child.send_signal(signal.SIGKILL)
    back = open_run(path)
    check_prefix(back.spikes["E"])
    assert len(back.spikes["E"]) >= 5_000 * (done + 1)
    values = back.states["E", "v"].values
    assert len(values) >= 20 * (done + 1)
    np.testing.assert_array_equal(
        values, np.repeat(np.arange(len(values), dtype=np.float32)[:, None], 100, 1)
    )
    assert not back.finished

    run = RunStore.resume(path)
    there = len(back.spikes["E"])
    sink = run.spikes("E", 1000, shard=20_000)
    assert sink.size == there
    sink.append(*spikes(there, there + 30_000))
    run.close()
    check_prefix(open_run(path).spikes["E"])
    assert len(open_run(path).spikes["E"]) == there + 30_000
    assert not list(path.rglob("*.partial"))


def test_two_writers_are_one_too_many(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    run = create(path)
    run.spikes("E", N).append(*spikes(0, 10))
    run.flush()
    with pytest.raises(BlockingIOError, match="is being written by another run"):
        RunStore.resume(path)
    with pytest.raises(BlockingIOError, match="is being written by another run"):
        create(path, overwrite=True)
    assert not open_run(path).finished
    run.close()
    assert len(open_run(path).spikes["E"]) == 10
    other = RunStore.resume(path)
    with pytest.raises(BlockingIOError, match="is being written by another run"):
        run.close()
    other.give_up()
    assert open_run(path).finished
    RunStore.resume(path).close()


def test_an_error_in_the_run_lets_the_store_go(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), create(tmp_path / "r.zarr") as run:
        raise ZeroDivisionError
    RunStore.resume(tmp_path / "r.zarr").close()
    assert run.path == tmp_path / "r.zarr"


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("left", [[], ["zarr.0f1e2d3c.partial"]])
def test_an_unfinished_birth_is_named_and_taken(
    tmp_path: Path, left: list[str], overwrite: bool
) -> None:
    path = tmp_path / "r.zarr"
    path.mkdir()
    for name in left:
        (path / name).write_text('{"zarr_for')
    for open_it in (open_run, RunStore.resume):
        with pytest.raises(ValueError, match="is not a neurosparse-run .*unfinished birth"):
            open_it(path)
    with create(path, overwrite=overwrite) as run:
        run.spikes("E", N).append(*spikes(0, 10))
    assert len(open_run(path).spikes["E"]) == 10
    assert sorted(os.listdir(path)) == ["spikes", "zarr.json"]


@pytest.mark.parametrize("what", ["", "spikes/E"])
@pytest.mark.parametrize("act", ["flush", "close", "append", "record"])
def test_a_store_that_was_deleted_under_the_run_is_missed(
    tmp_path: Path, what: str, act: str
) -> None:
    path = tmp_path / "r.zarr"
    run = create(path)
    sink = run.spikes("E", N, shard=100)
    sink.append(*spikes(0, 250))
    shutil.rmtree(path / what)
    acts = {
        "flush": run.flush,
        "close": run.close,
        "append": lambda: sink.append(*spikes(250, 400)),
        "record": sink.record,
    }
    with pytest.raises(FileNotFoundError, match="was deleted, moved or replaced"):
        acts[act]()
    assert not (path / "spikes" / "E").exists()


def test_a_run_whose_shards_were_deleted_is_not_called_finished(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    run = create(path)
    run.spikes("E", N, shard=100).append(*spikes(0, 250))
    (path / "spikes" / "E" / "index" / "c" / "1").unlink()
    with pytest.raises(ValueError, match="is damaged: 2 of 3 shards are there"):
        run.close()
    assert not json.loads((path / "zarr.json").read_text())["attributes"]["finished"]


def test_a_store_that_was_moved_is_not_begun_again_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "r.zarr"
    run = create(path)
    sink = run.spikes("E", N, shard=100)
    sink.append(*spikes(0, 250))
    path.rename(tmp_path / "elsewhere.zarr")
    with pytest.raises(FileNotFoundError, match="was deleted, moved or replaced"):
        sink.append(*spikes(250, 400))
    assert not path.exists()
    assert len(open_run(tmp_path / "elsewhere.zarr").spikes["E"]) == 200
