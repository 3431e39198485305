"""Arrays in the safetensors layout: round trips, bytes of the layout, damage."""

import json

import numpy as np
import pytest

from neurosparse.store.tensor_file import read_tensors, write_tensors


def raw(path, header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)
    return path


def test_arrays_come_back(tmp_path):
    arrays = {
        "a": np.arange(6, dtype=np.float32).reshape(2, 3),
        "none": np.zeros((0, 4)),
        "one": np.array(7),
        "marks": np.array([True, False]),
    }
    write_tensors(tmp_path / "x.safetensors", arrays)
    back = read_tensors(tmp_path / "x.safetensors")
    assert list(back) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(back[name], array)
        assert back[name].dtype == array.dtype


def test_the_layout_of_the_format(tmp_path):
    entry = {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}
    path = raw(
        tmp_path / "x", {"__metadata__": {"a": "b"}, "w": entry}, b"\x80\x3f\x00\xc0"
    )
    assert read_tensors(path)["w"].tolist() == [1.0, -2.0]


@pytest.mark.parametrize(
    ("header", "what"),
    [
        (b"{", "JSON"),
        (b"[]", "no object"),
        ({"w": {}}, "without dtype"),
        ({"w": {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [0, 1]}}, "F8_E4M3"),
        ({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, "bytes 0 to 8"),
        ({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}, "bytes 0 to 4"),
    ],
    ids=str,
)
def test_damaged_files_are_named(header, what, tmp_path):
    path = raw(tmp_path / "x.safetensors", header, bytes(4))
    with pytest.raises(ValueError, match=what) as error:
        read_tensors(path)
    assert "x.safetensors" in str(error.value)


def test_files_that_end_too_soon_or_cannot_be_written(tmp_path):
    (tmp_path / "x").write_bytes(b"\xff" * 8)
    with pytest.raises(ValueError, match="longer than the file"):
        read_tensors(tmp_path / "x")
    with pytest.raises(FileNotFoundError):
        read_tensors(tmp_path / "none")
    with pytest.raises(ValueError, match="w: got"):
        write_tensors(tmp_path / "y", {"w": np.zeros(2, complex)})
    assert not (tmp_path / "y").exists()
