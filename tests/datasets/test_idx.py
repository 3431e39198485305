"""IDX files: reading, and refusing everything else."""

import gzip
from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import read_idx


def idx(array: np.ndarray) -> bytes:
    """The content of an IDX file of unsigned bytes."""
    dims = b"".join(int(n).to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + dims + array.astype(np.uint8).tobytes()


@pytest.mark.parametrize("shape", [(0,), (1,), (5,), (3, 4, 5)])
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_reads_what_the_format_says(
    shape: tuple[int, ...], suffix: str, tmp_path: Path
) -> None:
    array = np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8)
    data = idx(array)
    path = tmp_path / f"a{suffix}"
    path.write_bytes(gzip.compress(data) if suffix else data)
    assert np.array_equal(read_idx(path, shape), array)


GOOD = idx(np.arange(6).reshape(2, 3))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (GOOD[:-1], "truncated"),
        (GOOD + b"\0", "longer"),
        (GOOD[:5], "not an IDX"),
        (b"", "not an IDX"),
        (idx(np.zeros((3, 2))), "not an IDX"),
        (b"\0\0\x0d" + GOOD[3:], "not an IDX"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".gz"])
def test_refuses_other_content(data: bytes, says: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(gzip.compress(data) if suffix else data)
    with pytest.raises(ValueError, match=says):
        read_idx(path, (2, 3))


@pytest.mark.parametrize("cut", [0, 5, 15, -4])
def test_refuses_a_cut_gzip_file(cut: int, tmp_path: Path) -> None:
    whole = gzip.compress(idx(np.random.default_rng(0).integers(0, 256, (50, 20))))
    path = tmp_path / "a.gz"
    path.write_bytes(whole[:cut] if cut else b"not gzip at all")
    with pytest.raises(ValueError, match="truncated|not gzip|not an IDX"):
        read_idx(path, (50, 20))
