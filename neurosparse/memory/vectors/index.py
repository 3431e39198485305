"""A memory on disk from files of vectors, copied block by block: they need not fit into memory."""

from pathlib import Path
from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.memory.vectors.files import save_patterns
from neurosparse.memory.vectors.memory import HopfieldMemory


def open_vectors(path: str | Path, *, one: bool = False) -> Any:
    """Open vectors `[n, d]` in a .npy file or a Zarr array without reading them; rows are read when
    sliced.

    With `one`, a single vector `[d]` will do.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: no such file, not numbers, not two-dimensional.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.save(f"{folder}/x.npy", np.eye(3))
    ...     open_vectors(f"{folder}/x.npy").shape
    (3, 3)
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(
            f"{path}: no such file or folder; wants vectors [n, d] as .npy or a Zarr array"
        )
    found = _open_zarr(path) if path.is_dir() else _open_npy(path)
    shape = found.shape
    dtype = np.dtype(found.dtype)
    if len(shape) not in ((1, 2) if one else (2,)) or 0 in shape or dtype.kind not in "fiub":
        raise bad_argument(
            str(path),
            Said(f"{dtype}{list(shape)}"),
            "numbers [n, d] or [d]" if one else "numbers [n, d]",
        )
    return found


def _open_npy(path: Path) -> Any:
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        raise ValueError(
            f"{path}: not a .npy file of numbers: {error}; write one with numpy.save"
        ) from error


def _open_zarr(path: Path) -> Any:
    import zarr

    try:
        return zarr.open_array(str(path), mode="r")
    except Exception as error:  # a group, another format: Zarr's errors share no base
        raise ValueError(
            f"{path}: not a Zarr array: {error}; name the array itself, as in x.zarr/vectors"
        ) from error


def build_index(
    source: str | Path, target: str | Path, *, dtype: Any = np.float32
) -> HopfieldMemory:
    """Copy vectors from `source` to a memory at `target`, whole or not at all, and open it memory-mapped.

    Raises:
        FileNotFoundError: nothing at `source`.
        ValueError: vectors that are not finite or zero, or `target` holds something else.
    """
    save_patterns(target, open_vectors(source), dtype=np.dtype(dtype))
    return HopfieldMemory.load(target)
