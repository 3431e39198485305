"""An object of ours as a folder: a kind, a few numbers and arrays, checked when read back."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.store.checkpoint import load_checkpoint, save_checkpoint
from neurosparse.typing import Array, Path

VERSION = 1


def save_arrays(
    path: Path, kind: str, config: Mapping[str, Any], arrays: Mapping[str, Any]
) -> None:
    """Write an object to the folder `path`, whole or not at all; an older one is replaced."""
    attributes = {"memory": kind, "version": VERSION, "config": dict(config)}
    save_checkpoint(os.fspath(path), arrays, attributes)


def load_arrays(path: Path, kind: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """Read what `save_arrays` wrote.

    Returns:
        The numbers and the arrays, by name.

    Raises:
        ValueError: another kind or version, or a folder that holds something else.
    """
    checkpoint = load_checkpoint(os.fspath(path))
    saved = checkpoint.attributes.get("memory")
    version = checkpoint.attributes.get("version")
    config = checkpoint.attributes.get("config")
    if saved is None or not isinstance(config, dict):
        expected = f"a folder that {kind}.save wrote"
        raise bad_argument("path", Said(f"{path}, which holds no memory"), expected)
    if saved != kind:
        raise _other(saved, version, kind, f"use {saved}.load")
    if version != VERSION:
        raise _other(saved, version, kind, "open it with the library version that wrote it")
    return config, checkpoint.arrays


def _other(saved: str, version: Any, kind: str, remedy: str) -> ValueError:
    fault = Said(f"a saved {saved}, version {version}")
    return bad_argument("path", fault, f"a {kind}, version {VERSION}", remedy)


def loaded_number(config: Mapping[str, Any], name: str, kind: type = int) -> Any:
    """Return one loaded number after checking that it is one.

    >>> loaded_number({"n": 3}, "n")
    3
    """
    value = config.get(name)
    kinds = (int, float) if kind is float else kind
    if type(value) is bool or not isinstance(value, kinds):
        fault = Said(f"{name} = {value!r}")
        raise bad_argument("path", fault, f"a whole memory with a number {name!r}")
    return value


def loaded_array(
    arrays: Mapping[str, Array], name: str, dtype: Any, shape: tuple[int | None, ...]
) -> Array:
    """Return one loaded array after checking its dtype and shape (None: any length).

    >>> loaded_array({"x": np.zeros((2, 3))}, "x", np.float64, (None, 3)).shape
    (2, 3)
    """
    array = arrays.get(name)
    if array is not None and array.dtype == np.dtype(dtype) and array.ndim == len(shape):
        pairs = zip(shape, array.shape, strict=True)
        if all(length in (None, n) for length, n in pairs):
            return array
    fault = "is missing" if array is None else f"is {array.dtype}{list(array.shape)}"
    expected = f"{np.dtype(dtype)}{list(shape)}"
    raise bad_argument("path", Said(f"array {name!r} that {fault}"), expected)
