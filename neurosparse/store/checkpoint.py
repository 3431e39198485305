"""The checkpoint container: named arrays and JSON attributes in one Zarr v3 group, to the bit.

The group is written under a temporary name, synced and renamed, so a file system never shows half a
checkpoint and an older one is replaced in one step. Loading runs no code from the file.
"""

import json
import math
import pathlib
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.store.atomic import new_folder, standing_name
from neurosparse.store.zarr_store import (
    Tiling,
    check_dtype,
    check_json,
    check_name,
    create_array,
    create_root,
    library_versions,
    open_root,
    refuse_foreign,
)
from neurosparse.typing import Array, Path

if TYPE_CHECKING:
    import zarr

FORMAT = "neurosparse-checkpoint"
FORMAT_VERSION = 1
_CHUNK_BYTES = 2**24
_CODECS = {"BytesCodec", "BloscCodec", "Crc32cCodec"}
_REMEDY = "a checkpoint replaces only checkpoints: choose another path"


class Checkpoint(NamedTuple):
    """What a checkpoint holds.

    Attributes:
        arrays: by name.
        attributes: JSON.
        fingerprint: names the network it belongs to.
    """

    arrays: dict[str, Array]
    attributes: dict[str, Any]
    fingerprint: str


def save_checkpoint(
    path: Path,
    arrays: Mapping[str, ArrayLike],
    attributes: Mapping[str, Any] | None = None,
    *,
    fingerprint: str = "",
) -> None:
    """Write arrays and attributes to the Zarr group `path`, replacing an older checkpoint
    atomically.

    Names may have levels (`"neurons/E/v"`). Bits are kept (NaN payloads, -0.0); byte order becomes
    the machine's, Python scalars become 0-d arrays. `attributes` is JSON; `fingerprint` names the
    network.

    Raises:
        ValueError: names that could leave the group, or that clash.
        TypeError: dtypes that are not numbers, attributes that are no JSON.
        FileExistsError: `path` holds something else.
        OSError: the disk is full; an older checkpoint stays as it was.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_checkpoint(f"{folder}/a.zarr", {"v": [-0.0, 1.5], "step": 7}, {"seed": 3})
    ...     back = load_checkpoint(f"{folder}/a.zarr")
    >>> back.arrays["v"], int(back.arrays["step"]), back.attributes
    (array([-0. ,  1.5]), 7, {'seed': 3})
    """
    path = pathlib.Path(path)
    ready = {name: _storable(name, value) for name, value in arrays.items()}
    _check_names(ready)
    root = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "fingerprint": str(fingerprint),
        "versions": library_versions(),
        "attributes": check_json(attributes or {}, "attributes"),
        "arrays": {
            name: {"dtype": a.dtype.name, "shape": list(a.shape)}
            for name, a in ready.items()
        },
    }
    # chunks have their own; without this a flipped digit of the head would be believed
    root["crc32"] = _checksum(root)
    refuse_foreign(path, FORMAT, FORMAT_VERSION, _REMEDY)
    try:
        with new_folder(path) as folder:
            group = create_root(folder, root)
            for name, array in ready.items():
                tiling = _tiling(array.shape, array.dtype)
                create_array(group, name, array.dtype, array.shape, tiling)[...] = array
    except OSError as error:
        raise OSError(
            error.errno,
            f"the checkpoint {path} could not be written ({error.strerror or error}); "
            "what was there before is unchanged; free space or choose another folder",
        ) from error


