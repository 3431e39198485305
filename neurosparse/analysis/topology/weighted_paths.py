"""How far neurons are from each other when edges have lengths."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.graph import Float, graph, square
from neurosparse.analysis.topology.paths import PathLengths, choose_sources
from neurosparse.errors import Said, bad_argument

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

BLOCK = 16_000_000


def weighted_path_lengths(
    connectivity: "Connectivity", lengths: npt.ArrayLike | None = None, sources: int | None = None,
    rng: np.random.Generator | int | None = None,
) -> PathLengths:  # fmt: skip
    """Measure shortest paths along edges of given `lengths` `[nnz]` (row order, above 0), or of
    length 1 / |w|.

    By default a pair joined by several synapses has their summed weight, and a weight of 0 joins
    nothing; of several given lengths the shortest counts. Directions count, self loops do not.
    Sources as in `path_lengths`: all of up to
    1,024 neurons, 128 of more. Lengths and efficiency are in the unit of `lengths`, or of 1 / w.

    Source: E. W. Dijkstra, Numer. Math. 1 (1959), doi:10.1007/BF01386390 (by SciPy).

    >>> from neurosparse.connectivity import Connectivity
    >>> way = Connectivity.from_edges([0, 1, 0], [1, 2, 2], n_pre=3, n_post=3, weight=[4.0, 4.0, 1.0])
    >>> weighted_path_lengths(way).diameter, weighted_path_lengths(way, [1, 1, 1]).diameter
    (0.5, 1.0)
    """
    from scipy.sparse.csgraph import dijkstra

    matrix = _by_weight(connectivity) if lengths is None else _given(connectivity, lengths)
    n = connectivity.n_pre
    chosen = choose_sources(n, sources, rng)
    sums = np.zeros((4, len(chosen)))
    step = max(1, BLOCK // max(n, 1))
    for low in range(0, len(chosen), step):
        part = chosen[low : low + step]
        far = np.asarray(dijkstra(matrix, indices=part)).reshape(len(part), n)
        far[np.arange(len(part)), part] = np.inf
        known = np.isfinite(far)
        sums[:, low : low + step] = (
            known.sum(axis=1), np.where(known, far, 0.0).sum(axis=1), (1.0 / far).sum(axis=1),
            np.where(known, far, 0.0).max(axis=1, initial=0.0),
        )  # fmt: skip
    return _paths(sums, len(chosen), n)


def _paths(sums: Float, k: int, n: int) -> PathLengths:
    reached, total, inverse, farthest = sums
    pairs = k * max(n - 1, 0)
    found = float(reached.sum())
    mean = float(total.sum() / found) if found else float("nan")
    # the mean is a ratio of two sums over sources: its error by the delta method
    error = (
        float(np.sqrt(((total - mean * reached) ** 2).sum() / (k - 1) * k) / found)
        if found and k > 1
        else np.nan
    )
    share = (found / pairs, float(inverse.sum() / pairs)) if pairs else (0.0, 0.0)
    exact = k == n
    return PathLengths(
        mean,
        0.0 if exact and found else error,
        share[1],
        share[0],
        float(farthest.max(initial=0)),
        k,
        exact,
    )


def _by_weight(connectivity: "Connectivity") -> object:
    from scipy.sparse import csr_array

    g = graph(connectivity)
    weight = (
        np.full(g.edges, np.abs(float(connectivity.weight)))
        if g.weight is None
        else np.abs(g.weight)
    )
    joined = weight > 0
    far = 1.0 / weight[joined].astype(np.float64)
    return csr_array((far, (g.pre[joined], g.indices[joined])), (g.n, g.n))


def _given(connectivity: "Connectivity", lengths: npt.ArrayLike) -> object:
    from scipy.sparse import csr_array

    square(connectivity)
    far = np.asarray(lengths, np.float64)
    if far.shape != (connectivity.nnz,):
        raise bad_argument("lengths", far, f"one length per synapse, shape [{connectivity.nnz}]")
    if far.size and not (np.isfinite(far).all() and far.min() > 0):
        raise bad_argument(
            "lengths", Said("lengths of 0, below it or not finite"), "lengths above 0"
        )
    pre, post = connectivity.edges()
    first = np.ones(len(post), bool)
    first[1:] = (pre[1:] != pre[:-1]) | (post[1:] != post[:-1])
    shortest = np.minimum.reduceat(far, np.flatnonzero(first)) if far.size else far
    return csr_array((shortest, (pre[first], post[first])), connectivity.shape)
