"""SONATA's tables of types: text with columns parted by spaces, one row a type.

`NULL` is a missing value. What an edge's own group does not say holds for it from its type.
"""

import csv
from collections.abc import Mapping

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.store.single import new_file, old_file, reading
from neurosparse.typing import Array, Float64, Path

Value = float | str
_SEPARATORS = {",": "commas", "\t": "tabs", ";": "semicolons"}
Types = Mapping[int, Mapping[str, Value]]


def write_sonata_types(path: Path, types: Types, *, kind: str = "edge") -> None:
    """Write the attributes of each type by its number; types that lack one have NULL there.

    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "edge_types.csv"
    >>> weights = {100: {"syn_weight": 0.5, "model": "static synapse"}, 101: {"syn_weight": -1.0}}
    >>> write_sonata_types(path, weights)
    >>> print(path.read_text().strip())
    edge_type_id syn_weight model
    100 0.5 "static synapse"
    101 -1.0 NULL
    >>> read_sonata_types(path)[101]
    {'syn_weight': -1.0}
    """
    names = list(dict.fromkeys(name for row in types.values() for name in row))
    for name in names:
        if not name or any(mark.isspace() for mark in name):
            raise bad_argument("types", name, "names of attributes without spaces")
    with (
        new_file(path) as temporary,
        open(temporary, "w", newline="", encoding="utf-8") as file,
    ):
        writer = csv.writer(file, delimiter=" ", lineterminator="\n")
        writer.writerow([f"{kind}_type_id", *names])
        for number, row in types.items():
            writer.writerow([number, *(row.get(name, "NULL") for name in names)])


def read_sonata_types(path: Path, *, kind: str = "edge") -> dict[int, dict[str, Value]]:
    """Read a table of types: the attributes of each by its number, without those that are NULL.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: no such table, a row of another length, a type that is no number or comes twice.
    """
    path = old_file(path, f"a table of {kind} types")
    with reading(path, "a table with columns parted by spaces"):
        with open(path, newline="", encoding="utf-8-sig") as file:
            lines = csv.reader(file, delimiter=" ", skipinitialspace=True, strict=True)
            rows = [line for line in lines if line]
        return _types(rows, f"{kind}_type_id")


def _types(rows: list[list[str]], key: str) -> dict[int, dict[str, Value]]:
    """The types by number, out of the cells of a table."""
    head = rows[0] if rows else []
    if key not in head or len(set(head)) < len(head):
        single = head[0] if len(head) == 1 else ""
        others = [word for mark, word in _SEPARATORS.items() if mark in single]
        remedy = f"part the columns by spaces, not by {others[0]}" if others else ""
        columns = Said(f"columns {', '.join(head)[:100]}")
        expected = f"a table with one column {key!r}, no name twice"
        raise bad_argument("path", columns, expected, remedy)
    types: dict[int, dict[str, Value]] = {}
    for row in rows[1:]:
        cells = dict(zip(head, row, strict=False))
        number = cells.pop(key, "")
        if (
            len(row) != len(head)
            or not number.lstrip("-").isdigit()
            or int(number) in types
        ):
            expected = f"{len(head)} cells and a number of its own in every row"
            raise bad_argument(key, " ".join(row)[:100], expected)
        types[int(number)] = {
            name: _value(text) for name, text in cells.items() if text != "NULL"
        }
    return types


def of_types(types: Types, name: str, numbers: Array) -> Float64:
    """Return an attribute `[k]` by each edge's type `[k]`; NaN for types that lack it.

    >>> of_types({7: {"delay": 1.5}}, "delay", np.array([7, 8])).tolist()
    [1.5, nan]
    """
    kinds, place = np.unique(numbers, return_inverse=True)
    values = np.full(len(kinds), np.nan)
    for k, kind in enumerate(kinds):
        value = types.get(int(kind), {}).get(name)
        if value is None:
            continue
        if not isinstance(value, int | float) or not np.isfinite(value):
            raise bad_argument(name, value, "a finite number in the table of types")
        values[k] = value
    return values[place]


def _value(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text
