"""Saving and loading of models: arrays and a JSON header in one .npz file, never pickled."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument

Arrays = dict[str, NDArray[Any]]
_FORMAT = 1


def save(path: str | os.PathLike[str], kind: str, config: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write a model to `path`, whole or not at all."""
    target = Path(path)
    header = json.dumps({"kind": kind, "format": _FORMAT, "config": dict(config)}).encode()
    temporary = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with temporary.open("wb") as file:
            np.savez(file, header=np.frombuffer(header, np.uint8), **arrays)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def load(path: str | os.PathLike[str], kind: str) -> tuple[dict[str, Any], Arrays]:
    """Read what `save` wrote: (config, arrays). Raises ValueError for any other file."""
    try:
        with np.load(Path(path), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(bytes(arrays.pop("header")))
        found, version, config = header["kind"], header["format"], header["config"]
    except (zipfile.BadZipFile, KeyError, TypeError, AttributeError, EOFError, ValueError) as error:
        raise bad_argument("path", Said(f"{path} ({error})"), f"a file that {kind}.save wrote") from error
    if found != kind or version != _FORMAT:
        raise bad_argument("path", Said(f"a saved {found}, format {version}"), f"a {kind}, format {_FORMAT}")
    return config, arrays


def take(arrays: Arrays, name: str, dtype: Any, shape: tuple[int | None, ...]) -> NDArray[Any]:
    """Return one loaded array after checking its dtype and shape (None: any length)."""
    array = arrays.get(name)
    if array is None or array.dtype != np.dtype(dtype) or array.ndim != len(shape):
        raise bad_argument("path", Said(f"array {name!r} {getattr(array, 'dtype', 'missing')}"), f"{dtype} {shape}")
    if any(want is not None and want != got for want, got in zip(shape, array.shape, strict=True)):
        raise bad_argument("path", Said(f"array {name!r} of shape {array.shape}"), f"shape {shape}")
    return array
