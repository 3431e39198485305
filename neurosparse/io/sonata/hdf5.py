"""SONATA's HDF5: files, populations in them, and data sets that are believed only after a look."""

import contextlib
import pathlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from neurosparse.errors import Said, bad_argument, missing_extra, unknown_name
from neurosparse.store.single import believable, new_file, old_file, reading
from neurosparse.typing import Array, Int64, Path

MAGIC = 0x0A7A
VERSION = (0, 1)
# data that HDF5 may declare whatever the size of its file
LEAST_LIMIT = 1 << 26
MOST_PACKED = 10_000
# units of times as writers spell them
_IN_MS = {"ms": 1.0, "milliseconds": 1.0, "s": 1000.0, "seconds": 1000.0}


def h5py_or_refuse() -> Any:
    """Import h5py, or name the extra that brings it."""
    try:
        import h5py
    except ImportError:
        raise missing_extra("h5py", "io") from None
    return h5py


@contextlib.contextmanager
def new_sonata(path: Path) -> Iterator[Any]:
    """Yield a new SONATA file to write into; it gets its name when the body is done."""
    h5py = h5py_or_refuse()
    with new_file(path) as temporary, h5py.File(temporary, "w") as file:
        file.attrs["magic"] = np.uint32(MAGIC)
        file.attrs["version"] = np.array(VERSION, np.uint32)
        yield file
        file.flush()


@contextlib.contextmanager
def old_sonata(path: Path) -> Iterator[Any]:
    """Yield a SONATA file to read from."""
    h5py = h5py_or_refuse()
    path = old_file(path, "a SONATA file")
    with reading(path, "an HDF5 file of SONATA"), h5py.File(path, "r") as file:
        # spike files of older writers have no magic; what is there must be right
        magic = np.asarray(file.attrs.get("magic", MAGIC))
        if (
            magic.size != 1
            or magic.dtype.kind not in "iu"
            or int(magic.ravel()[0]) != MAGIC
        ):
            fault = Said(f"{file.attrs['magic']!r}")
            raise bad_argument("magic", fault, f"{MAGIC}, which marks SONATA files")
        yield file


def new_population(
    file: Any, kind: str, name: str, count: int, types: npt.ArrayLike = 0
) -> Any:
    """Make one population of `kind` "nodes" or "edges"; attributes go into its group 0.

    Args:
        file: being written.
        kind: "nodes" or "edges".
        name: of the population.
        count: its members.
        types: type of each member `[count]`, or of all.
    """
    word = kind.removesuffix("s")
    group = file.create_group(f"{kind}/{plain_name(name)}")
    numbers = np.broadcast_to(np.asarray(types, np.int64), count)
    group.create_dataset(f"{word}_type_id", data=numbers)
    group.create_dataset(f"{word}_group_id", data=np.zeros(count, np.uint32))
    group.create_dataset(f"{word}_group_index", data=np.arange(count, dtype=np.uint64))
    group.create_group("0")
    return group


def population_in(file: Any, kind: str, name: str | None) -> Any:
    """Return a population of `kind`; without a name, the only one there is."""
    if kind not in file or not hasattr(inside(file, kind), "keys"):
        raise bad_argument(
            "path", Said(f"a file without /{kind}"), f"a SONATA file of {kind}"
        )
    names = list(file[kind])
    if name is None and len(names) != 1:
        raise bad_argument(
            "population", name, f"one of {', '.join(names) or '(there are none)'}"
        )
    if name is not None and name not in names:
        raise unknown_name("population", name, names)
    return group_in(file[kind], names[0] if name is None else name)


def group_in(within: Any, name: str, what: str = "population") -> Any:
    """Return a group that lies in the file itself."""
    group = inside(within, name)
    if not hasattr(group, "keys"):
        raise bad_argument(what, name, "a group of data sets inside this file")
    return group


def inside(group: Any, name: str) -> Any:
    """Return what has a name in a group, or None.

    A link may lead into another file; read is only what lies in this one.
    """
    import h5py

    return (
        group.get(name)
        if isinstance(group.get(name, getlink=True), h5py.HardLink)
        else None
    )


def numbers_in(group: Any, name: str) -> Array:
    """Read a flat data set of numbers."""
    item = inside(group, name)
    if item is not None and getattr(item, "external", None):
        raise bad_argument(
            name, Said("data stored in another file"), "data inside this file"
        )
    if item is None or not hasattr(item, "shape"):
        fault = Said(f"{group.name} without {name!r}")
        raise bad_argument("path", fault, "every data set SONATA asks for")
    if item.ndim != 1 or item.dtype.kind not in "iuf":
        fault = Said(f"{item.dtype} {list(item.shape)}")
        raise bad_argument(name, fault, "a flat data set of numbers")
    refuse_absurd(item, name)
    return np.asarray(item[:])


def whole_numbers_in(group: Any, name: str) -> Int64:
    """Read a flat data set of whole numbers, also where it stores them as floats."""
    numbers = numbers_in(group, name)
    if numbers.dtype.kind == "f":
        whole = np.isfinite(numbers).all() and (numbers == np.floor(numbers)).all()
        if not whole:
            raise bad_argument(name, Said("fractions, NaN or infinity"), "whole numbers")
    if len(numbers) and not (numbers.min() >= -(2**62) and numbers.max() < 2**62):
        raise bad_argument(
            name, Said(f"{numbers.min()} to {numbers.max()}"), "numbers below 2^62"
        )
    return numbers.astype(np.int64)


def milliseconds(item: Any, name: str) -> float:
    """How many ms the unit of a data set is; SONATA's own is ms, where none is told."""
    unit = item.attrs.get("units", item.attrs.get("unit", "ms"))
    unit = unit.decode() if isinstance(unit, bytes) else str(unit)
    if unit not in _IN_MS:
        raise bad_argument(name, unit, "the unit 'ms' or 's'")
    return _IN_MS[unit]


def refuse_absurd(item: Any, name: str) -> None:
    """Refuse a data set that a file of this size cannot hold.

    A file of a few bytes may declare any length; no packing makes this much of so little.
    """
    size = pathlib.Path(item.file.filename).stat().st_size
    if item.nbytes > max(LEAST_LIMIT, MOST_PACKED * size):
        kind = "texts" if item.dtype.kind == "O" else "numbers"
        fault = Said(f"{item.size} {kind} declared")
        raise bad_argument(name, fault, "as many as the file can hold")


def nodes_named(item: Any, ids: Int64, expected: int | None) -> int:
    """Number of nodes at one end of edges: what our writer noted, else `expected`, else the largest
    id + 1.
    """
    name = "neurosparse_size"
    if name in item.attrs:
        noted = np.asarray(item.attrs[name])
        if noted.size != 1 or noted.dtype.kind not in "iu":
            raise bad_argument(
                name, Said(f"{item.attrs[name]!r}"), "a whole number of nodes"
            )
        return believable(name, int(noted.ravel()[0]), len(ids))
    if expected is not None:
        return expected
    return believable("node_id", int(ids.max(initial=-1)) + 1, len(ids))


def plain_name(name: str, what: str = "population") -> str:
    """Return a name that can be one level of a path in the file."""
    if not name or "/" in name or name in (".", ".."):
        raise bad_argument(what, name, "a name without slashes")
    return name
