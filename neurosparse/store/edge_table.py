"""Tables of edges in CSV and Parquet, read alike by all who take them: one row a synapse.

Columns are pre, post, weight and delay (in steps). The numbers of neurons stand in Parquet's
metadata, and in a first line `# n_pre=… n_post=…` of a CSV, which most readers skip as a comment.
"""

import gzip
import pathlib
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from neurosparse.errors import Said, bad_argument, missing_extra
from neurosparse.store.exact import single_precision
from neurosparse.store.names import refuse_other_names
from neurosparse.store.single import believable, ending_of, old_file, reading
from neurosparse.typing import Array, Int64, Path

COLUMNS = ("pre", "post", "weight", "delay")
# ending -> what parts the cells of a text; "" of Parquet
ENDINGS = {
    ".csv": ",",
    ".csv.gz": ",",
    ".tsv": "\t",
    ".tsv.gz": "\t",
    ".parquet": "",
    ".pq": "",
}
LONGEST = 1 << 16
_SIZES = re.compile(rb"# n_pre=(\d{1,12}) n_post=(\d{1,12})\r?\n")


class EdgeTable(NamedTuple):
    """Edges in the order of their rows.

    Attributes:
        pre, post: neurons, `[k]`.
        n_pre, n_post: of the populations.
        values: weights `[k]` (float32) and delays `[k]` (steps) by name, where the file has them.
    """

    pre: Int64
    post: Int64
    n_pre: int
    n_post: int
    values: dict[str, Array]


def read_edge_table(
    path: Path,
    *,
    n_pre: int | None = None,
    n_post: int | None = None,
    columns: Mapping[str, str] | None = None,
    sep: str | None = None,
    ids: bool = False,
) -> EdgeTable:
    """Read a table of edges; sizes are those given, else the file's, else the largest index + 1.

    Args:
        path: its ending is one of `ENDINGS`.
        n_pre, n_post: sizes of the populations.
        columns: what the file calls pre, post, weight and delay, where its names are others; ""
            for a weight or delay that it does not have.
        sep: one character between the cells of a text; that of its ending unless given.
        ids: pre and post hold names or numbers of any kind; both sides are one population, whose
            neurons are numbered in the order of the names.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: pyarrow is missing.
        ValueError: a column is missing or is not of numbers, an index is out of range.
    """
    path = old_file(path, "an edge list")
    names = _names(columns)
    usual = ENDINGS[edge_ending(path)]
    if sep is not None and (not usual or len(sep.encode()) != 1):
        raise bad_argument("sep", sep, "one character, for a CSV")
    with reading(path, "a CSV or Parquet table"):
        table, sizes = _read(
            path, sep or usual, [names["pre"], names["post"]] if ids else []
        )
        table = table.rename_columns([name.strip() for name in table.column_names])
        names = _in_capitals(table.column_names, names)
        _check_columns(table.column_names, names, set(columns or ()))
        table = table.select([k for k in names.values() if k in table.column_names])
        ours = {theirs: name for name, theirs in names.items()}
        table = table.rename_columns([ours[k] for k in table.column_names])
        sizes |= {"n_pre": n_pre} if n_pre is not None else {}
        sizes |= {"n_post": n_post} if n_post is not None else {}
        if ids:
            table, n = _numbered(table)
            sizes = {"n_pre": n, "n_post": n}
        return _edges(table, sizes)


def edge_ending(path: Path) -> str:
    """Return the ending of a table of edges, one of `ENDINGS`."""
    ending = ending_of(path)
    if ending not in ENDINGS:
        raise bad_argument("path", str(path), f"a name ending in {', '.join(ENDINGS)}")
    return ending


def arrow() -> tuple[Any, Any, Any]:
    """Import pyarrow and its parts csv and parquet, or name the extra that brings it."""
    try:
        import pyarrow
        from pyarrow import csv, parquet
    except ImportError:
        raise missing_extra("pyarrow", "io") from None
    return pyarrow, csv, parquet


def _names(columns: Mapping[str, str] | None) -> dict[str, str]:
    """What the file calls each of our columns; those of another's name are not there."""
    chosen = dict(columns or {})
    taken = set(chosen.values())
    if set(chosen) - set(COLUMNS) or len(taken) < len(chosen):
        raise bad_argument("columns", columns, f"other names for {', '.join(COLUMNS)}")
    named = [name for name in COLUMNS if chosen.get(name, name not in taken)]
    names = {name: chosen.get(name, name) for name in named}
    for name in COLUMNS[:2]:
        if name not in names:
            raise bad_argument("columns", columns, f"a name for {name!r} too")
    return names


def _in_capitals(received: list[str], names: dict[str, str]) -> dict[str, str]:
    """The same names, each as the file spells it where it has it in other letters alone."""
    spelled: dict[str, list[str]] = {}
    for name in received:
        spelled.setdefault(name.lower(), []).append(name)
    return {
        ours: theirs if theirs in received else spelled.get(theirs.lower(), [theirs])[0]
        for ours, theirs in names.items()
    }


