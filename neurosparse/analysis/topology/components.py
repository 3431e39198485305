"""Parts of a graph whose neurons reach each other."""

from typing import TYPE_CHECKING

import numpy as np

from neurosparse.analysis.topology.graph import Graph, graph
from neurosparse.checks import truth
from neurosparse.typing import Int64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


def components(connectivity: "Connectivity", *, strong: bool = True) -> Int64:
    """Number the part that each neuron belongs to `[n]`, 0 the largest.

    Within a strong part every neuron reaches every other along directed edges; within a weak one
    (`strong=False`) whichever way they run. An isolated neuron is a part of its own;
    `np.bincount(components(c))` are the sizes.

    >>> from neurosparse.connectivity import Connectivity
    >>> c = Connectivity.from_edges([0, 1, 2], [1, 2, 1], n_pre=4, n_post=4)
    >>> components(c).tolist(), components(c, strong=False).tolist()
    ([1, 0, 0, 2], [0, 0, 0, 1])
    """
    truth("strong", strong)
    return components_of(graph(connectivity), strong)


def components_of(g: Graph, strong: bool) -> Int64:
    """The same of a prepared graph."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    matrix = csr_array((np.ones(g.edges, np.int8), g.indices, g.indptr), (g.n, g.n))
    _, part = connected_components(matrix, connection="strong" if strong else "weak")
    # of equal ones first that of the first neuron
    _, first, member = np.unique(part, return_index=True, return_inverse=True)
    order = np.lexsort((first, -np.bincount(member, minlength=len(first))))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[member]
