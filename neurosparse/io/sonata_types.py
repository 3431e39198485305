"""What SONATA keeps beside the lists of edges: tables of types, and indices that find a neuron's
edges at once.

A table of types is text with columns parted by spaces, one row a type; `NULL` is a missing value.
What an edge's own group does not say holds for it from its type.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import new_file, old_file

Value = float | str
Types = Mapping[int, Mapping[str, Value]]
UInt64 = npt.NDArray[np.uint64]


class Index(NamedTuple):
    """Edges by node: the ranges of each node `[n, 2]`, the edges of each range `[r, 2]`; ends are
    not included.
    """

    node_id_to_ranges: UInt64
    range_to_edge_id: UInt64


def index_of(node: npt.ArrayLike, n: int) -> Index:
    """Gather the edges `[k]` of each of `n` nodes into ranges of neighbouring edges.

    >>> found = index_of([2, 0, 2, 2], 3)
    >>> found.node_id_to_ranges.tolist(), found.range_to_edge_id.tolist()
    ([[0, 1], [1, 1], [1, 3]], [[1, 2], [0, 1], [2, 4]])
    """
    ids = np.asarray(node, np.int64)
    order = np.argsort(ids, kind="stable")
    sorted_ids = ids[order]
    begins = np.ones(len(ids), bool)
    begins[1:] = (np.diff(sorted_ids) != 0) | (np.diff(order) != 1)
    first = np.flatnonzero(begins)
    length = np.diff(np.concatenate((first, [len(ids)])))
    edge = order[first]
    bounds = np.searchsorted(sorted_ids[first], np.arange(n + 1))
    return Index(
        np.column_stack((bounds[:-1], bounds[1:])).astype(np.uint64),
        np.column_stack((edge, edge + length)).astype(np.uint64),
    )


def write_types(path: str | Path, types: Types, *, kind: str = "edge") -> None:
    """Write the attributes of each type by its number; types that lack one have NULL there.

    >>> import tempfile
    >>> name = Path(tempfile.mkdtemp()) / "edge_types.csv"
    >>> write_types(name, {100: {"syn_weight": 0.5, "model": "static synapse"}, 101: {"syn_weight": -1.0}})
    >>> print(name.read_text().strip())
    edge_type_id syn_weight model
    100 0.5 "static synapse"
    101 -1.0 NULL
    >>> read_types(name)[101]
    {'syn_weight': -1.0}
    """
    names = list(dict.fromkeys(name for row in types.values() for name in row))
    for name in names:
        if not name or any(mark.isspace() for mark in name):
            raise bad_argument("types", name, "names of attributes without spaces")
    with new_file(path) as temporary, open(temporary, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=" ", lineterminator="\n")
        writer.writerow([f"{kind}_type_id", *names])
        writer.writerows(
            [number, *(row.get(name, "NULL") for name in names)] for number, row in types.items()
        )


def read_types(path: str | Path, *, kind: str = "edge") -> dict[int, dict[str, Value]]:
    """Read a table of types: number -> attributes, numbers where they are numbers, without those that are NULL.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: no such table, a row of another length, a type that is no number or comes twice.
    """
    path = old_file(path, f"a table of {kind} types")
    try:
        with open(path, newline="", encoding="utf-8") as file:
            head, *rows = [
                row
                for row in csv.reader(file, delimiter=" ", skipinitialspace=True, strict=True)
                if row
            ]
    except (csv.Error, UnicodeDecodeError, ValueError) as error:
        raise bad_argument(
            "path", Said(f"{path.name}: {error}"), "a table with columns parted by spaces"
        ) from None
    key = f"{kind}_type_id"
    if key not in head:
        raise bad_argument("path", Said(f"columns {', '.join(head)[:100]}"), f"a column {key!r}")
    found: dict[int, dict[str, Value]] = {}
    for row in rows:
        cells = dict(zip(head, row, strict=False))
        number = cells.pop(key, "")
        if len(row) != len(head) or not number.lstrip("-").isdigit() or int(number) in found:
            raise bad_argument(
                key, " ".join(row)[:100], f"{len(head)} cells and a number of its own in every row"
            )
        found[int(number)] = {name: _value(text) for name, text in cells.items() if text != "NULL"}
    return found


def of_types(
    types: Types, name: str, numbers: npt.NDArray[Any], otherwise: float
) -> npt.NDArray[np.float64]:
    """An attribute `[k]` by each edge's type `[k]`; `otherwise` for types that lack it.

    >>> of_types({7: {"delay": 1.5}}, "delay", np.array([7, 8]), 0.0).tolist()
    [1.5, 0.0]
    """
    kinds, place = np.unique(numbers, return_inverse=True)
    values = [types.get(int(kind), {}).get(name, otherwise) for kind in kinds]
    for value in values:
        if not isinstance(value, int | float) or not np.isfinite(value):
            raise bad_argument(name, value, "a finite number in the table of types")
    return np.asarray(values, np.float64)[place] if values else np.empty(0)


def _value(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text