def _check_columns(received: list[str], names: dict[str, str], required: set[str]) -> None:
    """Refuse columns that are missing, or there twice."""
    for ours, theirs in names.items():
        alike = [name for name in received if name.lower() == theirs.lower()]
        times = received.count(theirs) if ours in required else len(alike)
        needed = ours in COLUMNS[:2] or ours in required
        if times > 1 or (times == 0 and needed):
            fault = Said(f"columns {', '.join(received)[:200]}")
            expected = f"{'a' if times == 0 else 'only one'} column {theirs or ours!r}"
            remedy = (
                ""
                if times
                else "columns= says what the file calls pre, post, weight, delay"
            )
            raise bad_argument("path", fault, expected, remedy)
    lacking = [name for name in ("weight", "delay") if names.get(name) not in received]
    known = [name for name in lacking if name in names]
    remedy = "columns={{{ours!r}: {theirs!r}}} takes it, '' in its place leaves it out"
    refuse_other_names(set(received) - set(names.values()), known, remedy)


def _numbered(table: Any) -> tuple[Any, int]:
    """The table with numbers from 0 for the names of neurons, and how many there are."""
    pa, _, _ = arrow()
    ends = [_texts(table[name]) for name in COLUMNS[:2]]
    texts = np.concatenate(ends)
    if (texts == "").any():
        raise bad_argument("pre, post", Said("empty cells"), "a name in every row")
    numbers = [int(text) if text.isdecimal() else -1 for text in texts]
    # 7 and 10 in the order of numbers, but 007 is a name
    plain = all(str(k) == text for k, text in zip(numbers, texts, strict=True))
    _, place = np.unique(np.array(numbers) if plain else texts, return_inverse=True)
    for k, name in enumerate(COLUMNS[:2]):
        rows = place[k * len(table) : (k + 1) * len(table)]
        table = table.set_column(table.column_names.index(name), name, pa.array(rows))
    return table, int(place.max(initial=-1)) + 1


def _texts(column: Any) -> Array:
    """Names `[k]` without blanks around them, empty where there is none."""
    pa, _, _ = arrow()
    texts = column.cast(pa.string()).fill_null("").to_numpy().astype(str)
    if pa.types.is_floating(column.type):
        texts[texts == "nan"] = ""
    return np.char.strip(texts)


def _read(path: pathlib.Path, sep: str, as_text: list[str]) -> tuple[Any, dict[str, int]]:
    """The table of a file, and the sizes that it says."""
    pa, csv, parquet = arrow()
    if not sep:
        table = parquet.read_table(path, columns=None)
        return table, _sizes_of(table.schema.metadata or {})
    sizes, comments = _head(path)
    # threads cost more than they bring on a small table
    threads = path.stat().st_size > 1 << 20
    options = csv.ReadOptions(skip_rows=comments, use_threads=threads)
    types = csv.ConvertOptions(column_types={name: pa.string() for name in as_text})
    cells = csv.ParseOptions(delimiter=sep)
    # it unpacks what ends in .gz
    table = csv.read_csv(
        str(path), read_options=options, parse_options=cells, convert_options=types
    )
    return table, sizes


def _head(path: pathlib.Path) -> tuple[dict[str, int], int]:
    """The sizes in the first line of a CSV, and how many comments stand above the names of its
    columns.
    """
    comments = 0
    with gzip.open(path) if path.suffix.lower() == ".gz" else open(path, "rb") as file:
        first = line = file.readline(LONGEST)
        while line.startswith(b"#"):
            comments += line.endswith(b"\n")
            line = file.readline(LONGEST)
    match = _SIZES.match(first)
    sizes = {} if match is None else {"n_pre": int(match[1]), "n_post": int(match[2])}
    return sizes, comments


def _sizes_of(metadata: dict[bytes, bytes]) -> dict[str, int]:
    texts = {key: metadata.get(key.encode(), b"") for key in ("n_pre", "n_post")}
    return {key: int(text) for key, text in texts.items() if text.isdigit()}


def _edges(table: Any, sizes: dict[str, int]) -> EdgeTable:
    columns = {name: _numbers(name, table[name]) for name in table.column_names}
    ends = {f"n_{name}": _whole(name, columns.pop(name)) for name in COLUMNS[:2]}
    largest = {name: int(end.max(initial=-1)) + 1 for name, end in ends.items()}
    counts = {
        name: believable(name, n, len(table)) for name, n in (largest | sizes).items()
    }
    values: dict[str, Array] = {}
    if "weight" in columns:
        values["weight"] = single_precision(columns["weight"])
    if "delay" in columns:
        values["delay"] = _whole("delay", columns["delay"])
    return EdgeTable(ends["n_pre"], ends["n_post"], **counts, values=values)


def _numbers(name: str, column: Any) -> Array:
    if column.null_count:
        raise bad_argument(name, Said("empty cells"), "a number in every row")
    array: Array = column.to_numpy()
    if len(array) and array.dtype.kind not in "iuf":
        remedy = "ids=True (--ids) numbers the names of neurons" if name[0] == "p" else ""
        raise bad_argument(name, array, "a column of numbers", remedy)
    return array


def _whole(name: str, column: Array) -> Int64:
    if column.dtype.kind == "f":
        whole = np.isfinite(column).all() and (column == np.floor(column)).all()
        if not whole:
            raise bad_argument(
                name, Said("fractions or empty cells"), "whole numbers in every row"
            )
    if len(column) and not (column.min() >= 0 and column.max() < 2**62):
        fault = Said(f"{column.min()} to {column.max()}")
        raise bad_argument(name, fault, "whole numbers, 0 or more")
    return column.astype(np.int64)
