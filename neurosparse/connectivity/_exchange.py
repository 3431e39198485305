"""Where a connectivity can go: SciPy, networkx, igraph, pandas, a full matrix."""

from typing import Any, Literal

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.connectivity._stored import Stored
from neurosparse.errors import bad_argument, missing_extra
from neurosparse.typing import Float32


class Exchange(Stored):
    """The conversions of a `Connectivity`; every array handed out is a copy."""

    def to_scipy(self, values: Literal["weight", "delay_steps"] = "weight") -> Any:
        """Return a `scipy.sparse.csr_array` `[n_pre, n_post]` of the weights (or delays).

        Several synapses between two neurons stay several entries, which SciPy adds where it must.
        """
        from scipy.sparse import csr_array

        if values not in ("weight", "delay_steps"):
            raise bad_argument("values", values, "'weight' or 'delay_steps'")
        data = self.weights_array() if values == "weight" else self.delay_steps_array()
        return csr_array((data, self.indices, self.indptr), self.shape, copy=True)

    def to_dense(self) -> Float32:
        """Return the weights as a full matrix `[n_pre, n_post]`, several synapses added.

        >>> from neurosparse.connectivity import Connectivity
        >>> c = Connectivity.from_edges([0, 0], [1, 1], n_pre=1, n_post=2, duplicates="keep")
        >>> c.to_dense().tolist()
        [[0.0, 2.0]]
        """
        cells = float(self.n_pre) * self.n_post
        remedy = "take to_scipy(), or a part with select()"
        refuse_beyond_memory("connectivity", 4 * cells, f"{cells:,.0f} weights", remedy)
        dense = np.zeros(self.shape, np.float32)
        np.add.at(dense, self.edges(), self.weights_array())
        return dense

    def to_networkx(self) -> Any:
        """Return a `networkx.DiGraph` with weight and delay (steps) on edges.

        It is a `MultiDiGraph` where pairs repeat. Nodes are 0..n-1. With n_pre != n_post,
        postsynaptic neuron j is node n_pre + j, nodes carry the attribute `bipartite` and the graph
        its `shape`.
        """
        import networkx as nx

        pre, post, behind = self._bipartite()
        repeated = np.any((np.diff(pre) == 0) & (np.diff(post) == 0))
        graph = nx.MultiDiGraph() if repeated else nx.DiGraph()
        graph.add_nodes_from(range(behind + self.n_post))
        if self.n_pre != self.n_post:
            graph.graph["shape"] = self.shape
            nx.set_node_attributes(graph, {i: int(i >= behind) for i in graph}, "bipartite")
        columns = (pre, post, self.weights_array(), self.delay_steps_array())
        rows = zip(*(column.tolist() for column in columns), strict=True)
        graph.add_edges_from((a, b, {"weight": w, "delay": d}) for a, b, w, d in rows)
        return graph

    def to_igraph(self) -> Any:
        """Return a directed `igraph.Graph` with edge attributes weight and delay (steps).

        Nodes are as in `to_networkx`.

        Raises:
            ImportError: igraph is missing.
        """
        try:
            import igraph
        except ImportError as error:
            raise missing_extra("igraph", "graph") from error
        pre, post, behind = self._bipartite()
        edges = np.stack([pre, post], axis=1).tolist()
        graph = igraph.Graph(n=behind + self.n_post, edges=edges, directed=True)
        graph.es["weight"] = self.weights_array().tolist()
        graph.es["delay"] = self.delay_steps_array().tolist()
        return graph

    def to_pandas(self, order: Literal["csr", "caller"] = "csr") -> Any:
        """Return a `pandas.DataFrame`, one row a synapse: pre, post, weight, delay (steps).

        Raises:
            ImportError: pandas is missing.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise missing_extra("pandas", "io") from error
        pre, post = self.edges(order)
        columns = {"pre": pre, "post": post, "weight": self.weights_array(order)}
        return pd.DataFrame(columns | {"delay": self.delay_steps_array(order)}, copy=True)

    def _bipartite(self) -> tuple[Any, Any, int]:
        """Edges between nodes, and how far the postsynaptic nodes stand behind (0 when square)."""
        behind = 0 if self.n_pre == self.n_post else self.n_pre
        pre, post = self.edges()
        return pre, post.astype(np.int64) + behind, behind
