"""Saving and loading of memories: arrays and a few numbers in a Zarr checkpoint, whole or not at
all.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument
from neurosparse.store.checkpoint import load_checkpoint, save_checkpoint

VERSION = 1


def save(path: str | Path, kind: str, config: Mapping[str, Any], arrays: Mapping[str, Any]) -> None:
    """Write a memory to the folder `path`; an older one there is replaced in one step."""
    save_checkpoint(path, arrays, {"memory": kind, "version": VERSION, "config": dict(config)})


def load(path: str | Path, kind: str) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read what `save` wrote: (config, arrays). Raises ValueError for another kind, version or a
    foreign folder.
    """
    held = load_checkpoint(path)
    found, version, config = (held.attributes.get(k) for k in ("memory", "version", "config"))
    if found is None or not isinstance(config, dict):
        raise bad_argument(
            "path", Said(f"{path}, which holds no memory"), f"a folder that {kind}.save wrote"
        )
    if found != kind or version != VERSION:
        remedy = (
            "open it with the library version that wrote it"
            if found == kind
            else f"use {found}.load"
        )
        wants = f"a {kind}, version {VERSION}"
        raise bad_argument("path", Said(f"a saved {found}, version {version}"), wants, remedy)
    return config, held.arrays


def number(config: Mapping[str, Any], name: str, kind: type = int) -> Any:
    """Return one loaded number after checking that it is one."""
    value = config.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float) if kind is float else kind):
        raise bad_argument(
            "path", Said(f"{name} = {value!r}"), f"a whole memory with a number {name!r}"
        )
    return value


def take(
    arrays: Mapping[str, NDArray[Any]], name: str, dtype: Any, shape: tuple[int | None, ...]
) -> NDArray[Any]:
    """Return one loaded array after checking its dtype and shape (None: any length)."""
    array = arrays.get(name)
    fits = array is not None and array.dtype == np.dtype(dtype) and array.ndim == len(shape)
    if (
        array is None
        or not fits
        or any(w not in (None, g) for w, g in zip(shape, array.shape, strict=True))
    ):
        got = "is missing" if array is None else f"is {array.dtype}{list(array.shape)}"
        raise bad_argument(
            "path", Said(f"array {name!r} that {got}"), f"{np.dtype(dtype)}{list(shape)}"
        )
    return array
