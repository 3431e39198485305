"""A memory on disk from files of vectors."""

import numpy as np
import pytest
import zarr

from neurosparse.memory import HopfieldMemory, build_index, open_vectors
from neurosparse.memory.vectors import files


@pytest.mark.parametrize("kind", ["npy", "zarr"])
def test_an_index_is_built_from_files_by_blocks(tmp_path, kind, monkeypatch):
    x = np.random.default_rng(2).standard_normal((50, 7))
    source = tmp_path / f"x.{kind}"
    np.save(source, x) if kind == "npy" else zarr.save_array(str(source), x)
    monkeypatch.setattr(files, "ROWS", 16)
    memory = build_index(source, tmp_path / "m.zarr")
    assert isinstance(memory.patterns, np.memmap)
    np.testing.assert_array_equal(memory.patterns, x.astype(np.float32))
    x[40, 2] = np.nan
    np.save(tmp_path / "bad.npy", x)
    with pytest.raises(ValueError, match="row 40"):
        build_index(tmp_path / "bad.npy", tmp_path / "m.zarr")
    assert len(HopfieldMemory.load(tmp_path / "m.zarr")) == 50


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (np.ones(3), r"float64\[3\]"),
        (np.array([["a"]]), "wants numbers"),
        (np.array([[None]]), "not a .npy file"),
    ],
)
def test_files_that_are_no_vectors(tmp_path, content, said):
    np.save(tmp_path / "x.npy", content)
    with pytest.raises(ValueError, match=said):
        open_vectors(tmp_path / "x.npy")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ValueError, match="not a Zarr array"):
        open_vectors(tmp_path / "folder")
    with pytest.raises(FileNotFoundError, match="no such file"):
        open_vectors(tmp_path / "none.npy")


def test_one_vector_where_one_will_do(tmp_path):
    np.save(tmp_path / "x.npy", np.ones(3))
    assert open_vectors(tmp_path / "x.npy", one=True).shape == (3,)
    np.save(tmp_path / "x.npy", np.ones((1, 2, 3)))
    with pytest.raises(ValueError, match=r"wants numbers \[n, d\] or \[d\]"):
        open_vectors(tmp_path / "x.npy", one=True)
