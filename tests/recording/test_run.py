"""The run store: what is refused, what survives a kill, a full disk and a resumed run; bounded
memory.
"""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosparse.recording import RunStore, SpikeRecord, open_run
from neurosparse.store.checkpoint import load_checkpoint, save_checkpoint

N = 1000


def create(path: Path, **more: Any) -> RunStore:
    return RunStore.create(path, dt=0.1, seed=1, **more)


def spikes(start: int, stop: int) -> tuple[np.ndarray, np.ndarray]:
    """Spike k is of neuron 7k mod N in step k // 3: any prefix can be checked by itself."""
    k = np.arange(start, stop)
    return k // 3, (7 * k % N).astype(np.int32)


def check_prefix(record: SpikeRecord) -> None:
    step, index = spikes(0, len(record))
    np.testing.assert_array_equal(record.step, step)
    np.testing.assert_array_equal(record.i, index)


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


def test_a_damaged_run_is_named(tmp_path: Path) -> None:
    create(tmp_path / "r.zarr").close()
    head = tmp_path / "r.zarr" / "zarr.json"
    whole = head.read_text()
    for broken in (whole.replace("dt_ms", "td_ms"), whole[: len(whole) // 2], "[]"):
        head.write_text(broken)
        with pytest.raises(ValueError, match=r"r\.zarr"):
            open_run(tmp_path / "r.zarr")
    head.write_text(whole)
    assert open_run(tmp_path / "r.zarr").dt == 0.1


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


def test_few_files_and_whole_shards(tmp_path: Path) -> None:
    with create(tmp_path / "r.zarr") as run:
        sink = run.spikes("E", N, shard=1000)
        for low in range(0, 10_500, 70):
            sink.append(*spikes(low, low + 70))
    for name in ("step", "index"):
        shards = os.listdir(tmp_path / "r.zarr" / "spikes" / "E" / name / "c")
        assert sorted(map(int, shards)) == list(range(11))
    check_prefix(open_run(tmp_path / "r.zarr").spikes["E"])


def test_a_reader_sees_whole_shards_and_flushes_while_the_run_goes_on(tmp_path: Path) -> None:
    run = create(tmp_path / "r.zarr")
    sink = run.spikes("E", N, shard=1000)
    for low, seen in ((0, 0), (600, 1000), (1200, 1000), (1800, 2000)):
        sink.append(*spikes(low, low + 600))
        assert len(open_run(tmp_path / "r.zarr").spikes["E"]) == seen
    run.flush(at_most_every=3600)
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
    np.testing.assert_array_equal(one.states["E", "v"].values, other.states["E", "v"].values)
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


@pytest.mark.parametrize("value", [0.0, -0.0])
def test_zeros_are_files_too(tmp_path: Path, value: float) -> None:
    with create(tmp_path / "r.zarr") as run:
        run.spikes("one", 1, shard=10).append(np.zeros(35, np.int64), np.zeros(35, np.int32))
        run.states("E", "v", [1, 2]).append(np.arange(9), np.full((9, 2), value))
        run.rates("E", N, every=1).append(0, np.zeros(9))
    with RunStore.resume(tmp_path / "r.zarr") as run:
        run.spikes("one", 1, shard=10).append(np.zeros(35, np.int64), np.zeros(35, np.int32))
    back = open_run(tmp_path / "r.zarr")
    assert len(back.spikes["one"].i) == 70
    assert len(os.listdir(tmp_path / "r.zarr/spikes/one/index/c")) == 7
    assert back.states["E", "v"].values.tobytes() == np.full((9, 2), value, np.float32).tobytes()
    assert back.rates["E"].counts.tolist() == [0] * 9


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
    with pytest.raises(ValueError, match="taken at 31 rows of 'spikes/I', the store holds 30"):
        runs[0].restore(late)
    for name in ("a.zarr", "b.zarr"):
        assert {key: len(record) for key, record in open_run(tmp_path / name).spikes.items()} == {
            "E": 30,
            "I": 30,
        }


def test_damage_is_refused(tmp_path: Path) -> None:
    with create(tmp_path / "r.zarr") as run:
        run.spikes("E", N, shard=100).append(*spikes(0, 1000))
    shard = tmp_path / "r.zarr" / "spikes" / "E" / "index" / "c" / "4"
    content = bytearray(shard.read_bytes())
    content[len(content) // 2] ^= 1
    shard.write_bytes(content)
    with pytest.raises(ValueError, match=r"(?i)checksum|crc"):
        _ = open_run(tmp_path / "r.zarr").spikes["E"].i
    shard.unlink()
    with pytest.raises(ValueError, match=r"E/index is damaged: 9 of 10 shards are there"):
        open_run(tmp_path / "r.zarr")


@pytest.mark.parametrize("width", [0, 1, 3_000_000])
def test_missing_rows_are_refused(tmp_path: Path, width: int) -> None:
    with create(tmp_path / "r.zarr") as run:
        run.states("E", "v", np.arange(width)).append(np.arange(2), np.ones((2, width)))
    assert open_run(tmp_path / "r.zarr").states["E", "v"].values.shape == (2, width)
    files = [file for file in (tmp_path / "r.zarr/states/E/v/v").rglob("c/*/*") if file.is_file()]
    assert len(files) == {0: 0, 1: 1, 3_000_000: 4}[width]
    for file in files[:1]:
        file.unlink()
        with pytest.raises(ValueError, match="v/v is damaged"):
            open_run(tmp_path / "r.zarr")


@pytest.mark.parametrize("harm", ["renamed", "emptied", "labels gone"])
def test_files_that_read_as_zeros_are_refused(tmp_path: Path, harm: str) -> None:
    with create(tmp_path / "r.zarr") as run:
        run.states("E", "v", np.arange(3)).append(np.arange(2), np.ones((2, 3)))
    stream = tmp_path / "r.zarr" / "states" / "E" / "v"
    (file,) = (stream / "v" / "c" / "0").iterdir()
    match harm:
        case "renamed":
            file.rename(file.with_name("9"))
        case "emptied":
            file.write_bytes(b"")
        case _:
            (stream / "neuron" / "c" / "0").unlink()
    with pytest.raises(ValueError, match="damaged: 0 of 1 shards are there"):
        open_run(tmp_path / "r.zarr")


def test_a_stream_that_was_only_half_made_is_made_again(tmp_path: Path) -> None:
    run = create(tmp_path / "r.zarr")
    run.spikes("E", N)
    head = tmp_path / "r.zarr" / "spikes" / "E" / "zarr.json"
    head.write_text('{"zarr_format": 3, "node_type": "group", "attributes": {}}')
    assert open_run(tmp_path / "r.zarr").spikes == {}
    with RunStore.resume(tmp_path / "r.zarr") as run:
        run.spikes("E", N).append(*spikes(0, 10))
    check_prefix(open_run(tmp_path / "r.zarr").spikes["E"])
    assert len(open_run(tmp_path / "r.zarr").spikes["E"]) == 10


def test_an_empty_folder_may_become_a_run(tmp_path: Path) -> None:
    create(tmp_path).close()
    assert open_run(tmp_path).finished


class Disk:
    """A disk that is full after `room` writes, for all files whose path holds `only`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, only: str = "") -> None:
        import zarr.storage

        write = zarr.storage.LocalStore.set
        self.room = 10**9

        async def limited(store: Any, key: str, value: Any, *more: Any) -> None:
            if only in key:
                self.room -= 1
            if self.room < 0 and only in key:
                raise OSError(28, "No space left on device")
            await write(store, key, value, *more)

        assert asyncio.iscoroutinefunction(write)
        monkeypatch.setattr(zarr.storage.LocalStore, "set", limited)


@pytest.mark.parametrize("room", range(9))
def test_a_full_disk_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    disk = Disk(monkeypatch)
    run = create(tmp_path / "r.zarr")
    sink = run.spikes("E", N, shard=100)
    sink.append(*spikes(0, 250))
    disk.room = room
    step, index = spikes(250, 620)

    def go_on() -> None:
        sink.append(step, index)
        run.flush()
        sink.append(*spikes(620, 800))

    with pytest.raises(
        OSError, match=r"could not be written \(No space left.* before are complete"
    ) as caught:
        go_on()
    assert caught.value.errno == 28
    step[:], index[:] = -1, -1
    back = open_run(tmp_path / "r.zarr").spikes["E"]
    check_prefix(back)
    assert len(back) >= 200
    size = sink.size
    assert size >= 620
    with pytest.raises(OSError, match="No space left"):
        run.flush()
    with pytest.raises(ValueError, match="steps that never fall"):
        sink.append(*spikes(size - 10, size))
    disk.room = 10**9
    sink.append(*spikes(size, 1000))
    run.close()
    check_prefix(open_run(tmp_path / "r.zarr").spikes["E"])
    assert len(open_run(tmp_path / "r.zarr").spikes["E"]) == 1000


def test_flush_does_not_abandon_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


GROWTH = """
import sys, numpy as np, psutil
from neurosparse.recording import RunStore
run = RunStore.create(sys.argv[1], dt=0.1, seed=1)
sink, states = run.spikes("E", 100_000), run.states("E", "v", np.arange(100_000), every=100)
rng = np.random.default_rng(0)
index, row = rng.integers(0, 100_000, 250_000, dtype=np.int32), rng.random((1, 100_000), np.float32)
seen = []
for chunk in range(80):
    sink.append(chunk * 5_000 + np.sort(rng.integers(0, 5_000, len(index))), index)
    states.append(np.array([chunk * 100]), row)
    seen.append(psutil.Process().memory_info().rss)
    if chunk == 0:
        first = seen[0]
run.close()
print((max(seen) - first) / 1e6, (seen[-1] - seen[40]) / 1e6)
"""


def test_memory_does_not_grow_with_the_run(tmp_path: Path) -> None:
    out = subprocess.run(
        [sys.executable, "-c", GROWTH, str(tmp_path / "r.zarr")], capture_output=True, text=True
    )
    assert out.returncode == 0, out.stderr
    whole, second_half = map(float, out.stdout.split())
    assert whole < 200
    assert second_half < 30
    assert len(open_run(tmp_path / "r.zarr").spikes["E"]) == 20_000_000


def test_rows_wider_than_a_shard_are_written_from_where_they_are(tmp_path: Path) -> None:
    with create(tmp_path / "r.zarr") as run:
        sink = run.weights("E->E", np.arange(3_000_000), every=1)
        rows = np.arange(6_000_000, dtype=np.float32).reshape(2, -1)
        sink.append(np.arange(2), rows)
        assert sink.table._buffers == []  # type: ignore[attr-defined]
    back = open_run(tmp_path / "r.zarr").weights["E->E"]
    assert back.values.tobytes() == rows.tobytes()
    assert back.select(start=0.1, indices=[2_999_999]).values.tolist() == [[5_999_999.0]]
