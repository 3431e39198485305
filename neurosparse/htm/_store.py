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
from neurosparse.store.single import new_file

Arrays = dict[str, NDArray[Any]]
_FORMAT = 1


def save(
    path: str | os.PathLike[str], kind: str, config: Mapping[str, Any], arrays: Mapping[str, Any]
) -> None:
    """Write a model to `path`, whole or not at all."""
    content = {"kind": kind, "format": _FORMAT, "config": dict(config)}
    header = json.dumps(content, default=_plain).encode()
    with new_file(Path(path)) as temporary, temporary.open("wb") as file:
        np.savez(file, header=np.frombuffer(header, np.uint8), **arrays)


def _plain(value: Any) -> Any:
    """A number of NumPy, as tables and arrays give them, as Python's."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} cannot be saved")


def settle(settings: Any, *counts: str) -> None:
    """Make the NumPy numbers of frozen settings Python's, so that they are saved as they act; check
    whole `counts`.
    """
    for name, value in vars(settings).items():
        if isinstance(value, np.generic):
            object.__setattr__(settings, name, value.item())
    for name in counts:
        whole(name, getattr(settings, name))


def whole(name: str, value: Any) -> int:
    """Return a whole number as Python's int."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, np.integer)):
        raise bad_argument(name, value, "a whole number")
    return int(value)


def load(path: str | os.PathLike[str], kind: str) -> tuple[dict[str, Any], Arrays]:
    """Read what `save` wrote: (config, arrays). Raises ValueError for any other file."""
    try:
        with np.load(Path(path), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(bytes(arrays.pop("header")))
        found = header["kind"]
        version = header["format"]
        config = header["config"]
    except (zipfile.BadZipFile, KeyError, TypeError, AttributeError, EOFError, ValueError) as error:
        raise bad_argument(
            "path", Said(f"{path} ({error})"), f"a file that {kind}.save wrote"
        ) from error
    if found != kind or version != _FORMAT:
        raise bad_argument(
            "path", Said(f"a saved {found}, format {version}"), f"a {kind}, format {_FORMAT}"
        )
    return config, arrays


def take(arrays: Arrays, name: str, dtype: Any, shape: tuple[int | None, ...]) -> NDArray[Any]:
    """Return one loaded array after checking its dtype and shape (None: any length)."""
    array = arrays.get(name)
    if array is None or array.dtype != np.dtype(dtype) or array.ndim != len(shape):
        raise bad_argument(
            "path", Said(f"array {name!r} {getattr(array, 'dtype', 'missing')}"), f"{dtype} {shape}"
        )
    if any(want is not None and want != got for want, got in zip(shape, array.shape, strict=True)):
        raise bad_argument("path", Said(f"array {name!r} of shape {array.shape}"), f"shape {shape}")
    return array
