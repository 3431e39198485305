"""Edge lists in CSV and Parquet: one row a synapse, in the caller's order.

Columns are pre, post, weight and delay (in steps). The numbers of neurons stand in Parquet's
metadata, and in a first line `# n_pre=… n_post=…` of a CSV, which most readers skip as a comment.
Weights are written with the digits that give the same float32 back.
"""

import pathlib
import re
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, missing_extra
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
    path: Path, *, n_pre: int | None = None, n_post: int | None = None
) -> Connectivity:
    """Read an edge list with columns pre and post and, where it has them, weight and delay.

    Repeated pairs stay several synapses. Lines that begin with # are left out where they head a
    CSV.

    Args:
        path: of a .csv, .parquet or .pq file.
        n_pre, n_post: sizes, where the file says none; else the largest index of each side + 1.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: pyarrow is missing.
        ValueError: a column is missing or is not of numbers, an index is out of range.
    """
    path = old_file(path, "an edge list")
    with reading(path, "a CSV or Parquet table"):
        table, sizes = _read(path)
        for name in COLUMNS:
            times = table.column_names.count(name)
            if times > 1 or (times == 0 and name in COLUMNS[:2]):
                fault = Said(f"columns {', '.join(table.column_names)}")
                expected = f"{'a' if times == 0 else 'only one'} column {name!r}"
                raise bad_argument("path", fault, expected)
        return _connectivity(table, sizes.get("n_pre", n_pre), sizes.get("n_post", n_post))


def _read(path: pathlib.Path) -> tuple[Any, dict[str, int]]:
    """The table of a file, and the sizes that it says."""
    csv, parquet = _arrow()
    if _kind(path) == ".parquet":
        table = parquet.read_table(path, columns=None)
        return table, _sizes_of(table.schema.metadata or {})
    sizes, comments = _head(path)
    # threads cost more than they bring on a small table
    threads = path.stat().st_size > 1 << 20
    options = csv.ReadOptions(skip_rows=comments, use_threads=threads)
    return csv.read_csv(path, read_options=options), sizes


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
            raise bad_argument(name, column, "a column of numbers")
    pre = _whole("pre", values["pre"])
    post = _whole("post", values["post"])
    n_pre = int(pre.max(initial=-1)) + 1 if n_pre is None else n_pre
    n_post = int(post.max(initial=-1)) + 1 if n_post is None else n_post
    options = {}
    if "weight" in values:
        options["weight"] = values["weight"]
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
