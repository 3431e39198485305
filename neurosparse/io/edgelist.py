"""Edge lists in CSV and Parquet: columns pre, post, weight, delay, one row a synapse in the
caller's order.

The numbers of neurons stand in Parquet's metadata, and in a first line `# n_pre=… n_post=…` of a
CSV, which most readers skip as a comment. Weights are written with the digits that give the same
float32 back.
"""

import re
from pathlib import Path
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, missing_extra
from neurosparse.store.single import believable, new_file, old_file, reading

COLUMNS = ("pre", "post", "weight", "delay")
LONGEST = 1 << 16
_SIZES = re.compile(rb"# n_pre=(\d{1,12}) n_post=(\d{1,12})\r?\n")


def write_edgelist(path: str | Path, connectivity: Connectivity) -> None:
    """Write a connectivity to a .csv or .parquet file; reading it back gives the same, in the same
    order.

    Raises:
        ImportError: pyarrow is missing.

    >>> import tempfile
    >>> name = Path(tempfile.mkdtemp()) / "edges.csv"
    >>> write_edgelist(name, Connectivity.from_edges([1, 0], [0, 1], n_pre=2, n_post=3, weight=[0.1, 2]))
    >>> print(name.read_text())
    # n_pre=2 n_post=3
    "pre","post","weight","delay"
    1,0,0.1,0
    0,1,2,0
    <BLANKLINE>
    >>> read_edgelist(name).shape
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
    path: str | Path, *, n_pre: int | None = None, n_post: int | None = None
) -> Connectivity:
    """Read an edge list with columns pre and post and, where it has them, weight and delay (in steps).

    Repeated pairs stay several synapses. Sizes are those in the file; where it says none, those
    given, or else the largest index of each side + 1. Lines that begin with # are left out where
    they head a CSV.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: pyarrow is missing.
        ValueError: a column is missing or is not of numbers, an index is out of range.
    """
    csv, parquet = _arrow()
    path = old_file(path, "an edge list")
    with reading(path, "a CSV or Parquet table"):
        if _kind(path) == ".parquet":
            table = parquet.read_table(path, columns=None)
            sizes = _sizes_of(table.schema.metadata or {})
        else:
            sizes, comments = _head(path)
            # threads cost more than they bring on a small table
            options = csv.ReadOptions(skip_rows=comments, use_threads=path.stat().st_size > 1 << 20)
            table = csv.read_csv(path, read_options=options)
        for name in COLUMNS:
            times = table.column_names.count(name)
            if times > 1 or (times == 0 and name in COLUMNS[:2]):
                wants = f"{'a' if times == 0 else 'only one'} column {name!r}"
                raise bad_argument("path", Said(f"columns {', '.join(table.column_names)}"), wants)
        return _connectivity(
            table, n_pre if sizes[0] is None else sizes[0], n_post if sizes[1] is None else sizes[1]
        )


def _head(path: Path) -> tuple[tuple[int | None, int | None], int]:
    """The sizes in the first line of a CSV, and how many comments stand above the names of its
    columns.
    """
    comments = 0
    with open(path, "rb") as file:
        first = line = file.readline(LONGEST)
        while line.startswith(b"#"):
            comments += line.endswith(b"\n")
            line = file.readline(LONGEST)
    found = _SIZES.match(first)
    return (int(found[1]), int(found[2])) if found else (None, None), comments


def _table(connectivity: Connectivity) -> Any:
    import pyarrow as pa

    pre, post = connectivity.edges("caller")
    arrays = (pre, post, connectivity.weights_array("caller"), connectivity.delay_steps_array("caller"))
    sizes = {"n_pre": str(connectivity.n_pre), "n_post": str(connectivity.n_post)}
    return pa.table(dict(zip(COLUMNS, arrays, strict=True)), metadata=sizes)


def _connectivity(table: Any, n_pre: int | None, n_post: int | None) -> Connectivity:
    values = {name: table[name].to_numpy() for name in COLUMNS if name in table.column_names}
    for name, column in values.items():
        if len(column) and column.dtype.kind not in "iuf":
            raise bad_argument(name, column, "a column of numbers")
    pre, post = (_whole(name, values.pop(name)) for name in COLUMNS[:2])
    sizes = {
        "n_pre": believable(
            "n_pre", int(pre.max(initial=-1)) + 1 if n_pre is None else n_pre, len(pre)
        ),
        "n_post": believable(
            "n_post", int(post.max(initial=-1)) + 1 if n_post is None else n_post, len(pre)
        ),
    }
    if "delay" in values:
        values["delay_steps"] = _whole("delay", values.pop("delay"))
    return Connectivity.from_edges(pre, post, **sizes, **values, duplicates="keep")


def _whole(name: str, column: Any) -> Any:
    if column.dtype.kind == "f" and not (
        np.isfinite(column).all() and (column == np.floor(column)).all()
    ):
        raise bad_argument(name, Said("fractions or empty cells"), "whole numbers in every row")
    if len(column) and not (column.min() >= 0 and column.max() < 2**62):
        raise bad_argument(
            name, Said(f"{column.min()} to {column.max()}"), "whole numbers, 0 or more"
        )
    return column.astype(np.int64)


def _sizes_of(metadata: dict[bytes, bytes]) -> tuple[int | None, int | None]:
    n_pre, n_post = (metadata.get(key, b"") for key in (b"n_pre", b"n_post"))
    return int(n_pre) if n_pre.isdigit() else None, int(n_post) if n_post.isdigit() else None


def _kind(path: str | Path) -> str:
    kind = Path(path).suffix.lower().replace(".pq", ".parquet")
    if kind not in (".csv", ".parquet"):
        raise bad_argument("path", str(path), "a name ending in .csv, .parquet or .pq")
    return kind


def _arrow() -> tuple[Any, Any]:
    try:
        from pyarrow import csv, parquet
    except ImportError:
        raise missing_extra("pyarrow", "io") from None
    return csv, parquet
