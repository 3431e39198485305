"""Edge lists in CSV and Parquet: one row a synapse, in the caller's order.

Columns are pre, post, weight and delay (in steps). The numbers of neurons stand in Parquet's
metadata, and in a first line `# n_pre=… n_post=…` of a CSV, which most readers skip as a comment.
Weights are written with the digits that give the same float32 back.
"""

import pathlib
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, missing_extra
from neurosparse.io.exact import single_precision
from neurosparse.store.single import believable, new_file, old_file, reading
from neurosparse.typing import Path

COLUMNS = ("pre", "post", "weight", "delay")
LONGEST = 1 << 16
_SIZES = re.compile(rb"# n_pre=(\d{1,12}) n_post=(\d{1,12})\r?\n")


def write_edgelist(path: Path, connectivity: Connectivity) -> None:
    """Write a connectivity to a .csv or .parquet file; reading it back gives the same, in the same
    order.

    Raises:
        ImportError: pyarrow is missing.

    >>> import tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "edges.csv"
    >>> pair = Connectivity.from_edges([1, 0], [0, 1], n_pre=2, n_post=3, weight=[0.1, 2])
    >>> write_edgelist(path, pair)
    >>> print(path.read_text())
    # n_pre=2 n_post=3
    "pre","post","weight","delay"
    1,0,0.1,0
    0,1,2,0
    <BLANKLINE>
    >>> read_edgelist(path).shape
    (2, 3)
    """
    csv, parquet = _arrow()
    kind = _kind(path)
    table = _table(connectivity)
    with new_file(path) as temporary:
        if kind == ".parquet":
            parquet.write_table(table, temporary)
            return
        with open(temporary, "wb") as file:
            file.write(b"# n_pre=%d n_post=%d\n" % connectivity.shape)
            csv.write_csv(table, file)


def read_edgelist(
    path: Path,
    *,
    n_pre: int | None = None,
    n_post: int | None = None,
    columns: Mapping[str, str] | None = None,
    sep: str | None = None,
    ids: bool = False,
) -> Connectivity:
    """Read an edge list with columns pre and post and, where it has them, weight and delay.

    Repeated pairs stay several synapses. Lines that begin with # are left out where they head a
    CSV. Weights are float32: whole ones above 2^24 are rounded, and a warning says so.

    Args:
        path: of a .csv, .parquet or .pq file.
        n_pre, n_post: sizes, where the file says none; else the largest index of each side + 1.
        columns: what the file calls pre, post, weight and delay, where its names are others.
        sep: one character between the cells of a CSV, a comma unless given.
        ids: pre and post hold names or numbers of any kind; both sides are one population, whose
            neurons are numbered in the order of the names.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: pyarrow is missing.
        ValueError: a column is missing or is not of numbers, an index is out of range.

    >>> import tempfile
    >>> path = pathlib.Path(tempfile.mkdtemp()) / "edges.csv"
    >>> _ = path.write_text("from;to\\nb;a\\nc;a\\n")
    >>> graph = read_edgelist(path, columns={"pre": "from", "post": "to"}, sep=";", ids=True)
    >>> graph.shape, graph.edges("caller")[0].tolist()
    ((3, 3), [1, 2])
    """
    path = old_file(path, "an edge list")
    names = _names(columns)
    if sep is not None and (_kind(path) != ".csv" or len(sep.encode()) != 1):
        raise bad_argument("sep", sep, "one character, for a CSV")
    with reading(path, "a CSV or Parquet table"):
        table, sizes = _read(path, sep or ",", [names["pre"], names["post"]] if ids else [])
        table = table.rename_columns([name.strip() for name in table.column_names])
        _check_columns(table.column_names, names, set(columns or ()))
        table = table.select([k for k in names.values() if k in table.column_names])
        ours = {theirs: name for name, theirs in names.items()}
        table = table.rename_columns([ours[k] for k in table.column_names])
        if ids:
            return _connectivity(*_numbered(table))
        return _connectivity(table, sizes.get("n_pre", n_pre), sizes.get("n_post", n_post))


def _names(columns: Mapping[str, str] | None) -> dict[str, str]:
    """What the file calls each of our columns; those of another's name are not there."""
    chosen = dict(columns or {})
    taken = set(chosen.values())
    if set(chosen) - set(COLUMNS) or len(taken) < len(chosen):
        raise bad_argument("columns", columns, f"other names for {', '.join(COLUMNS)}")
    named = [name for name in COLUMNS if name in chosen or name not in taken]
    names = {name: chosen.get(name, name) for name in named}
    for name in COLUMNS[:2]:
        if name not in names:
            raise bad_argument("columns", columns, f"a name for {name!r} too")
    return names


