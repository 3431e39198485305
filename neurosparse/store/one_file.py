"""An object of ours in one .npz file: a kind, a few settings and arrays, never pickled."""

import json
import pathlib
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import new_file
from neurosparse.typing import Array, Path

VERSION = 2
_DAMAGED = (zipfile.BadZipFile, KeyError, TypeError, AttributeError, EOFError, ValueError)


def save_file(
    path: Path, kind: str, config: Mapping[str, Any], arrays: Mapping[str, Any]
) -> None:
    """Write an object to the file `path`, whole or not at all.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save_file(f"{folder}/a.npz", "Counter", {"n": 3}, {"x": np.arange(3)})
    ...     config, arrays = load_file(f"{folder}/a.npz", "Counter")
    >>> config, arrays["x"].tolist()
    ({'n': 3}, [0, 1, 2])
    """
    content = {"kind": kind, "format": VERSION, "config": dict(config)}
    header = json.dumps(content, default=_plain).encode()
    with new_file(pathlib.Path(path)) as temporary, temporary.open("wb") as file:
        np.savez(file, header=np.frombuffer(header, np.uint8), **arrays)


def _plain(value: Any) -> Any:
    """A number of NumPy, as tables and arrays give them, as Python's."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{value!r} cannot be saved")


def load_file(path: Path, kind: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """Read what `save_file` wrote.

    Returns:
        The settings and the arrays, by name.

    Raises:
        ValueError: any other file, kind or version.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(bytes(arrays.pop("header")))
        saved = header["kind"]
        version = header["format"]
        config = header["config"]
    except _DAMAGED as error:
        fault = Said(f"{path} ({error})")
        raise bad_argument("path", fault, f"a file that {kind}.save wrote") from error
    if saved != kind or version != VERSION:
        fault = Said(f"a saved {saved}, format {version}")
        raise bad_argument("path", fault, f"a {kind}, format {VERSION}")
    return config, arrays
