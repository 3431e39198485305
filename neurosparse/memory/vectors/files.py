"""Memories on disk: a Zarr v3 group whose one chunk is the patterns' bytes, so that it can be
memory-mapped.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.memory.vectors.patterns import as_patterns
from neurosparse.store.atomic import aside_name, new_folder
from neurosparse.store.zarr_store import OtherVersionError, create_root, library_versions, open_root

FORMAT = "neurosparse-hopfield-memory"
FORMAT_VERSION = 1
ROWS = 2**14
Array = NDArray[Any]


def save_patterns(path: str | Path, patterns: Any, dtype: "np.dtype[Any] | None" = None) -> None:
    """Write patterns `[n, d]` to `path`, under a temporary name until complete; an older memory is
    replaced whole.

    `patterns` is anything with a shape that gives rows when sliced; they are checked as they pass.

    Raises:
        ValueError: rows that are not finite or zero, or `path` holds something else.
    """
    path = Path(path)
    if path.exists():
        _refuse_foreign(path)
    with new_folder(path) as folder:
        _write(folder, patterns, np.dtype(dtype or patterns.dtype).newbyteorder("<"))


def _write(folder: Path, patterns: Any, dtype: "np.dtype[Any]") -> None:
    from zarr.codecs import BytesCodec

    shape = patterns.shape
    head = {"format": FORMAT, "format_version": FORMAT_VERSION, "versions": library_versions()}
    group = create_root(folder, head | {"shape": list(shape), "dtype": dtype.name})
    plain: dict[str, Any] = {
        "compressors": None,
        "filters": None,
        "serializer": BytesCodec(endian="little"),
    }
    group.create_array("patterns", shape=shape, dtype=dtype.name, chunks=shape, **plain)
    chunk = folder / "patterns" / "c" / "0" / "0"
    chunk.parent.mkdir(parents=True)
    # by rows: patterns that are themselves memory-mapped need not fit into memory
    with chunk.open("wb") as stream:
        for first in range(0, shape[0], ROWS):
            rows = as_patterns(
                "patterns", np.asarray(patterns[first : first + ROWS]), shape[1], dtype, first
            )
            stream.write(rows.tobytes())


def load_patterns(path: str | Path, *, memory_map: bool = True) -> Array:
    """Read patterns `[n, d]` back, or map them read-only.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: foreign, of another version, damaged, or incomplete.
    """
    path = Path(path)
    if not path.exists() and aside_name(path).exists():
        path = aside_name(path)
    head = dict(open_root(path, FORMAT, FORMAT_VERSION).attrs)
    shape = _shape(path, head)
    dtype = np.dtype(str(head["dtype"])).newbyteorder("<")
    chunk = path / "patterns" / "c" / "0" / "0"
    found = chunk.stat().st_size if chunk.is_file() and not chunk.is_symlink() else 0
    wants = shape[0] * shape[1] * dtype.itemsize
    if found != wants:
        raise ValueError(
            f"{path} is damaged: its patterns are {found} bytes, wants {wants}; save the memory again"
        )
    mapped = np.memmap(chunk, dtype, "r", shape=shape)
    return mapped if memory_map else np.array(mapped)


def _shape(path: Path, head: dict[str, Any]) -> tuple[int, int]:
    shape, dtype = head.get("shape"), head.get("dtype")
    whole = (
        isinstance(shape, list) and len(shape) == 2 and all(type(n) is int and n > 0 for n in shape)
    )
    try:
        stored = json.loads((path / "patterns" / "zarr.json").read_bytes())
        chunk = stored["chunk_grid"]["configuration"]["chunk_shape"]
        codecs = stored["codecs"]
        plain = (
            len(codecs) == 1
            and codecs[0]["name"] == "bytes"
            and codecs[0]["configuration"]["endian"] == "little"
        )
        agrees = plain and (stored["shape"], chunk, stored["data_type"]) == (shape, shape, dtype)
    except (OSError, ValueError, KeyError, TypeError):
        agrees = False
    if not (whole and agrees and dtype in ("float32", "float64")):
        says = f"its head says {dtype}{shape} in one plain chunk, which its array does not"
        raise ValueError(f"{path} is damaged: {says}; save it again")
    assert isinstance(shape, list)
    return shape[0], shape[1]


def _refuse_foreign(path: Path) -> None:
    try:
        open_root(path, FORMAT, FORMAT_VERSION)
    except OtherVersionError:
        return
    except ValueError as error:
        raise ValueError(
            f"{error}; it is not overwritten: choose another path or remove it"
        ) from error
