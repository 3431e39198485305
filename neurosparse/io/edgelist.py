"""Edge lists in CSV and Parquet: one row a synapse, in the caller's order.

Weights are written with the digits that give the same float32 back.
"""

import gzip
from collections.abc import Mapping
from typing import Any

from neurosparse.connectivity import Connectivity
from neurosparse.store.edge_table import COLUMNS, ENDINGS, arrow, edge_ending
from neurosparse.store.single import new_file
from neurosparse.typing import Path


def write_edgelist(path: Path, connectivity: Connectivity) -> None:
    """Write a connectivity to a .csv, .tsv or .parquet file; reading it back gives the same, in the
    same order.

    Text is packed where the name ends in .csv.gz or .tsv.gz.

    Raises:
        ImportError: pyarrow is missing.

    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "edges.csv"
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
    _, csv, parquet = arrow()
    ending = edge_ending(path)
    table = _table(connectivity)
    with new_file(path) as temporary, open(temporary, "wb") as file:
        if not ENDINGS[ending]:
            parquet.write_table(table, file)
            return
        # without name and time: the same graph is the same bytes
        packed = ending.endswith(".gz")
        text = gzip.GzipFile("", "wb", fileobj=file, mtime=0) if packed else file
        text.write(b"# n_pre=%d n_post=%d\n" % connectivity.shape)
        csv.write_csv(table, text, csv.WriteOptions(delimiter=ENDINGS[ending]))
        text.close()


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
    text. Weights are float32: whole ones above 2^24 are rounded, and a warning says so.

    Args:
        path: of a .csv, .tsv, .csv.gz, .tsv.gz, .parquet or .pq file.
        n_pre, n_post: sizes; unless given those that the file says, else the largest index of each
            side + 1.
        columns: what the file calls pre, post, weight and delay, where its names are others than in
            capitals; "" for a weight or delay that it does not have.
        sep: one character between the cells of a text; a comma, of .tsv a tab, unless given.
        ids: pre and post hold names or numbers of any kind; both sides are one population, whose
            neurons are numbered in the order of the names.

    Raises:
        FileNotFoundError: there is no such file.
        ImportError: pyarrow is missing.
        ValueError: a column is missing or is not of numbers, an index is out of range, or there is
            no weight or delay but what looks like one, such as syn_weight or delay_ms.

    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "edges.csv"
    >>> _ = path.write_text("from;to\\nb;a\\nc;a\\n")
    >>> graph = read_edgelist(path, columns={"pre": "from", "post": "to"}, sep=";", ids=True)
    >>> graph.shape, graph.edges("caller")[0].tolist()
    ((3, 3), [1, 2])
    """
    return Connectivity.from_file(
        path,
        n_pre=n_pre,
        n_post=n_post,
        columns=columns,
        sep=sep,
        ids=ids,
        duplicates="keep",
    )


def _table(connectivity: Connectivity) -> Any:
    pa, _, _ = arrow()
    pre, post = connectivity.edges("caller")
    weights = connectivity.weights_array("caller")
    delays = connectivity.delay_steps_array("caller")
    columns = dict(zip(COLUMNS, (pre, post, weights, delays), strict=True))
    sizes = {"n_pre": str(connectivity.n_pre), "n_post": str(connectivity.n_post)}
    return pa.table(columns, metadata=sizes)
