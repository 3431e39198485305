"""SONATA nodes: a population of neurons and what is known of each."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from neurosparse.errors import Said, bad_argument
from neurosparse.io.sonata.groups import PARAMETERS, groups_in, places_in, rows_of
from neurosparse.io.sonata.hdf5 import (
    h5py_or_refuse,
    inside,
    new_population,
    new_sonata,
    numbers_in,
    old_sonata,
    plain_name,
    population_in,
    refuse_absurd,
    whole_numbers_in,
)
from neurosparse.typing import Array, Bool, Path

# texts that numbers of a group stand for
LIBRARY = "@library"


def write_sonata_nodes(
    path: Path,
    n: int,
    attributes: Mapping[str, npt.ArrayLike] | None = None,
    *,
    population: str = "default",
) -> None:
    """Write a population of `n` nodes with attributes `[n]` each (numbers or strings).

    >>> import tempfile
    >>> path = f"{tempfile.mkdtemp()}/nodes.h5"
    >>> write_sonata_nodes(path, 2, {"x": [0.0, 1.5], "kind": ["a", "b"]})
    >>> read_sonata_nodes(path)["kind"].tolist()
    ['a', 'b']
    """
    h5py = h5py_or_refuse()
    if not isinstance(n, int | np.integer) or n < 0:
        raise bad_argument("n", n, "a number of nodes, 0 or more")
    columns = {
        plain_name(key, "attributes"): np.asarray(values)
        for key, values in (attributes or {}).items()
    }
    for key, values in columns.items():
        if values.shape != (n,) or values.dtype.kind not in "iufbU":
            raise bad_argument(
                f"attributes[{key!r}]", values, f"numbers or strings, shape [{n}]"
            )
    with new_sonata(path) as file:
        group = new_population(file, "nodes", population, n)["0"]
        for key, values in columns.items():
            if values.dtype.kind == "U":
                texts = values.astype(object)
                group.create_dataset(key, data=texts, dtype=h5py.string_dtype())
            else:
                group.create_dataset(key, data=values)


def read_sonata_nodes(path: Path, population: str | None = None) -> dict[str, Array]:
    """Read the attributes of a population, one array `[n]` each, `node_type_id` among them.

    Nodes whose group lacks an attribute have NaN there, or "" where it is text. Numbers that stand
    for the texts of a group's `@library` are those texts; `dynamics_params/x` is x of the group
    within.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: h5py is missing.
        ValueError: not SONATA, a damaged data set, or node ids that are not 0, 1, …
    """
    with old_sonata(path) as file:
        group = population_in(file, "nodes", population)
        types = numbers_in(group, "node_type_id")
        n = len(types)
        places = places_in(group, "node", n)
        parts: dict[str, list[tuple[Array, Bool]]] = {}
        for number, attributes in groups_in(group).items():
            for name, stored in _attributes(attributes):
                chosen, rows = rows_of(places, number, stored, name, "node")
                parts.setdefault(name, []).append((stored[rows], chosen))
        columns = {name: _joined(name, pieces, n) for name, pieces in parts.items()}
        return _by_id(group, {"node_type_id": types} | columns, n)


def _attributes(group: Any) -> Iterator[tuple[str, Array]]:
    """Numbers or texts of a group by name; those of `@library` in the place of their numbers."""
    library = inside(group, LIBRARY)
    for name in group:
        item = inside(group, name)
        if name == PARAMETERS and hasattr(item, "keys"):
            for inner, values in _attributes(item):
                yield f"{name}/{inner}", values
        elif hasattr(item, "shape"):
            values = (
                _texts(item, name) if item.dtype.kind == "O" else numbers_in(group, name)
            )
            if hasattr(library, "keys") and name in library and values.dtype.kind in "iu":
                values = _named(name, values, _texts(inside(library, name), name))
            yield name, values


def _texts(item: Any, name: str) -> Array:
    if getattr(getattr(item, "dtype", None), "kind", "") != "O":
        raise bad_argument(name, Said("other data"), "texts")
    refuse_absurd(item, name)
    return np.asarray(item.asstr()[:].astype(str))


def _named(name: str, numbers: Array, texts: Array) -> Array:
    """The text of each number, as the group's library lists them."""
    if len(numbers) and not (numbers.min() >= 0 and numbers.max() < len(texts)):
        about = f"numbers of the {len(texts)} texts of {LIBRARY}"
        raise bad_argument(name, numbers, about)
    return np.asarray(texts[numbers.astype(np.int64)])


def _joined(name: str, pieces: list[tuple[Array, Bool]], n: int) -> Array:
    """One column `[n]` out of the values of several groups, each with the nodes they belong to."""
    texts = {values.dtype.kind == "U" for values, _ in pieces}
    if len(texts) > 1:
        about = Said("texts in one group, numbers in another")
        raise bad_argument(name, about, "one kind in all groups")
    dtype = np.result_type(*(values.dtype for values, _ in pieces))
    everyone = np.any([chosen for _, chosen in pieces], axis=0)
    if not everyone.all() and texts == {False}:
        dtype = np.result_type(dtype, np.float64)
    column = np.full(n, "" if texts == {True} else 0, dtype)
    if texts == {False} and not everyone.all():
        column[~everyone] = np.nan
    for values, chosen in pieces:
        column[chosen] = values
    return column


def _by_id(group: Any, columns: dict[str, Array], n: int) -> dict[str, Array]:
    """Columns with node i in row i, where the file says which node each row is."""
    if "node_id" not in group:
        return columns
    ids = whole_numbers_in(group, "node_id")
    order = np.argsort(ids, kind="stable")
    if not np.array_equal(ids[order], np.arange(n)):
        raise bad_argument("node_id", ids, f"each of 0 to {n - 1} once")
    return {name: values[order] for name, values in columns.items()}
