"""Tables of neurons and edges in CSV, Feather and Parquet, as columns of NumPy."""

import pathlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from neurosparse.errors import bad_argument, missing_extra, unknown_name
from neurosparse.store.single import ending_of, old_file, reading
from neurosparse.typing import Array, Path

TEXTS = {".csv": ",", ".csv.gz": ",", ".tsv": "\t", ".tsv.gz": "\t"}
KINDS = "a .csv, .tsv (also .gz), .feather or .parquet file"


def read_columns(path: Path, columns: Sequence[str] | None = None) -> dict[str, Array]:
    """Read some columns of a table, or all of them; text that is missing is "", numbers are NaN.

    Whole numbers stay whole: identifiers of 64 bits keep every digit.

    Raises:
        ImportError: pyarrow is missing.
        FileNotFoundError: there is no such file.
        ValueError: a column that the file has not, with the nearest name; another kind of file.
    """
    known = column_names(path)
    path = old_file(path, KINDS)
    for name in columns or ():
        if name not in known:
            raise unknown_name(f"{path.name}: column", name, known)
    with reading(path, f"{KINDS} with a line of names"):
        table = _open(path, columns)
    names = table.column_names
    return {name: _array(table.column(name)) for name in columns or names}


def column_names(path: Path) -> list[str]:
    """Names of the columns of a table, in order."""
    path = old_file(path, KINDS)
    with reading(path, f"{KINDS} with a line of names"):
        if ending_of(path) not in TEXTS:
            return list(_open(path, None).schema.names)
        import gzip

        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8-sig") as text:
            line = text.readline().rstrip("\r\n")
        parts = line.split(TEXTS[ending_of(path)])
        return [part.strip('"') for part in parts]


def _open(path: pathlib.Path, columns: Sequence[str] | None) -> Any:
    ending = ending_of(path)
    try:
        from pyarrow import csv, feather, parquet
    except ImportError as error:
        raise missing_extra("pyarrow", "io") from error
    if ending in TEXTS:
        names = list(columns) if columns else None
        convert = csv.ConvertOptions(strings_can_be_null=False, include_columns=names)
        parse = csv.ParseOptions(delimiter=TEXTS[ending])
        return csv.read_csv(path, parse_options=parse, convert_options=convert)
    if ending == ".feather":
        return feather.read_table(path, memory_map=True)
    if ending in (".parquet", ".pq"):
        return parquet.read_table(path)
    raise bad_argument("path", path.name, KINDS)


def _array(column: Any) -> Array:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = column.type
    if pa.types.is_integer(kind) and not column.null_count:
        return np.asarray(column.to_numpy(), np.int64)
    if pa.types.is_integer(kind):
        column = column.cast(pa.float64())
        kind = column.type
    if pa.types.is_floating(kind) or pa.types.is_boolean(kind):
        return np.asarray(column.to_numpy(zero_copy_only=False))
    if pa.types.is_list(kind) or pa.types.is_fixed_size_list(kind):
        return _triples(column)
    if pa.types.is_null(kind):
        return np.full(len(column), "", np.str_)
    values = column.cast(pa.string()).fill_null("").to_pylist()
    return np.array(values, np.str_) if values else np.zeros(0, "<U1")


def _triples(column: Any) -> Array:
    """Points `[n, 3]` from lists of three; NaN where there is none."""
    points = np.full((len(column), 3), np.nan)
    for row, value in enumerate(column.to_pylist()):
        if value is not None and len(value) == 3:
            points[row] = value
    return points


def points_of(text: Array) -> Array:
    """Points `[n, 3]` from texts such as "[1 2 3]" or "1, 2, 3"; NaN where there is none.

    >>> points_of(np.array(["[10 20  30]", ""])).tolist()
    [[10.0, 20.0, 30.0], [nan, nan, nan]]
    """
    points = np.full((len(text), 3), np.nan)
    for row, value in enumerate(text.tolist()):
        numbers = re.findall(r"-?\d+(?:\.\d+)?", value)
        if len(numbers) == 3:
            points[row] = [float(number) for number in numbers]
    return points


def renamed(columns: Mapping[str, Array], names: Mapping[str, str]) -> dict[str, Array]:
    """Columns under our names; others under theirs in small letters, `_` for blanks.

    >>> list(renamed({"Root ID": [1], "Sub Class": ["a"]}, {"Root ID": "id"}))
    ['id', 'sub_class']
    """
    return {
        names.get(name, re.sub(r"\W+", "_", name).strip("_").lower()): values
        for name, values in columns.items()
    }