def load_checkpoint(path: Path, *, expect_fingerprint: str | None = None) -> Checkpoint:
    """Read the checkpoint at `path`; its head, dtypes, shapes and checksums are checked.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is foreign, damaged, incomplete, of another format version, or of another
            network than `expect_fingerprint`.
    """
    path = standing_name(pathlib.Path(path))
    group = open_root(path, FORMAT, FORMAT_VERSION)
    try:
        head: dict[str, Any] = dict(group.attrs)
        fingerprint = head["fingerprint"]
        attributes = head["attributes"]
        listed = head["arrays"]
        expected = {
            name: (np.dtype(entry["dtype"]), tuple(entry["shape"]))
            for name, entry in listed.items()
        }
        _check_names(expected)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(
            f"the checkpoint {path} is damaged: its head is incomplete ({error!r})"
        ) from error
    if expect_fingerprint is not None and fingerprint != expect_fingerprint:
        raise ValueError(
            f"the checkpoint {path} belongs to network {fingerprint!r}, this network is "
            f"{expect_fingerprint!r}; build the network that wrote it, with the same parameters "
            "and, where rules wire it, the same seed"
        )
    arrays = {name: _read(path, group, name, *entry) for name, entry in expected.items()}
    # those of before had none
    if "crc32" in head and head["crc32"] != _checksum(head):
        raise ValueError(
            f"the checkpoint {path} is damaged: its head is not what was written; "
            "go back to an older one"
        )
    return Checkpoint(arrays, attributes, fingerprint)


def _checksum(head: Mapping[str, Any]) -> int:
    """CRC-32 of the head, but for the checksum itself and for names that Zarr may add."""
    names = ("format", "format_version", "fingerprint", "attributes", "arrays")
    content = json.dumps({name: head[name] for name in names}, sort_keys=True)
    return zlib.crc32(content.encode())


def _read(
    path: pathlib.Path,
    group: "zarr.Group",
    name: str,
    dtype: "np.dtype[Any]",
    shape: tuple[int, ...],
) -> Array:
    import zarr

    damaged = f"the checkpoint {path} is damaged at array {name!r}: "
    try:
        check_dtype(dtype, name)
        array = group[name]
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{damaged}{error}") from error
    if not isinstance(array, zarr.Array) or array.dtype != dtype or array.shape != shape:
        raise ValueError(f"{damaged}it is not the {dtype} {shape} that the head promises")
    codecs = [type(codec).__name__ for codec in getattr(array.metadata, "codecs", ())]
    if array.chunks != _tiling(shape, dtype).chunk or set(codecs) - _CODECS:
        raise ValueError(f"{damaged}it is not cut or packed the way this library writes")
    # Zarr reads a missing file as zeros: count the files before believing them
    if array.nchunks_initialized != array.nchunks:
        raise ValueError(
            f"{damaged}{array.nchunks_initialized} of {array.nchunks} chunks are there"
        )
    try:
        return np.asarray(array[...], dtype=dtype).reshape(shape)
    except (
        Exception
    ) as error:  # codecs raise what they like: RuntimeError, ValueError, OSError
        raise ValueError(f"{damaged}{error}") from error


def _storable(name: str, value: ArrayLike) -> Array:
    array = np.asarray(value)
    return np.asarray(array, dtype=check_dtype(array.dtype, f"array {name!r}"), order="C")


def _tiling(shape: tuple[int, ...], dtype: "np.dtype[Any]") -> Tiling:
    """Chunks of about 16 MiB, cut along the first axis, along later ones only where they must."""
    budget = max(1, _CHUNK_BYTES // dtype.itemsize)
    chunk = []
    for axis, size in enumerate(shape):
        below = max(1, math.prod(shape[axis + 1 :]))
        chunk.append(max(1, min(size, budget // below)))
        budget = max(1, budget // chunk[-1])
    return Tiling(tuple(chunk), tuple(chunk))


def _check_names(names: Mapping[str, object]) -> None:
    for name in names:
        levels = name.split("/") if isinstance(name, str) else [name]
        for level in levels:
            check_name(level, f"a level of the array name {name!r}")
        for depth in range(1, len(levels)):
            if (parent := "/".join(levels[:depth])) in names:
                raise ValueError(
                    f"array {name!r} would lie inside the array {parent!r}; rename one of them"
                )
