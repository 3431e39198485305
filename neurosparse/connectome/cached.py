"""A connectome as one Zarr folder: whole or not there, read without sorting or text to parse."""

import hashlib
import json
import pathlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.connectome.diagram import Connectome
from neurosparse.errors import Said, bad_argument
from neurosparse.store.atomic import new_folder
from neurosparse.store.zarr_store import (
    Tiling,
    check_json,
    create_array,
    create_root,
    library_versions,
    open_root,
    refuse_foreign,
)
from neurosparse.typing import Array, Path

if TYPE_CHECKING:
    import zarr

FORMAT = "neurosparse-connectome"
VERSION = 1
# items unpacked at a time: 4 MiB of float32
CHUNK = 2**20


def save_connectome(
    path: Path, connectome: Connectome, more: Mapping[str, Any] | None = None
) -> None:
    """Write a connectome to the Zarr folder `path`, replacing an older one in one step.

    Raises:
        FileExistsError: the path holds something else.
        TypeError: provenance that is no JSON.

    >>> import tempfile
    >>> from neurosparse.datasets import c_elegans
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "worm.zarr"
    >>> save_connectome(path, c_elegans("cook_chem"))
    >>> load_connectome(path)
    Connectome(302 neurons, 3,638 connections; id, type)
    """
    wiring = connectome.connectivity
    arrays: dict[str, Any] = {
        "indptr": wiring.indptr,
        "indices": wiring.indices,
        "weight": wiring.weight,
        "delay_steps": wiring.delay_steps,
    }
    for name, values in connectome.table.items():
        arrays |= _packed(f"table/{name}", values)
    attributes = {
        "format": FORMAT,
        "format_version": VERSION,
        "columns": list(connectome.table),
        "shapes": {name: list(np.shape(values)) for name, values in arrays.items()},
        "about": check_json(connectome.about, "about"),
        "versions": library_versions(),
        **(more or {}),
    }
    refuse_foreign(pathlib.Path(path), FORMAT, VERSION, "choose another path")
    with new_folder(pathlib.Path(path)) as folder:
        group = create_root(folder, attributes)
        for name, values in arrays.items():
            array = np.asarray(values)
            chunk = tuple(min(CHUNK, max(1, size)) for size in array.shape)
            tiling = Tiling(chunk, chunk)
            create_array(group, name, array.dtype, array.shape, tiling)[...] = array


def load_connectome(path: Path) -> Connectome:
    """Read what `save_connectome` wrote.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: it is something else, or damaged.
    """
    return _from(path, *_read(path))


def _read(path: Path) -> tuple[dict[str, Array], dict[str, Any]]:
    import zarr

    group = open_root(pathlib.Path(path), FORMAT, VERSION)
    head: dict[str, Any] = dict(group.attrs)
    arrays = {}
    # chunks that are unpacked at a time lie in memory beside the array
    with zarr.config.set({"async.concurrency": 1}):
        for name, shape in head.get("shapes", {}).items():
            arrays[name] = _whole(pathlib.Path(path), group, name, tuple(shape))
    return arrays, head


def _whole(
    path: pathlib.Path, group: "zarr.Group", name: str, shape: tuple[int, ...]
) -> Array:
    """Read an array, or say that it is damaged: Zarr reads missing files as zeros."""
    expected = "every byte that save_connectome wrote; remove it and read the sources again"
    try:
        array: Any = group[name]
        if array.shape != shape or array.nchunks_initialized != array.nchunks:
            raise ValueError(f"{array.nchunks_initialized} of {array.nchunks} files")
        return np.asarray(array[...])
    # codecs raise what they like
    except Exception as error:
        raise bad_argument("path", Said(f"{path}: {name}: {error}"), expected) from error


def _from(path: Path, arrays: dict[str, Array], head: Mapping[str, Any]) -> Connectome:
    for array in arrays.values():
        _freeze(array)
    try:
        table = {name: _unpacked(f"table/{name}", arrays) for name in head["columns"]}
        indptr = arrays["indptr"]
        parts = [arrays[name] for name in ("weight", "delay_steps")]
        values = [part if part.ndim else part.item() for part in parts]
        wiring = Connectivity(indptr, arrays["indices"], len(indptr) - 1, *values)
        return Connectome(wiring, table, head["about"])
    except (KeyError, TypeError, IndexError) as error:
        fault = Said(f"{path}: damaged ({error!r})")
        raise bad_argument("path", fault, "what save_connectome wrote") from error


def _freeze(array: Array | None) -> None:
    """Make an array of our own read-only down to its memory, so that nobody need copy it."""
    while isinstance(array, np.ndarray):
        array.setflags(write=False)
        array = array.base


def save_cached(
    path: Path, connectome: Connectome, sources: Sequence[pathlib.Path], settings: Any
) -> None:
    """Keep a connectome beside the files that it was read from."""
    about = {"sources": _stamps(sources), "settings": _digest(settings)}
    save_connectome(path, connectome, about)


def load_cached(
    path: Path, sources: Sequence[pathlib.Path], settings: Any
) -> Connectome | None:
    """Read a kept connectome if its files and settings are those of now; None otherwise.

    A file of another size is another file; one of another time is, if its checksum differs.
    """
    if not pathlib.Path(path).exists():
        return None
    try:
        arrays, head = _read(path)
    except ValueError:
        return None
    if head.get("settings") != _digest(settings):
        return None
    known = head.get("about", {}).get("files", {})
    written = head.get("sources", {})
    for name, stamp in _stamps(sources).items():
        if written.get(name) == stamp:
            continue
        source = next(source for source in sources if source.name == name)
        with source.open("rb") as stream:
            same = hashlib.file_digest(stream, "sha256").hexdigest() == known.get(name)
        if not same:
            return None
    return _from(path, arrays, head)


def _stamps(sources: Sequence[pathlib.Path]) -> dict[str, list[int]]:
    stats = {source.name: source.stat() for source in sources if source.is_file()}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}


def _digest(settings: Any) -> str:
    return hashlib.sha256(json.dumps(settings, default=str).encode()).hexdigest()


def _packed(name: str, values: Array) -> dict[str, Array]:
    """A column as arrays of numbers: text as its distinct values and the number of each."""
    if values.dtype.kind != "U":
        return {name: values}
    kinds, codes = np.unique(values, return_inverse=True)
    text = json.dumps(kinds.tolist(), ensure_ascii=False).encode()
    return {
        f"{name}/text": np.frombuffer(text, np.uint8),
        f"{name}/codes": codes.astype(np.int32),
    }


def _unpacked(name: str, arrays: Mapping[str, Array]) -> Array:
    if name in arrays:
        return arrays[name]
    kinds = json.loads(arrays[f"{name}/text"].tobytes())
    return np.asarray(kinds, np.str_)[arrays[f"{name}/codes"]]
