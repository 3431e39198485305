"""Tables in a store: whole shards, full disks, little memory."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from neurosparse.recording import open_run
from tests.recording.stores import Disk, N, check_prefix, create, spikes


def test_few_files_and_whole_shards(tmp_path: Path) -> None:
    with create(tmp_path / "r.zarr") as run:
        sink = run.spikes("E", N, shard=1000)
        for low in range(0, 10_500, 70):
            sink.append(*spikes(low, low + 70))
    for name in ("step", "index"):
        shards = os.listdir(tmp_path / "r.zarr" / "spikes" / "E" / name / "c")
        assert sorted(map(int, shards)) == list(range(11))
    check_prefix(open_run(tmp_path / "r.zarr").spikes["E"])


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
    # what waits for room is read from memory
    check_prefix(sink.record())
    assert len(sink.record()) == size
    with pytest.raises(OSError, match="No space left"):
        run.flush()
    with pytest.raises(ValueError, match="steps that never fall"):
        sink.append(*spikes(size - 10, size))
    disk.room = 10**9
    sink.append(*spikes(size, 1000))
    run.close()
    check_prefix(open_run(tmp_path / "r.zarr").spikes["E"])
    assert len(open_run(tmp_path / "r.zarr").spikes["E"]) == 1000


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
        [sys.executable, "-c", GROWTH, str(tmp_path / "r.zarr")],
        capture_output=True,
        text=True,
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
