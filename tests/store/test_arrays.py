"""Saved memories: whole, versioned, and nobody else's."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neurosparse.memory import (
    CliqueMemory,
    CovarianceMemory,
    DenseMemory,
    ExponentialInteraction,
    HopfieldNetwork,
    PolynomialInteraction,
    Willshaw,
)
from neurosparse.store.arrays import save_arrays
from neurosparse.store.checkpoint import save_checkpoint


def filled() -> list[Any]:
    """One memory of each kind, with something in it."""
    rng = np.random.default_rng(0)
    sparse = np.eye(12, dtype=bool)[:3] | np.eye(12, dtype=bool)[1:4]
    signs = rng.choice([-1.0, 1.0], (3, 12))
    memories: list[Any] = [
        Willshaw(12),
        CovarianceMemory(12, 0.2),
        HopfieldNetwork(12),
        CliqueMemory(12, 3),
    ]
    memories += [
        DenseMemory(12, PolynomialInteraction(3)),
        DenseMemory(12, ExponentialInteraction(0.5)),
    ]
    stored = [sparse, sparse, signs, rng.integers(0, 4, (3, 3)), signs, signs]
    for memory, patterns in zip(memories, stored, strict=True):
        memory.store(patterns)
    return memories


def arrays_of(memory: Any) -> list[Any]:
    return [v for v in vars(memory).values() if isinstance(v, np.ndarray)]


@pytest.mark.parametrize("memory", filled(), ids=lambda m: type(m).__name__)
def test_every_kind_comes_back_as_it_was(memory: Any, tmp_path: Path) -> None:
    memory.save(tmp_path / "m.zarr")
    back = type(memory).load(tmp_path / "m.zarr")
    assert back.stored == memory.stored == 3
    assert arrays_of(memory)
    for ours, theirs in zip(arrays_of(memory), arrays_of(back), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    plain = {k: v for k, v in vars(memory).items() if not isinstance(v, np.ndarray)}
    assert plain == {k: v for k, v in vars(back).items() if not isinstance(v, np.ndarray)}
    # and goes on storing
    if isinstance(memory, CliqueMemory):
        back.store([[0, 0, 0]])
        assert back.accepts([[0, 0, 0]]).all()


def test_another_kind_another_version_and_foreign_folders_are_refused(
    tmp_path: Path,
) -> None:
    memory = filled()[0]
    path = tmp_path / "m.zarr"
    memory.save(path)
    with pytest.raises(
        ValueError,
        match="a saved Willshaw, version 1, wants a HopfieldNetwork, version 1; use Willshaw.load",
    ):
        HopfieldNetwork.load(path)
    save_checkpoint(path, {}, {"memory": "Willshaw", "version": 2, "config": {}})
    with pytest.raises(
        ValueError, match="version 2.*open it with the library version that wrote it"
    ):
        Willshaw.load(path)
    save_checkpoint(path, {"v": np.zeros(3)}, {"seed": 1})
    with pytest.raises(ValueError, match="which holds no memory"):
        Willshaw.load(path)
    with pytest.raises(FileNotFoundError):
        Willshaw.load(tmp_path / "none.zarr")
    other = tmp_path / "other"
    other.mkdir()
    (other / "zarr.json").write_text(json.dumps({"attributes": {}}))
    with pytest.raises(ValueError, match="is not a neurosparse-checkpoint"):
        Willshaw.load(other)
    with pytest.raises(FileExistsError, match="replaces only"):
        memory.save(other)


def test_damaged_numbers_and_arrays_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.zarr"
    good = {"n_pre": 9, "n_post": 9, "auto": 1, "stored": 1}
    bits = np.zeros((9, 1), np.uint64)
    for config, arrays, said in (
        (good | {"n_pre": "9"}, {"bits": bits}, "n_pre = '9'"),
        (good, {}, "array 'bits' that is missing"),
        (good, {"bits": bits[:8]}, r"array 'bits' that is uint64\[8, 1\]"),
        (good, {"bits": bits.astype(np.int32)}, r"array 'bits' that is int32\[9, 1\]"),
    ):
        save_arrays(path, "Willshaw", config, arrays)
        with pytest.raises(ValueError, match=said):
            Willshaw.load(path)
    config = {"n": 4, "activity": 0.5}
    for indptr, indices in (
        ([0, 2], [0, 9]),
        ([0, 3], [0, 1]),
        ([0, 2, 2], [0, 1]),
        ([], []),
    ):
        arrays = {
            "indptr": np.array(indptr, np.int64),
            "indices": np.array(indices, np.int32),
        }
        save_arrays(path, "CovarianceMemory", config, arrays)
        with pytest.raises(ValueError, match="patterns that lie outside"):
            CovarianceMemory.load(path)
    save_arrays(
        path,
        "DenseMemory",
        {"n": 2, "degree": 3},
        {"patterns": np.array([[1, 3]], np.int8)},
    )
    with pytest.raises(ValueError, match="patterns of other values"):
        DenseMemory.load(path)


def test_an_interrupted_save_leaves_the_last_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.zarr"
    memory = filled()[0]
    memory.save(path)

    def broken(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("neurosparse.store.checkpoint.create_array", broken)
    before = memory.bits.copy()
    memory.store(np.ones((1, 12)))
    with pytest.raises(KeyboardInterrupt):
        memory.save(path)
    np.testing.assert_array_equal(Willshaw.load(path).bits, before)


def test_an_interaction_of_ones_own_is_not_saved(tmp_path: Path) -> None:
    class Mine:
        def total(self, overlaps: Any) -> Any:
            return overlaps.sum(axis=-1)

    memory = DenseMemory(4, Mine())
    with pytest.raises(ValueError, match="interaction: got"):
        memory.save(tmp_path / "m.zarr")
    assert not (tmp_path / "m.zarr").exists()


def test_interactions_with_numbers_of_numpy_are_saved(tmp_path: Path) -> None:
    for k, interaction in enumerate(
        (PolynomialInteraction(np.int64(3)), ExponentialInteraction(np.float32(0.3)))
    ):  # type: ignore[arg-type]
        memory = DenseMemory(4, interaction)  # type: ignore[arg-type]
        memory.save(tmp_path / str(k))
        assert DenseMemory.load(tmp_path / str(k)).interaction == interaction


def test_no_flipped_bit_of_a_memory_is_read_as_right(tmp_path: Path) -> None:
    for number, memory in enumerate(filled()):
        path = tmp_path / str(number)
        memory.save(path)
        for file in (f for f in path.rglob("*") if f.is_file()):
            whole = file.read_bytes()
            for at in range(number % 3, len(whole), 1 + len(whole) // 40):
                broken = bytearray(whole)
                broken[at] ^= 1 << at % 7
                file.write_bytes(broken)
                try:
                    back = type(memory).load(path)
                except ValueError:
                    continue
                finally:
                    file.write_bytes(whole)
                for name, value in vars(memory).items():
                    np.testing.assert_array_equal(value, getattr(back, name))


def test_a_changed_number_of_the_head_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.zarr"
    filled()[0].save(path)
    head = path / "zarr.json"
    content = json.loads(head.read_text())
    content["attributes"]["attributes"]["config"]["stored"] = 2
    head.write_text(json.dumps(content))
    with pytest.raises(ValueError, match="damaged: its head is not what was written"):
        Willshaw.load(path)
    del content["attributes"]["crc32"]  # as written before there were checksums of heads
    head.write_text(json.dumps(content))
    assert Willshaw.load(path).stored == 2
