"""One object in one .npz file: there and back, and every other file refused."""

import numpy as np
import pytest

from neurosparse.store.one_file import load_file, save_file


def test_there_and_back(tmp_path):
    arrays = {"x": np.arange(6, dtype=np.int32).reshape(2, 3), "none": np.zeros((0, 4))}
    config = {"n": np.int64(3), "rate": np.float32(0.5), "names": ["a", "b"], "nothing": None}
    save_file(tmp_path / "new" / "a.npz", "Counter", config, arrays)
    again, read = load_file(tmp_path / "new" / "a.npz", "Counter")
    assert again == {"n": 3, "rate": 0.5, "names": ["a", "b"], "nothing": None}
    for name, array in arrays.items():
        np.testing.assert_array_equal(read[name], array)
        assert read[name].dtype == array.dtype
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["a.npz"]


def test_what_is_no_number_is_not_saved_and_an_older_file_stays(tmp_path):
    save_file(tmp_path / "a.npz", "Counter", {"n": 1}, {})
    with pytest.raises(TypeError, match="cannot be saved"):
        save_file(tmp_path / "a.npz", "Counter", {"n": object()}, {})
    assert load_file(tmp_path / "a.npz", "Counter")[0] == {"n": 1}


def test_other_files_are_refused(tmp_path):
    path = tmp_path / "a.npz"
    save_file(path, "Counter", {}, {})
    with pytest.raises(ValueError, match="got a saved Counter, format 2, wants a Timer"):
        load_file(path, "Timer")
    path.write_bytes(b"nonsense")
    with pytest.raises(ValueError, match=r"path: got .*wants a file that Counter.save wrote"):
        load_file(path, "Counter")
    np.savez(path, x=np.ones(3))
    with pytest.raises(ValueError, match=r"wants a file that Counter.save wrote"):
        load_file(path, "Counter")
    np.savez(path, header=np.array([object()], dtype=object))
    with pytest.raises(ValueError, match=r"wants a file that Counter.save wrote"):
        load_file(path, "Counter")
