"""Memories on disk: a Zarr v3 group with one plain chunk, so that it can be memory-mapped.

Codecs would forbid mapping, so the head holds a CRC-32 of every `ROWS` rows.
"""

import json
import pathlib
import zlib
from typing import Any, NamedTuple

import numpy as np

from neurosparse.memory.vectors.patterns import as_patterns
from neurosparse.store.atomic import new_folder, standing_name
from neurosparse.store.zarr_store import (
    create_root,
    library_versions,
    open_root,
    refuse_foreign,
)
from neurosparse.typing import Array, Path

FORMAT = "neurosparse-hopfield-memory"
FORMAT_VERSION = 1
_REMEDY = "it is not overwritten: choose another path or remove it"
ROWS = 2**14


def save_patterns(path: Path, patterns: Any, dtype: "np.dtype[Any] | None" = None) -> None:
    """Write patterns, under a temporary name until complete; an older memory is replaced whole.

    Args:
        path: a folder.
        patterns: anything with a shape `[n, d]` that gives rows when sliced; they are checked as
            they pass.
        dtype: of the file; that of the patterns when None.

    Raises:
        ValueError: rows that are not finite or zero.
        FileExistsError: `path` holds something else.
    """
    path = pathlib.Path(path)
    refuse_foreign(path, FORMAT, FORMAT_VERSION, _REMEDY)
    with new_folder(path) as folder:
        _write(folder, patterns, np.dtype(dtype or patterns.dtype).newbyteorder("<"))


def _write(folder: pathlib.Path, patterns: Any, dtype: "np.dtype[Any]") -> None:
    from zarr.codecs import BytesCodec

    shape = patterns.shape
    head = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "versions": library_versions(),
    }
    group = create_root(folder, head | {"shape": list(shape), "dtype": dtype.name})
    plain: dict[str, Any] = {
        "compressors": None,
        "filters": None,
        "serializer": BytesCodec(endian="little"),
    }
    group.create_array("patterns", shape=shape, dtype=dtype.name, chunks=shape, **plain)
    chunk = folder / "patterns" / "c" / "0" / "0"
    chunk.parent.mkdir(parents=True)
    checksums = []
    # by rows: patterns that are themselves memory-mapped need not fit into memory
    with chunk.open("wb") as stream:
        for first in range(0, shape[0], ROWS):
            rows = np.asarray(patterns[first : first + ROWS])
            block = as_patterns("patterns", rows, shape[1], dtype, first).tobytes()
            stream.write(block)
            checksums.append(zlib.crc32(block))
    group.attrs["crc32"] = {"rows": ROWS, "blocks": checksums}


class PatternFile(NamedTuple):
    """A file of patterns that was opened.

    Attributes:
        path: where it lies.
        patterns: `[n, d]`, mapped, read-only.
        checksums: of every so many rows, or None in files of before they were kept.
    """

    path: pathlib.Path
    patterns: Array
    checksums: Any

    def verify(self, read: Array | None = None) -> None:
        """Compare patterns, those on the disk or those read from it, with the checksums.

        Raises:
            ValueError: bytes that are not those written, or no finite patterns.
        """
        _verify(self.patterns if read is None else read, self.checksums, str(self.path))


def open_patterns(path: Path) -> PatternFile:
    """Map patterns that `save_patterns` wrote; nothing of them is read yet.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: foreign, of another version, or incomplete.
    """
    path = standing_name(pathlib.Path(path))
    head = dict(open_root(path, FORMAT, FORMAT_VERSION).attrs)
    shape = _shape(path, head)
    dtype = np.dtype(str(head["dtype"])).newbyteorder("<")
    chunk = path / "patterns" / "c" / "0" / "0"
    size = chunk.stat().st_size if chunk.is_file() and not chunk.is_symlink() else 0
    expected = shape[0] * shape[1] * dtype.itemsize
    if size != expected:
        raise ValueError(
            f"{path} is damaged: its patterns are {size} bytes, wants {expected}; "
            "save the memory again"
        )
    return PatternFile(path, np.memmap(chunk, dtype, "r", shape=shape), head.get("crc32"))


def _verify(patterns: Array, checksums: Any, where: str) -> None:
    """Compare the bytes of patterns with their checksums, block by block."""
    damaged = f"{where} is damaged: "
    size = ROWS
    expected = None
    if checksums is not None:
        try:
            size = int(checksums["rows"])
            expected = [int(each) for each in checksums["blocks"]]
            whole = size > 0 and len(expected) == -(-len(patterns) // size)
        except (TypeError, KeyError, ValueError):
            whole = False
        if not whole:
            raise ValueError(
                f"{damaged}its checksums do not fit its patterns; save it again"
            )
    for number, first in enumerate(range(0, len(patterns), size)):
        block = patterns[first : first + size]
        if expected is not None and zlib.crc32(block.data) != expected[number]:
            last = first + len(block) - 1
            raise ValueError(
                f"{damaged}rows {first} to {last} are not what was saved; save it again"
            )
        # files of before checksums, or written by other hands
        try:
            as_patterns("patterns", block, block.shape[1], block.dtype, first)
        except ValueError as error:
            raise ValueError(f"{damaged}{error}") from error


def _shape(path: pathlib.Path, head: dict[str, Any]) -> tuple[int, int]:
    """Shape of the patterns, if head and array agree on it and on how the bytes lie."""
    shape = head.get("shape")
    dtype = head.get("dtype")
    whole = (
        isinstance(shape, list)
        and len(shape) == 2
        and all(type(n) is int and n > 0 for n in shape)
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
        agrees = plain and (stored["shape"], chunk, stored["data_type"]) == (
            shape,
            shape,
            dtype,
        )
    except (OSError, ValueError, KeyError, TypeError):
        agrees = False
    if not (whole and agrees and dtype in ("float32", "float64")):
        says = f"its head says {dtype}{shape} in one plain chunk, which its array does not"
        raise ValueError(f"{path} is damaged: {says}; save it again")
    assert isinstance(shape, list)
    return shape[0], shape[1]
