"""A memory on disk from files of vectors, copied block by block: they need not fit into memory."""

import pathlib
from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.memory.vectors.files import save_patterns
from neurosparse.memory.vectors.memory import HopfieldMemory
from neurosparse.typing import Path


def open_vectors(path: Path, *, one: bool = False) -> Any:
    """Open vectors `[n, d]` in a .npy file or a Zarr array; rows are read when sliced.

    Args:
        path: the file or folder.
        one: whether a single vector `[d]` will do.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: no such file, not numbers, not two-dimensional.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/x.npy", np.eye(3))
    ...     open_vectors(f"{folder}/x.npy").shape
    (3, 3)
    """
    path = pathlib.Path(path)
    if not path.exists():
        raise FileNotFoundError(
            f"{path}: no such file or folder; wants vectors [n, d] as .npy or a Zarr array"
        )
    vectors = _open_zarr(path) if path.is_dir() else _open_npy(path)
    shape = vectors.shape
    dtype = np.dtype(vectors.dtype)
    dimensions = (1, 2) if one else (2,)
    if len(shape) not in dimensions or 0 in shape or dtype.kind not in "fiub":
        expected = "numbers [n, d] or [d]" if one else "numbers [n, d]"
        raise bad_argument(str(path), Said(f"{dtype}{list(shape)}"), expected)
    return vectors


def _open_npy(path: pathlib.Path) -> Any:
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise ValueError(
            f"{path}: not a .npy file of numbers: {error}; write one with numpy.save"
        ) from error


def _open_zarr(path: pathlib.Path) -> Any:
    import zarr

    try:
        return zarr.open_array(str(path), mode="r")
    except Exception as error:  # a group, another format: Zarr's errors share no base
        raise ValueError(
            f"{path}: not a Zarr array: {error}; name the array itself, as in x.zarr/vectors"
        ) from error


def build_index(source: Path, target: Path, *, dtype: Any = np.float32) -> HopfieldMemory:
    """Copy vectors to a memory on disk, whole or not at all, and open it memory-mapped.

    Args:
        source: vectors `[n, d]` as .npy or a Zarr array.
        target: folder of the memory.
        dtype: float32 or float64.

    Raises:
        FileNotFoundError: nothing at `source`.
        ValueError: vectors that are not finite or zero, or `target` holds something else.
    """
    save_patterns(target, open_vectors(source), dtype=np.dtype(dtype))
    return HopfieldMemory.load(target)
