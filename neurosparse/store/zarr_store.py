"""What every Zarr v3 store of ours shares: safe names, codecs, arrays cut into files, a head."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from neurosparse.errors import bad_argument

if TYPE_CHECKING:
    import zarr

# the kinds of numbers that have the same bits everywhere: bool, integers, floats, complex
_KINDS = "biufc"
_WIDE = {"float128", "complex256", "longdouble"}
_NAME = re.compile(r"[^/\\\x00-\x1f]{1,200}")
_RESERVED = re.compile(r"\.{1,2}|zarr\.json|__.*")

CHUNK_ITEMS = 2**17
"""Items decoded together when a part of an array is read."""

SHARD_ITEMS = 2**21
"""Items of a state or weight array written as one file: 8 MiB in float32."""


def check_name(name: str, what: str) -> str:
    """Return `name` if it can be one level of a path inside a store.

    Raises:
        ValueError: the empty name, `.` and `..`, slashes, control characters, names Zarr keeps.

    >>> check_name("E->I", "projection")
    'E->I'
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name) or _RESERVED.fullmatch(name):
        wants = (
            "1 to 200 characters without slashes or control characters, "
            "not '.', '..', 'zarr.json', '__…'"
        )
        remedy = "it names one level of a path inside a store: rename it"
        raise bad_argument(what, name, wants, remedy)
    return name


def check_json(content: Mapping[str, Any], what: str) -> dict[str, Any]:
    """Return a copy of `content` as JSON holds it.

    Raises:
        TypeError: something in it is no JSON (an array, NaN, an object).
    """
    try:
        return dict(json.loads(json.dumps(dict(content), allow_nan=False)))
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"{what} must be JSON (numbers without NaN, strings, lists, dicts): {error}; "
            "put arrays among the arrays, and use float() or int() for NumPy scalars"
        ) from error


def check_dtype(dtype: "np.dtype[Any]", what: str) -> "np.dtype[Any]":
    """Return `dtype` in this machine's byte order.

    Raises:
        TypeError: neither bool nor integer, float or complex of at most 16 bytes.
    """
    if dtype.kind not in _KINDS or dtype.hasobject or dtype.name in _WIDE:
        raise TypeError(
            f"{what} has dtype {dtype}, which is not stored; "
            "use bool, an integer, a float or a complex"
        )
    return dtype.newbyteorder("=")


class Tiling(NamedTuple):
    """How an array is cut.

    Attributes:
        shard: items of one file along each axis.
        chunk: items decoded at once; divides the shard.
    """

    shard: tuple[int, ...]
    chunk: tuple[int, ...]


def tile_rows(width: int) -> Tiling:
    """Tiling of a `[rows, width]` array that grows by rows: about `SHARD_ITEMS` items a file.

    >>> tile_rows(100_000)
    Tiling(shard=(20, 104848), chunk=(20, 6553))
    >>> tile_rows(10)
    Tiling(shard=(209712, 10), chunk=(13107, 10))
    """
    width = max(1, width)
    rows = max(1, SHARD_ITEMS // width)
    columns = min(width, max(256, CHUNK_ITEMS // rows))
    chunk = (min(rows, max(1, CHUNK_ITEMS // columns)), columns)
    across = math.ceil(min(width, SHARD_ITEMS) / columns)
    return Tiling((rows // chunk[0] * chunk[0], across * columns), chunk)


def create_array(
    group: "zarr.Group",
    name: str,
    dtype: "np.dtype[Any]",
    shape: Sequence[int],
    tiling: Tiling,
    dims: Sequence[str] | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> "zarr.Array[Any]":
    """Create one array: bit-shuffled LZ4, crc32c on every chunk, empty chunks written too."""
    from zarr.codecs import BloscCodec, Crc32cCodec

    pack = BloscCodec(typesize=dtype.itemsize, cname="lz4", clevel=3, shuffle="bitshuffle")
    return group.create_array(
        name,
        shape=tuple(shape),
        dtype=dtype,
        chunks=tiling.chunk,
        shards=tiling.shard if tiling.shard != tiling.chunk else None,
        compressors=[pack, Crc32cCodec()],
        dimension_names=dims,
        attributes=dict(attributes or {}),
        # a chunk of -0.0 equals the fill value but is not the same bits
        config={"write_empty_chunks": True},
        # what a process killed right here left behind
        overwrite=True,
    )


class OtherVersionError(ValueError):
    """The store is one of ours, written in another format version."""


def create_root(path: Path, attributes: Mapping[str, Any]) -> "zarr.Group":
    """Create a Zarr v3 group at `path`, an empty or absent folder."""
    import zarr

    return zarr.create_group(str(path), zarr_format=3, attributes=dict(attributes))


def open_root(path: Path, format_name: str, version: int, mode: str = "r") -> "zarr.Group":
    """Open the group at `path` if it says that it is `format_name` in this `version`.

    Raises:
        FileNotFoundError: nothing is there.
        OtherVersionError: it is of another version.
        ValueError: it is foreign or damaged.
    """
    import zarr

    if not path.exists():
        raise FileNotFoundError(f"there is no {format_name} at {path}")
    if unborn(path):
        raise ValueError(
            f"{path} is not a {format_name} but an empty folder, or the unfinished birth of one: "
            "its writer was killed before anything was stored; a new one may take the folder"
        )
    try:
        attributes = json.loads((path / "zarr.json").read_bytes())["attributes"]
        name = attributes.get("format")
        written = attributes.get("format_version")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"{path} is not a {format_name}: it has no readable zarr.json ({error})"
        ) from error
    if name != format_name:
        raise ValueError(f"{path} is not a {format_name}: its format is {name!r}")
    if written != version:
        writers = attributes.get("versions")
        writer = (
            writers.get("neurosparse", "unknown")
            if isinstance(writers, dict)
            else "unknown"
        )
        raise OtherVersionError(
            f"{path} is a {format_name} of format version {written!r}, "
            f"this library reads {version}; "
            f"open it with the library version that wrote it: {writer}"
        )
    try:
        return zarr.open_group(str(path), mode=mode)  # type: ignore[arg-type]
    except (TypeError, ValueError, KeyError) as error:
        raise ValueError(
            f"{path} is not a {format_name}: its zarr.json is damaged ({error})"
        ) from error


def unborn(path: Path) -> bool:
    """Tell whether `path` is a folder with nothing in it, or only what Zarr writes before a store
    has its head.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> (folder / "zarr.0123abcd.partial").touch()
    >>> unborn(folder), unborn(folder.parent)
    (True, False)
    """
    if not path.is_dir():
        return False
    return all(
        entry.name.startswith("zarr.") and entry.suffix == ".partial" and entry.is_file()
        for entry in path.iterdir()
    )


def refuse_foreign(path: Path, format_name: str, version: int, remedy: str) -> None:
    """Refuse to replace what is not ours; a store of another version or unfinished birth may go.

    Raises:
        FileExistsError: something else is there, `remedy` says what to do.
    """
    if not path.exists() or unborn(path):
        return
    try:
        open_root(path, format_name, version)
    except OtherVersionError:
        return
    except ValueError as error:
        raise FileExistsError(f"{error}; {remedy}") from None


def library_versions() -> dict[str, str]:
    """Versions of what writes the files: Python, NumPy, Zarr and this library."""
    import importlib.metadata
    import platform

    versions = {"python": platform.python_version()}
    for package in ("neurosparse", "numpy", "zarr"):
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[package] = "unknown"
    return versions
