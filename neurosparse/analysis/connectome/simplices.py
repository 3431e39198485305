"""Directed simplices: how often k + 1 neurons are all joined in one order."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.graph import graph
from neurosparse.checks import whole_number
from neurosparse.kernels.graphs.directed_cliques import directed_cliques
from neurosparse.typing import Int64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

HIGHEST = 7


class Simplices(NamedTuple):
    """Directed simplices by dimension k: `counts` `[dimension + 1]`, `members` of each neuron.

    `members[u, k]` `[n, dimension + 1]` is the number of k-simplices that neuron u is one of.
    """

    counts: Int64
    members: Int64


def directed_simplices(connectivity: "Connectivity", dimension: int = HIGHEST) -> Simplices:
    """Count the directed simplices up to a dimension, and those that each neuron is in.

    A k-simplex is an order of k + 1 neurons with an edge from each to all that follow: 0 neurons, 1
    edges, 2 feed-forward loops. Neurons joined both ways may stand in several orders; each counts.

    Args:
        connectivity: a graph on one set of neurons; self loops and repeated pairs are left out.
        dimension: the highest k, at most 7 (all are walked through: dense graphs take long).

    Source: M. W. Reimann et al., Front. Comput. Neurosci. 11 (2017), doi:10.3389/fncom.2017.00048.

    >>> from neurosparse.connectivity import Connectivity
    >>> loop = Connectivity.from_edges([0, 0, 1], [1, 2, 2], n_pre=3, n_post=3)
    >>> directed_simplices(loop, 3).counts.tolist()
    [3, 3, 1, 0]
    """
    whole_number("dimension", dimension, 0, HIGHEST)
    g = graph(connectivity)
    members = directed_cliques(g.indptr, g.indices, dimension)
    total = members.sum(axis=0)
    return Simplices(total // (1 + np.arange(dimension + 1)), members)
