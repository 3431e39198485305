"""Checkpoints: every bit back, nothing half written, nothing foreign believed."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from neurosparse.store import checkpoint
from neurosparse.store.atomic import aside_name
from neurosparse.store.checkpoint import load_checkpoint, save_checkpoint

PAYLOAD = np.array(
    [0x7FF8_0000_0000_1234, 0xFFF0_0000_0000_0001, 0x8000_0000_0000_0000], "u8"
).view("f8")
CASES: dict[str, Any] = {
    "nan payloads, -0.0": PAYLOAD,
    "only -0.0": np.full(7, -0.0),
    "only zeros": np.zeros((3, 4), np.int16),
    "empty": np.empty(0, np.float32),
    "empty rows": np.empty((0, 5), np.uint8),
    "empty columns": np.empty((5, 0)),
    "0-d": np.float32(-0.0),
    "0-d bool": np.True_,
    "python int": 3,
    "python float": 0.1,
    "uint64": np.array([2**64 - 1, 0], np.uint64),
    "int64": np.array([-(2**63), 2**63 - 1]),
    "bool": np.array([[True, False], [False, True]]),
    "half": np.array([np.inf, -np.inf, 6e-8], np.float16),
    "complex": np.array([complex(np.nan, -0.0)]),
    "strided": np.arange(60.0).reshape(6, 10)[::2, ::-3].T,
    "fortran": np.asfortranarray(np.arange(6).reshape(2, 3)),
    "a/deep/name": np.arange(3, dtype=np.int8),
    "c": np.ones(1),
    "E->I (nS) é": np.ones(1),
}


def same_bits(got: np.ndarray, put: Any) -> None:
    put = np.asarray(put)
    assert got.dtype == put.dtype
    assert got.shape == put.shape
    assert got.tobytes() == put.tobytes()


def test_every_array_comes_back_to_the_bit(tmp_path: Path) -> None:
    attributes = {"step": 2**100, "names": ["é", None], "nested": {"x": 0.1}}
    save_checkpoint(tmp_path / "a.zarr", CASES, attributes, fingerprint="f00")
    back = load_checkpoint(tmp_path / "a.zarr", expect_fingerprint="f00")
    assert list(back.arrays) == list(CASES)
    for name, value in CASES.items():
        same_bits(back.arrays[name], value)
    assert back.attributes == attributes
    assert back.fingerprint == "f00"
    assert os.listdir(tmp_path) == ["a.zarr"]


@settings(max_examples=20)
@given(
    hnp.arrays(
        st.sampled_from(["b1", "i2", "u8", "f2", "f4", "f8", "c16"]),
        hnp.array_shapes(min_dims=0, min_side=0),
    )
)
def test_any_array_comes_back_to_the_bit(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray
) -> None:
    path = tmp_path_factory.mktemp("any") / "a.zarr"
    save_checkpoint(path, {"a": array})
    same_bits(load_checkpoint(path).arrays["a"], array)


def test_big_arrays_are_few_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "_CHUNK_BYTES", 2**12)
    arrays = {
        "long": np.arange(5000.0),
        "wide": np.arange(5000.0).reshape(2, 2500),
        "odd": np.ones((70, 3, 9)),
    }
    save_checkpoint(tmp_path / "a.zarr", arrays)
    back = load_checkpoint(tmp_path / "a.zarr")
    for name, value in arrays.items():
        same_bits(back.arrays[name], value)
    files = sum(len(names) for _, _, names in os.walk(tmp_path / "a.zarr"))
    assert files < 3 * (40_000 // 2**12 + 5)


def test_an_older_checkpoint_is_replaced(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "a.zarr", {"old": 1, "both": 1})
    save_checkpoint(tmp_path / "a.zarr", {"new": 2, "both": 2})
    assert {k: int(v) for k, v in load_checkpoint(tmp_path / "a.zarr").arrays.items()} == {
        "new": 2,
        "both": 2,
    }
    assert os.listdir(tmp_path) == ["a.zarr"]


@pytest.mark.parametrize(
    "name",
    ["../x", "/x", "a/../x", "a//x", "", ".", "..", "a/", "x\\y", "zarr.json", "a\0"],
)
def test_names_that_could_leave_the_group_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="level of the array name"):
        save_checkpoint(tmp_path / "a.zarr", {name: 1})
    assert not os.listdir(tmp_path)


def test_a_head_that_names_a_path_outside_is_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "b.zarr", {"x": 1})
    path = tmp_path / "a.zarr"
    save_checkpoint(path, {"x": 1})
    edit(path / "zarr.json", "arrays", {"../b.zarr/x": {"dtype": "int64", "shape": []}})
    with pytest.raises(ValueError, match="level of the array name"):
        load_checkpoint(path)


def test_a_name_inside_another_array_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="would lie inside the array 'a'"):
        save_checkpoint(tmp_path / "a.zarr", {"a": 1, "a/b/c": 1})


@pytest.mark.parametrize(
    "value",
    [
        "text",
        None,
        {"a": 1},
        np.array(["x"]),
        np.zeros(1, "M8[s]"),
        np.zeros(1, "i4,f8"),
        2**70,
        np.zeros(1, "O"),
    ],
)
def test_what_is_no_number_is_refused(tmp_path: Path, value: Any) -> None:
    with pytest.raises(TypeError, match="array 'a' has dtype"):
        save_checkpoint(tmp_path / "a.zarr", {"a": value})


@pytest.mark.parametrize("value", [float("nan"), np.float64(1) + 1j, np.arange(2), {1, 2}])
def test_attributes_must_be_json(tmp_path: Path, value: Any) -> None:
    with pytest.raises(TypeError, match="attributes must be JSON"):
        save_checkpoint(tmp_path / "a.zarr", {}, {"x": value})
    assert not os.listdir(tmp_path)


def edit(head: Path, key: str, value: Any) -> None:
    content = json.loads(head.read_text())
    content["attributes"][key] = value
    head.write_text(json.dumps(content))


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    save_checkpoint(
        tmp_path / "a.zarr", {"v": np.arange(100.0), "n/w": np.zeros(9)}, fingerprint="mine"
    )
    return tmp_path / "a.zarr"


def test_another_network_is_refused_by_both_names(saved: Path) -> None:
    with pytest.raises(
        ValueError, match=r"belongs to network 'mine', this network is 'yours'"
    ):
        load_checkpoint(saved, expect_fingerprint="yours")


def test_another_version_is_refused(saved: Path) -> None:
    edit(saved / "zarr.json", "format_version", 99)
    with pytest.raises(ValueError, match=r"format version 99, this library reads 1"):
        load_checkpoint(saved)
    save_checkpoint(saved, {"v": 1})
    assert int(load_checkpoint(saved).arrays["v"]) == 1


def test_nothing_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="no neurosparse-checkpoint at"):
        load_checkpoint(tmp_path / "none.zarr")


def test_foreign_folders_are_neither_read_nor_replaced(tmp_path: Path) -> None:
    import zarr

    zarr.create_group(str(tmp_path / "group.zarr"), attributes={"format": "other"})
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "thesis.txt").write_text("dear")
    (tmp_path / "file").write_text("dear")
    for name in ("group.zarr", "plain", "file"):
        with pytest.raises(ValueError, match="is not a neurosparse-checkpoint"):
            load_checkpoint(tmp_path / name)
        with pytest.raises(FileExistsError, match="a checkpoint replaces only checkpoints"):
            save_checkpoint(tmp_path / name, {"a": 1})
    assert (tmp_path / "plain" / "thesis.txt").read_text() == "dear"


def chunk(path: Path, name: str) -> Path:
    return path / name / "c" / "0"


@pytest.mark.parametrize("name", ["v", "n/w"])
def test_a_missing_chunk_is_not_read_as_zeros(saved: Path, name: str) -> None:
    chunk(saved, name).unlink()
    with pytest.raises(ValueError, match=f"damaged at array '{name}': 0 of 1 chunks"):
        load_checkpoint(saved)


@pytest.mark.parametrize("cut", [0, 5, 30])
def test_a_truncated_chunk_is_refused(saved: Path, cut: int) -> None:
    file = chunk(saved, "v")
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(ValueError, match="damaged at array 'v'"):
        load_checkpoint(saved)


def test_one_flipped_bit_is_found(saved: Path) -> None:
    content = bytearray(chunk(saved, "v").read_bytes())
    for position in range(0, len(content), 7):
        content[position] ^= 4
        chunk(saved, "v").write_bytes(content)
        with pytest.raises(ValueError, match="damaged at array 'v'"):
            load_checkpoint(saved)
        content[position] ^= 4
    chunk(saved, "v").write_bytes(content)
    same_bits(load_checkpoint(saved).arrays["v"], np.arange(100.0))


def test_missing_arrays_and_other_shapes_are_refused(saved: Path) -> None:
    entry = {"dtype": "float64", "shape": [101]}
    edit(saved / "zarr.json", "arrays", {"v": entry})
    with pytest.raises(
        ValueError, match=r"not the float64 \(101,\) that the head promises"
    ):
        load_checkpoint(saved)
    edit(saved / "zarr.json", "arrays", {"gone": entry})
    with pytest.raises(ValueError, match="damaged at array 'gone'"):
        load_checkpoint(saved)
    edit(saved / "zarr.json", "arrays", {"v": {"dtype": "object", "shape": [100]}})
    with pytest.raises(ValueError, match="which is not stored"):
        load_checkpoint(saved)
    edit(saved / "zarr.json", "arrays", [1])
    with pytest.raises(ValueError, match="its head is incomplete"):
        load_checkpoint(saved)
    (saved / "zarr.json").write_text("{")
    with pytest.raises(ValueError, match="no readable zarr.json"):
        load_checkpoint(saved)


def test_a_full_disk_keeps_the_older_checkpoint(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import zarr.storage

    async def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zarr.storage.LocalStore, "set", full)
    with pytest.raises(
        OSError, match=r"could not be written \(No space left.*unchanged"
    ) as caught:
        save_checkpoint(saved, {"v": 1})
    assert caught.value.errno == 28
    assert load_checkpoint(saved).arrays["v"].shape == (100,)
    assert os.listdir(saved.parent) == ["a.zarr"]


def test_a_kill_between_two_renames_is_survived(saved: Path) -> None:
    saved.rename(aside_name(saved))
    assert load_checkpoint(saved).fingerprint == "mine"
    save_checkpoint(saved, {"v": 2})
    assert int(load_checkpoint(saved).arrays["v"]) == 2
    assert os.listdir(saved.parent) == ["a.zarr"]


KILLED = """
import sys, numpy as np
from neurosparse.store.checkpoint import save_checkpoint
for k in range(10**6):
    save_checkpoint(sys.argv[1], {f"v{j}": np.full(20_000, k) for j in range(4)}, {"k": k})
    print(k, flush=True)
"""


@pytest.mark.parametrize("after", [2, 7])
def test_a_killed_writer_leaves_a_whole_checkpoint(tmp_path: Path, after: int) -> None:
    path = tmp_path / "a.zarr"
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        done = [int(child.stdout.readline()) for _ in range(after)][-1]
        child.send_signal(signal.SIGKILL)
    back = load_checkpoint(path)
    assert back.attributes["k"] >= done
    for array in back.arrays.values():
        assert np.all(array == back.attributes["k"])
    save_checkpoint(path, {"after": 1})
    assert os.listdir(tmp_path) == ["a.zarr"]
    shutil.rmtree(path)