def _check_columns(received: list[str], names: dict[str, str], required: set[str]) -> None:
    """Refuse columns that are missing, or there twice."""
    for ours, theirs in names.items():
        times = received.count(theirs)
        needed = ours in COLUMNS[:2] or ours in required
        if times > 1 or (times == 0 and needed):
            fault = Said(f"columns {', '.join(received)[:200]}")
            expected = f"{'a' if times == 0 else 'only one'} column {theirs or ours!r}"
            remedy = (
                "" if times else "columns= says what the file calls pre, post, weight, delay"
            )
            raise bad_argument("path", fault, expected, remedy)


def _numbered(table: Any) -> tuple[Any, int, int]:
    """The table with numbers from 0 for the names of neurons, and how many there are."""
    import pyarrow as pa

    ends = [table[name].cast(pa.string()) for name in COLUMNS[:2]]
    texts = np.concatenate([column.fill_null("").to_numpy().astype(str) for column in ends])
    if (texts == "").any():
        raise bad_argument("pre, post", Said("empty cells"), "a name in every row")
    numbers = [int(text) if text.isdecimal() else -1 for text in texts]
    # 7 and 10 in the order of numbers, but 007 is a name
    plain = all(str(k) == text for k, text in zip(numbers, texts, strict=True))
    _, place = np.unique(np.array(numbers) if plain else texts, return_inverse=True)
    n = int(place.max(initial=-1)) + 1
    for k, name in enumerate(COLUMNS[:2]):
        rows = place[k * len(table) : (k + 1) * len(table)]
        table = table.set_column(table.column_names.index(name), name, pa.array(rows))
    return table, n, n


def _read(path: pathlib.Path, sep: str, as_text: list[str]) -> tuple[Any, dict[str, int]]:
    """The table of a file, and the sizes that it says."""
    import pyarrow as pa

    csv, parquet = _arrow()
    if _kind(path) == ".parquet":
        table = parquet.read_table(path, columns=None)
        return table, _sizes_of(table.schema.metadata or {})
    sizes, comments = _head(path)
    # threads cost more than they bring on a small table
    threads = path.stat().st_size > 1 << 20
    options = csv.ReadOptions(skip_rows=comments, use_threads=threads)
    types = csv.ConvertOptions(column_types={name: pa.string() for name in as_text})
    cells = csv.ParseOptions(delimiter=sep)
    table = csv.read_csv(
        path, read_options=options, parse_options=cells, convert_options=types
    )
    return table, sizes


def _head(path: pathlib.Path) -> tuple[dict[str, int], int]:
    """The sizes in the first line of a CSV, and how many comments stand above the names of its
    columns.
    """
    comments = 0
    with open(path, "rb") as file:
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


def _table(connectivity: Connectivity) -> Any:
    import pyarrow as pa

    pre, post = connectivity.edges("caller")
    weights = connectivity.weights_array("caller")
    delays = connectivity.delay_steps_array("caller")
    columns = dict(zip(COLUMNS, (pre, post, weights, delays), strict=True))
    sizes = {"n_pre": str(connectivity.n_pre), "n_post": str(connectivity.n_post)}
    return pa.table(columns, metadata=sizes)


def _connectivity(table: Any, n_pre: int | None, n_post: int | None) -> Connectivity:
    values = {name: table[name].to_numpy() for name in COLUMNS if name in table.column_names}
    for name, column in values.items():
        if len(column) and column.dtype.kind not in "iuf":
            remedy = "ids=True (--ids) numbers the names of neurons" if name[0] == "p" else ""
            raise bad_argument(name, column, "a column of numbers", remedy)
    pre = _whole("pre", values["pre"])
    post = _whole("post", values["post"])
    n_pre = int(pre.max(initial=-1)) + 1 if n_pre is None else n_pre
    n_post = int(post.max(initial=-1)) + 1 if n_post is None else n_post
    options = {}
    if "weight" in values:
        options["weight"] = single_precision(values["weight"])
    if "delay" in values:
        options["delay_steps"] = _whole("delay", values["delay"])
    return Connectivity.from_edges(
        pre,
        post,
        n_pre=believable("n_pre", n_pre, len(pre)),
        n_post=believable("n_post", n_post, len(pre)),
        **options,
        duplicates="keep",
    )


def _whole(name: str, column: Any) -> Any:
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


def _kind(path: Path) -> str:
    kind = pathlib.Path(path).suffix.lower().replace(".pq", ".parquet")
    if kind not in (".csv", ".parquet"):
        raise bad_argument("path", str(path), "a name ending in .csv, .parquet or .pq")
    return kind


def _arrow() -> tuple[Any, Any]:
    try:
        from pyarrow import csv, parquet
    except ImportError:
        raise missing_extra("pyarrow", "io") from None
    return csv, parquet
