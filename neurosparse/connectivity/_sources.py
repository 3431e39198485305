"""Where a connectivity can come from: edges, matrices, graphs, tables, files."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import numpy as np

from neurosparse import typing
from neurosparse.connectivity import _build, _check, _fields
from neurosparse.connectivity._build import Duplicates
from neurosparse.connectivity._stored import Stored
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.quantities import refuse_units
from neurosparse.store.edge_table import read_edge_table
from neurosparse.store.single import reading

# what a graph or table calls them: argument of `from_edges` -> attribute or column
_VALUES = {"weight": "weight", "delay_steps": "delay"}


class Sources(Stored):
    """The constructors of a `Connectivity` that sort, and remember the caller's order."""

    @classmethod
    def from_edges(
        cls,
        pre: Any,
        post: Any,
        *,
        n_pre: int | None = None,
        n_post: int | None = None,
        weight: Any = 1.0,
        delay_steps: Any = 0,
        duplicates: Duplicates = "refuse",
    ) -> Self:
        """Build from a list of edges `pre[m] -> post[m]` in any order.

        Args:
            pre, post: neuron numbers from 0.
            n_pre, n_post: sizes of the populations; without them the largest number + 1.
            weight: one number, or one an edge.
            delay_steps: whole simulation steps, one number or one an edge.
            duplicates: edges between the same two neurons are an error ("refuse"), one synapse with
                the sum of the weights ("sum"; its delays must agree), or several synapses ("keep").

        >>> from neurosparse.connectivity import Connectivity
        >>> c = Connectivity.from_edges([1, 0], [0, 2], n_pre=2, n_post=3, weight=[10, 20])
        >>> c.weights_array().tolist(), c.weights_array(order="caller").tolist()
        ([20.0, 10.0], [10.0, 20.0])
        """
        pre = _check.whole("pre", pre)
        post = _check.whole("post", post)
        if len(pre) != len(post):
            received = Said(f"{len(post)} numbers")
            raise bad_argument("post", received, f"as many as pre has: {len(pre)}")
        n_pre = _check.size("n_pre", _largest(pre) + 1 if n_pre is None else n_pre)
        n_post = _check.size("n_post", _largest(post) + 1 if n_post is None else n_post)
        pre = _check.indices("pre", pre, n_pre)
        post = _check.indices("post", post, n_post)
        weight = _check.weight(weight, len(pre))
        delay_steps = _check.delay_steps(delay_steps, len(pre))
        parts = _build.from_edges(pre, post, n_pre, n_post, weight, delay_steps, duplicates)
        return cls._trusted(*parts)

    @classmethod
    def from_csr(
        cls,
        indptr: Any,
        indices: Any,
        n_post: int,
        weight: Any = 1.0,
        delay_steps: Any = 0,
        duplicates: Duplicates = "refuse",
    ) -> Self:
        """Build from compressed rows whose columns may stand in any order within a row.

        >>> from neurosparse.connectivity import Connectivity
        >>> Connectivity.from_csr([0, 2], [5, 3], 6, weight=[1, 2]).weights_array().tolist()
        [2.0, 1.0]
        """
        indices = _check.whole("indices", indices)
        indptr = _check.pointers(indptr, len(indices))
        n_pre = len(indptr) - 1
        pre = np.repeat(np.arange(n_pre, dtype=np.int32), np.diff(indptr))
        edges = {
            "n_pre": n_pre,
            "n_post": n_post,
            "weight": weight,
            "delay_steps": delay_steps,
        }
        return cls.from_edges(pre, indices, **edges, duplicates=duplicates)

    @classmethod
    def from_dense(cls, matrix: Any, delay_steps: Any = 0) -> Self:
        """Build from a dense matrix `[n_pre, n_post]`; what is not 0 is a synapse.

        >>> from neurosparse.connectivity import Connectivity
        >>> Connectivity.from_dense([[0, 0.5, 0], [2, 0, 0]]).nnz
        2
        """
        if isinstance(matrix, np.ma.MaskedArray):
            matrix = np.ma.filled(matrix, 0)  # what is masked is not known to be a synapse
        refuse_units("matrix", matrix)
        array = np.asarray(matrix)
        array = array.astype(np.float32) if array.dtype == bool else array
        if array.ndim != 2:
            raise bad_argument("matrix", matrix, "two dimensions, [n_pre, n_post]")
        pre, post = np.nonzero(array)
        n_pre, n_post = array.shape
        return cls.from_edges(
            pre,
            post,
            n_pre=n_pre,
            n_post=n_post,
            weight=array[pre, post],
            delay_steps=delay_steps,
        )

    @classmethod
    def from_scipy(
        cls, matrix: Any, delay_steps: Any = 0, duplicates: Duplicates = "sum"
    ) -> Self:
        """Build from a SciPy sparse matrix or array `[n_pre, n_post]`.

        Stored zeros are synapses too.

        >>> import scipy.sparse as sp
        >>> from neurosparse.connectivity import Connectivity
        >>> Connectivity.from_scipy(sp.coo_array(([1.0, 2.0], ([1, 0], [0, 1])))).shape
        (2, 2)
        """
        if not hasattr(matrix, "tocoo"):
            remedy = "use from_dense for a full one"
            raise bad_type("matrix", matrix, "a SciPy sparse matrix", remedy)
        if len(matrix.shape) != 2:
            raise bad_argument("matrix", matrix, "two dimensions, [n_pre, n_post]")
        coo = matrix.tocoo()
        n_pre, n_post = coo.shape
        weight = coo.data.astype(np.float32) if coo.dtype == bool else coo.data
        edges = {
            "n_pre": n_pre,
            "n_post": n_post,
            "weight": weight,
            "delay_steps": delay_steps,
        }
        return cls.from_edges(coo.row, coo.col, **edges, duplicates=duplicates)

    @classmethod
    def from_networkx(
        cls, graph: Any, weight: str = "weight", delay_steps: str = "delay"
    ) -> Self:
        """Build from a networkx graph: neuron i is the i-th node.

        An undirected edge goes both ways; parallel edges of a multigraph stay several synapses.

        Args:
            graph: any networkx graph.
            weight: name of the edge attribute with the weight; 1 where an edge has none.
            delay_steps: name of that with the delay in whole steps; 0 where an edge has none.

        >>> import networkx as nx
        >>> from neurosparse.connectivity import Connectivity
        >>> Connectivity.from_networkx(nx.DiGraph([("a", "b"), ("b", "c")])).to_dense().tolist()
        [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]
        """
        if not hasattr(graph, "is_directed"):
            raise bad_type(
                "graph", graph, "a networkx graph", "write networkx.DiGraph(graph)"
            )
        place = {node: i for i, node in enumerate(graph)}
        graph = graph if graph.is_directed() else graph.to_directed()
        edges = list(graph.edges(data=True))
        data = [attributes for _, _, attributes in edges]
        remedy = "name yours by weight= or delay_steps=, or take it off the graph"
        _fields.refuse_others(set().union(*data), (weight, delay_steps), remedy)
        n_pre, n_post, behind = _fields.rectangle(graph.graph.get("shape"), len(place))
        return cls.from_edges(
            [place[a] for a, _, _ in edges],
            [place[b] - behind for _, b, _ in edges],
            n_pre=n_pre,
            n_post=n_post,
            weight=_fields.attribute(data, "weight", weight, 1.0),
            delay_steps=_fields.attribute(data, "delay_steps", delay_steps, 0),
            duplicates="keep",
        )

    @classmethod
    def from_igraph(cls, graph: Any) -> Self:
        """Build from an igraph graph with, where it has them, edge attributes weight and delay.

        An undirected edge goes both ways, a loop once; parallel edges are kept, delays are steps.
        """
        names = graph.es.attributes()
        _fields.refuse_others(
            names, _fields.COLUMNS[2:], "call it {ours}, or take it off the graph"
        )
        edges = np.array(graph.get_edgelist(), np.int64).reshape(-1, 2)
        values = {
            name: graph.es[attribute]
            for name, attribute in _VALUES.items()
            if attribute in names
        }
        if not graph.is_directed():
            back = np.flatnonzero(edges[:, 0] != edges[:, 1])
            edges = np.concatenate([edges, edges[back, ::-1]])
            values = {name: [*of, *(of[k] for k in back)] for name, of in values.items()}
        sizes = {"n_pre": graph.vcount(), "n_post": graph.vcount()}
        return cls.from_edges(
            edges[:, 0], edges[:, 1], **sizes, **values, duplicates="keep"
        )

    @classmethod
    def from_pandas(
        cls,
        table: Any,
        *,
        n_pre: int | None = None,
        n_post: int | None = None,
        columns: tuple[str, ...] = _fields.COLUMNS,
        duplicates: Duplicates = "refuse",
    ) -> Self:
        """Build from a table with columns pre, post and, where it has them, weight and delay.

        Args:
            table: a `pandas.DataFrame`, delays in whole steps.
            n_pre, n_post, duplicates: as in `from_edges`; give the sizes, or neurons that no row
                names are lost.
            columns: two to four names of the table, in this order.

        >>> import pandas as pd
        >>> from neurosparse.connectivity import Connectivity
        >>> table = pd.DataFrame({"pre": [0, 1], "post": [1, 0], "weight": [0.5, 2.0]})
        >>> Connectivity.from_pandas(table).weights_array().tolist()
        [0.5, 2.0]
        """
        if not hasattr(table, "columns"):
            raise bad_type(
                "table", table, "a pandas.DataFrame", "write pd.DataFrame(table)"
            )
        if isinstance(columns, str) or not 2 <= len(columns) <= 4:
            raise bad_argument(
                "columns", columns, "two to four names: pre, post, weight, delay"
            )
        columns = (*columns, *_fields.COLUMNS[len(columns) :])
        _fields.check_columns(table, columns)
        if columns == _fields.COLUMNS:
            remedy = "name the columns by columns=(pre, post, …)"
            _fields.refuse_others(table.columns, columns[2:], remedy)
        pre = table[columns[0]].to_numpy()
        post = table[columns[1]].to_numpy()
        values = {
            argument: table[name].to_numpy()
            for argument, name in zip(_VALUES, columns[2:], strict=True)
            if name in table.columns
        }
        sizes = {"n_pre": n_pre, "n_post": n_post}
        return cls.from_edges(pre, post, **sizes, **values, duplicates=duplicates)

    @classmethod
    def from_file(
        cls,
        path: typing.Path,
        *,
        n_pre: int | None = None,
        n_post: int | None = None,
        columns: Mapping[str, str] | None = None,
        sep: str | None = None,
        ids: bool = False,
        duplicates: Duplicates = "refuse",
    ) -> Self:
        """Build from an edge list in a text or Parquet file, columns pre, post, weight and delay.

        `neurosparse.io.read_edgelist` reads the same and keeps repeated pairs.

        Args:
            path: ends in .csv, .tsv, .csv.gz, .tsv.gz, .parquet or .pq.
            n_pre, n_post, columns, sep, ids: as in `read_edgelist`.
            duplicates: as in `from_edges`.

        Raises:
            FileNotFoundError: there is no such file.
            ImportError: pyarrow is missing.
            ValueError: what is in it is no edge list; the column is named.
        """
        table = read_edge_table(
            path, n_pre=n_pre, n_post=n_post, columns=columns, sep=sep, ids=ids
        )
        values: dict[str, Any] = {
            argument: table.values[name]
            for argument, name in _VALUES.items()
            if name in table.values
        }
        sizes = {"n_pre": table.n_pre, "n_post": table.n_post}
        with reading(Path(path), "an edge list"):
            return cls.from_edges(
                table.pre, table.post, **sizes, **values, duplicates=duplicates
            )

    @classmethod
    def empty(cls, n_pre: int, n_post: int) -> Self:
        """Build one without synapses.

        >>> from neurosparse.connectivity import Connectivity
        >>> Connectivity.empty(3, 2).nnz
        0
        """
        n_pre = _check.size("n_pre", n_pre)
        n_post = _check.size("n_post", n_post)
        none = np.empty(0, np.int32)
        return cls._trusted(np.zeros(n_pre + 1, np.int64), none, n_post, np.float32(1), 0)


def _largest(numbers: Any) -> int:
    """The largest of some numbers, -1 when there are none (which an unsigned array cannot hold)."""
    return int(numbers.max()) if len(numbers) else -1
