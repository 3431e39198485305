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
_GENERATORS = ("MT19937", "PCG64", "PCG64DXSM", "Philox", "SFC64")
_DAMAGED = (
    zipfile.BadZipFile,
    RuntimeError,  # of zipfile, where a flag says encrypted or packed in another way
    KeyError,
    TypeError,
    AttributeError,
    EOFError,
    ValueError,
    OverflowError,
    OSError,  # a place in the archive that cannot be sought
)


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


class _Config(dict[str, Any]):
    """Loaded settings; one that is missing is named."""

    def __init__(self, settings: dict[str, Any], kind: str) -> None:
        super().__init__(settings)
        self.kind = kind

    def __missing__(self, name: str) -> Any:
        received = Said(f"a file without {name!r}")
        raise bad_argument("path", received, f"a file that {self.kind}.save wrote")


def load_file(path: Path, kind: str) -> tuple[dict[str, Any], dict[str, Array]]:
    """Read what `save_file` wrote.

    Returns:
        The settings and the arrays, by name.

    Raises:
        ValueError: any other file, kind or version.
    """
    try:
        # opened here: NumPy leaves the file of a damaged archive open
        with open(path, "rb") as stream, np.load(stream, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        header = json.loads(bytes(arrays.pop("header")))
        saved = header["kind"]
        version = header["format"]
        config = _Config(header["config"], kind)
    except (FileNotFoundError, IsADirectoryError, PermissionError):
        raise
    except _DAMAGED as error:
        fault = Said(f"{path} ({error})")
        raise bad_argument("path", fault, f"a file that {kind}.save wrote") from error
    if saved != kind or version != VERSION:
        fault = Said(f"a saved {saved}, format {version}")
        raise bad_argument("path", fault, f"a {kind}, format {VERSION}")
    return config, arrays


def storable_generator(rng: np.random.Generator) -> np.random.Generator:
    """Return a generator whose state can be saved: any of NumPy's own.

    Raises:
        ValueError: a bit generator of another package.
    """
    name = type(rng.bit_generator).__name__
    if name not in _GENERATORS:
        expected = f"a generator with one of {', '.join(_GENERATORS)}"
        raise bad_argument("rng", Said(f"a bit generator {name}"), expected)
    return rng


def generator_state(rng: np.random.Generator) -> dict[str, Any]:
    """Return the state of a generator as JSON holds it; arrays become lists.

    >>> rng = np.random.Generator(np.random.Philox(3))
    >>> again = loaded_generator(generator_state(rng))
    >>> bool(rng.random() == again.random())
    True
    """
    state: dict[str, Any] = json.loads(json.dumps(rng.bit_generator.state, default=_listed))
    return state


def _listed(value: Any) -> Any:
    """An array of a generator's state as a list with its type."""
    if isinstance(value, np.ndarray):
        return {"dtype": value.dtype.name, "values": value.tolist()}
    return _plain(value)


def loaded_generator(state: Any) -> np.random.Generator:
    """Make the generator whose state was saved.

    Raises:
        ValueError: no state of a generator of NumPy.
    """
    try:
        name = state["bit_generator"]
        if name not in _GENERATORS:
            raise ValueError(f"a bit generator {name}")
        bits = getattr(np.random, name)(0)
        bits.state = _arrays(state)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        fault = Said(f"a generator that cannot go on ({error})")
        raise bad_argument("path", fault, "a state that save wrote") from error
    return np.random.Generator(bits)


def _arrays(state: Any) -> Any:
    """Lists with a type as arrays again, at any depth."""
    if not isinstance(state, dict):
        return state
    if state.keys() == {"dtype", "values"}:
        return np.array(state["values"], state["dtype"])
    return {name: _arrays(value) for name, value in state.items()}
