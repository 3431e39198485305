"""Streams in a store: what is missing or damaged is refused, never read as zeros."""

import os
from pathlib import Path

import numpy as np
import pytest

from neurosparse.recording import RunStore, open_run
from tests.recording.stores import N, check_prefix, create, spikes


@pytest.mark.parametrize("value", [0.0, -0.0])
def test_zeros_are_files_too(tmp_path: Path, value: float) -> None:
    with create(tmp_path / "r.zarr") as run:
        run.spikes("one", 1, shard=10).append(
            np.zeros(35, np.int64), np.zeros(35, np.int32)
        )
        run.states("E", "v", [1, 2]).append(np.arange(9), np.full((9, 2), value))
        run.rates("E", N, every=1).append(0, np.zeros(9))
    with RunStore.resume(tmp_path / "r.zarr") as run:
        run.spikes("one", 1, shard=10).append(
            np.zeros(35, np.int64), np.zeros(35, np.int32)
        )
    back = open_run(tmp_path / "r.zarr")
    assert len(back.spikes["one"].i) == 70
    assert len(os.listdir(tmp_path / "r.zarr/spikes/one/index/c")) == 7
    assert (
        back.states["E", "v"].values.tobytes()
        == np.full((9, 2), value, np.float32).tobytes()
    )
    assert back.rates["E"].counts.tolist() == [0] * 9


@pytest.mark.parametrize("width", [0, 1, 3_000_000])
def test_missing_rows_are_refused(tmp_path: Path, width: int) -> None:
    with create(tmp_path / "r.zarr") as run:
        run.states("E", "v", np.arange(width)).append(np.arange(2), np.ones((2, width)))
    assert open_run(tmp_path / "r.zarr").states["E", "v"].values.shape == (2, width)
    files = [
        file for file in (tmp_path / "r.zarr/states/E/v/v").rglob("c/*/*") if file.is_file()
    ]
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
    del run  # the writer was killed
    with RunStore.resume(tmp_path / "r.zarr") as run:
        run.spikes("E", N).append(*spikes(0, 10))
    check_prefix(open_run(tmp_path / "r.zarr").spikes["E"])
    assert len(open_run(tmp_path / "r.zarr").spikes["E"]) == 10
