"""SONATA nodes: a population of neurons and what is known of each."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from neurosparse.errors import bad_argument
from neurosparse.io.sonata.hdf5 import (
    group_in,
    h5py_or_refuse,
    inside,
    new_population,
    new_sonata,
    numbers_in,
    old_sonata,
    plain_name,
    population_in,
    refuse_absurd,
)
from neurosparse.typing import Array, Path


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

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: h5py is missing.
        ValueError: not SONATA, or a damaged data set.
    """
    with old_sonata(path) as file:
        group = population_in(file, "nodes", population)
        columns = {"node_type_id": numbers_in(group, "node_type_id")}
        attributes: Any = group_in(group, "0", "group") if "0" in group else {}
        for key in attributes:
            item = inside(attributes, key)
            if getattr(getattr(item, "dtype", None), "kind", "") == "O":
                refuse_absurd(item, key)
                columns[key] = item.asstr()[:].astype(str)
            elif hasattr(item, "shape"):
                columns[key] = numbers_in(attributes, key)
        return columns
