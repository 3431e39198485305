"""How far neurons are from each other when edges have lengths."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.graph import check_square, first_of_pair, graph
from neurosparse.analysis.topology.paths import PathLengths, choose_sources, from_sums
from neurosparse.errors import Said, bad_argument
from neurosparse.quantities import real_numbers
from neurosparse.typing import Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# distances that are held at once
BLOCK = 16_000_000


def weighted_path_lengths(
    connectivity: "Connectivity",
    lengths: npt.ArrayLike | None = None,
    sources: int | None = None,
    rng: Seed = None,
) -> PathLengths:
    """Measure shortest paths along edges that have lengths.

    Directions count, self loops do not. Lengths and efficiency are in the unit of `lengths`, or of
    1 / |w|.

    Args:
        connectivity: a graph on one set of neurons.
        lengths: of the synapses in row order, above 0 `[nnz]`; of several of a pair the shortest
            counts. None takes 1 / |w|, w summed over the synapses of a pair; a weight of 0 joins
            nothing.
        sources: neurons to search from; None takes all of up to 1,024 and 128 of more.
        rng: chooses them.

    Source: E. W. Dijkstra, Numer. Math. 1 (1959), doi:10.1007/BF01386390 (by SciPy).

    >>> from neurosparse.connectivity import Connectivity
    >>> pre, post = [0, 1, 0], [1, 2, 2]
    >>> way = Connectivity.from_edges(pre, post, n_pre=3, n_post=3, weight=[4.0, 4.0, 1.0])
    >>> weighted_path_lengths(way).diameter, weighted_path_lengths(way, [1, 1, 1]).diameter
    (0.5, 1.0)
    """
    from scipy.sparse.csgraph import dijkstra

    matrix = (
        _by_weight(connectivity) if lengths is None else _by_length(connectivity, lengths)
    )
    n = connectivity.n_pre
    chosen = choose_sources(n, sources, rng)
    reached, total, inverse, farthest = np.zeros((4, len(chosen)))
    step = max(1, BLOCK // max(n, 1))
    for low in range(0, len(chosen), step):
        part = chosen[low : low + step]
        rows = slice(low, low + step)
        distance = np.asarray(dijkstra(matrix, indices=part)).reshape(len(part), n)
        # a source has no path to itself
        distance[np.arange(len(part)), part] = np.inf
        joined = np.isfinite(distance)
        finite = np.where(joined, distance, 0.0)
        reached[rows] = joined.sum(axis=1)
        total[rows] = finite.sum(axis=1)
        inverse[rows] = (1.0 / distance).sum(axis=1)
        farthest[rows] = finite.max(axis=1, initial=0.0)
    diameter = float(farthest.max(initial=0))
    return from_sums(reached, total, inverse, n)._replace(diameter=diameter)


def _by_weight(connectivity: "Connectivity") -> object:
    from scipy.sparse import csr_array

    g = graph(connectivity)
    if g.weight is None:
        weight = np.full(g.edges, np.abs(float(connectivity.weight)))
    else:
        weight = np.abs(g.weight)
    joined = weight > 0
    length = 1.0 / weight[joined].astype(np.float64)
    return csr_array((length, (g.pre[joined], g.indices[joined])), (g.n, g.n))


def _by_length(connectivity: "Connectivity", lengths: npt.ArrayLike) -> object:
    from scipy.sparse import csr_array

    check_square(connectivity)
    length = real_numbers("lengths", lengths, "one length per synapse")
    if length.shape != (connectivity.nnz,):
        expected = f"one length per synapse, shape [{connectivity.nnz}]"
        raise bad_argument("lengths", length, expected)
    if length.size and not (np.isfinite(length).all() and length.min() > 0):
        problem = Said("lengths of 0, below it or not finite")
        raise bad_argument("lengths", problem, "lengths above 0")
    pre, post = connectivity.edges()
    first = first_of_pair(pre, post)
    # reduceat refuses to reduce nothing
    shortest = np.minimum.reduceat(length, np.flatnonzero(first)) if length.size else length
    return csr_array((shortest, (pre[first], post[first])), connectivity.shape)
