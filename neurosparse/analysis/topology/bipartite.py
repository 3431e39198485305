"""Measures of a graph between two populations, where a neuron sends or receives but never both.

Closed paths are at least four edges long there, so what clustering is elsewhere is counted on
squares, which are two sources sharing two targets:

    square clustering C = 4 S / P,    S squares,  P paths of three edges

Source: G. Robins, M. Alexander, Comput. Math. Organ. Theory 10 (2004),
doi:10.1023/B:CMOT.0000032580.12184.c0.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from neurosparse.analysis.topology.degrees import pearson
from neurosparse.analysis.topology.graph import as_connectivity, first_of_pair
from neurosparse.analysis.topology.spectrum import stable_rank
from neurosparse.analysis.topology.table import GraphMeasure, compared, power_law_measure
from neurosparse.kernels.graphs.shuffle_directed import shuffle_directed
from neurosparse.typing import Int32, Int64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# at most this many pairs of neurons that share a target are held at once
PAIRS = 20_000_000


def square_count(connectivity: "Connectivity") -> int:
    """Count pairs of sources that share a pair of targets; repeated synapses count once.

    >>> from neurosparse.connectivity import Connectivity
    >>> square_count(Connectivity.from_dense([[1, 1, 1], [1, 1, 1]]))
    3
    """
    return squares_of(*simple(connectivity), connectivity.n_post)


def square_clustering(connectivity: "Connectivity") -> float:
    """Share of paths of three edges that are closed by a fourth; NaN without such paths.

    A tree has 0, a complete graph 1.

    >>> from neurosparse.connectivity import Connectivity
    >>> square_clustering(Connectivity.from_dense([[1, 1], [1, 1]]))
    1.0
    """
    indptr, indices = simple(connectivity)
    squares = squares_of(indptr, indices, connectivity.n_post)
    return _closed_share(squares, _paths(indptr, indices, connectivity.n_post))


def simple(connectivity: "Connectivity") -> tuple[Int64, Int32]:
    """Rows without repeated targets: `indptr` `[n_pre + 1]`, `indices`."""
    pre, post = as_connectivity(connectivity).edges()
    first = first_of_pair(pre, post)
    if first.all():
        return connectivity.indptr, connectivity.indices
    size = np.bincount(pre[first], minlength=connectivity.n_pre)
    return np.concatenate(([0], np.cumsum(size))).astype(np.int64), post[first]


def squares_of(indptr: Int64, indices: Int32, n_post: int) -> int:
    """`square_count` of simple rows.

    S = Σ common (common - 1) / 2    over pairs of sources, or over pairs of targets
    """
    from scipy.sparse import csr_array

    ones = np.ones(len(indices), np.int64)
    matrix = csr_array((ones, indices, indptr), (len(indptr) - 1, n_post))
    # both sides give the same sum: take the one with fewer paths of two edges
    paths_over_pre = (np.diff(indptr).astype(float) ** 2).sum()
    paths_over_post = (np.bincount(indices, minlength=1).astype(float) ** 2).sum()
    if paths_over_pre < paths_over_post:
        matrix = matrix.T.tocsr()
    # paths of two edges that start in each row, added up
    incoming = np.bincount(matrix.indices, minlength=matrix.shape[1])
    ends = np.concatenate(([0], np.cumsum(incoming[matrix.indices])))[matrix.indptr]
    other = matrix.T.tocsr()
    low = 0
    total = 0
    while low < matrix.shape[0]:
        high = max(low + 1, int(np.searchsorted(ends, ends[low] + PAIRS, side="right")) - 1)
        common = (matrix[low:high] @ other).data
        total += int((common * (common - 1) // 2).sum())
        low = high
    # each pair came twice, and each row with itself
    degree = np.diff(matrix.indptr).astype(np.int64)
    return (total - int((degree * (degree - 1) // 2).sum())) // 2


def measure_between(indptr: Int64, indices: Int32, n_post: int) -> dict[str, float]:
    """What is compared with nulls of the same degrees, by name."""
    outgoing = np.diff(indptr)
    incoming = np.bincount(indices, minlength=n_post)
    pre = np.repeat(np.arange(len(outgoing)), outgoing)
    squares = squares_of(indptr, indices, n_post)
    return {
        "squares": float(squares),
        "square clustering": _closed_share(squares, _paths(indptr, indices, n_post)),
        "assortativity out-in": pearson(outgoing[pre], incoming[indices]),
    }


def rows_between(
    connectivity: "Connectivity",
    seeds: Sequence[int],
    progress: Callable[[int, int], object] | None,
    rounds: int,
) -> list[GraphMeasure]:
    """Rows of the description of a graph between two populations."""
    indptr, indices = simple(connectivity)
    n_post = connectivity.n_post
    nulls = list[dict[str, float]]()
    for seed in seeds:
        traded = shuffle_directed(indptr, indices, rounds, seed, loops=True)
        nulls.append(measure_between(indptr, traded, n_post))
        if progress:
            progress(len(nulls), len(seeds))
    values = measure_between(indptr, indices, n_post)
    rows = [
        compared(name, value, [null[name] for null in nulls])
        for name, value in values.items()
    ]
    rank = GraphMeasure("stable rank", stable_rank(connectivity))
    return [*_not_compared(connectivity, indptr, indices), *rows, rank]


def _not_compared(
    connectivity: "Connectivity", indptr: Int64, indices: Int32
) -> list[GraphMeasure]:
    n_pre, n_post = connectivity.shape
    outgoing = np.diff(indptr)
    incoming = np.bincount(indices, minlength=n_post)
    silent = float(np.count_nonzero(outgoing == 0))
    unreached = float(np.count_nonzero(incoming == 0))
    rows = [
        GraphMeasure("presynaptic neurons", float(n_pre)),
        GraphMeasure("postsynaptic neurons", float(n_post)),
        GraphMeasure("edges", float(len(indices)), note="pairs joined"),
        GraphMeasure("synapses", float(connectivity.nnz), note="as stored"),
        GraphMeasure("density", len(indices) / max(n_pre * n_post, 1)),
        GraphMeasure("silent sources", silent, note="neurons without a target"),
        GraphMeasure("unreached targets", unreached, note="neurons without a source"),
    ]
    for side, degree in (("out", outgoing), ("in", incoming)):
        rows += [
            GraphMeasure(f"largest {side}-degree", float(degree.max(initial=0))),
            power_law_measure(f"power law {side}", degree),
        ]
    if np.ndim(connectivity.weight) and connectivity.nnz:
        weight = connectivity.weights_array().astype(np.float64)
        rows += [
            GraphMeasure("mean weight", float(weight.mean()), note="of a synapse"),
            GraphMeasure(
                "negative weights", float(np.mean(weight < 0)), note="share of synapses"
            ),
        ]
    return rows


def _paths(indptr: Int64, indices: Int32, n_post: int) -> int:
    """Paths of three edges, each counted at its middle edge."""
    outgoing = np.diff(indptr)
    incoming = np.bincount(indices, minlength=n_post)
    pre = np.repeat(np.arange(len(outgoing)), outgoing)
    return int(((outgoing[pre] - 1) * (incoming[indices] - 1)).sum())


def _closed_share(squares: int, paths: int) -> float:
    return 4 * squares / paths if paths else float("nan")
