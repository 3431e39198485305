"""Objects of ours in one .npz file: read back whole, anything else refused by what it is."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse.store.one_file import load_file, save_file


def test_settings_and_arrays_come_back(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    save_file(path, "Counter", {"n": np.int64(3), "p": np.float32(0.5)}, {"x": np.arange(4)})
    config, arrays = load_file(path, "Counter")
    assert config == {"n": 3, "p": 0.5}
    np.testing.assert_array_equal(arrays["x"], np.arange(4))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.npz"]


def test_other_files_are_refused(tmp_path: Path) -> None:
    save_file(tmp_path / "a.npz", "Counter", {}, {})
    with pytest.raises(ValueError, match="a saved Counter"):
        load_file(tmp_path / "a.npz", "Pooler")
    np.savez(tmp_path / "b.npz", x=np.arange(3))
    (tmp_path / "c.npz").write_bytes(b"no archive")
    for name in ("b.npz", "c.npz"):
        with pytest.raises(ValueError, match=r"a file that Counter\.save wrote"):
            load_file(tmp_path / name, "Counter")


def test_what_is_no_number_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="cannot be saved"):
        save_file(tmp_path / "a.npz", "Counter", {"x": object()}, {})
    assert not list(tmp_path.iterdir())
