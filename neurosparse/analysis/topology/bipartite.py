"""Measures of a graph between two populations, where a neuron sends or receives but never both.

Closed paths are at least four edges long there, so what clustering is elsewhere is counted on
squares:

    square clustering C = 4 S / P,    S squares (two sources sharing two targets),  P paths of three
    edges

Source: G. Robins, M. Alexander, Comput. Math. Organ. Theory 10 (2004),
doi:10.1023/B:CMOT.0000032580.12184.c0.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.analysis.topology.degrees import pearson
from neurosparse.analysis.topology.graph import as_connectivity
from neurosparse.analysis.topology.powerlaw import fit_power_law
from neurosparse.analysis.topology.table import GraphMeasure, compared
from neurosparse.kernels.graphs.shuffle_directed import edge_trade

if TYPE_CHECKING:
    from neurosparse.analysis.topology.graph import Int32, Int64
    from neurosparse.connectivity import Connectivity

# at most this many pairs of neurons that share a target are held at once
PAIRS = 20_000_000


def square_count(connectivity: "Connectivity") -> int:
    """Count pairs of sources that share a pair of targets; repeated pairs are one, weights do not
    matter.

    >>> from neurosparse.connectivity import Connectivity
    >>> square_count(Connectivity.from_dense([[1, 1, 1], [1, 1, 1]]))
    3
    """
    return squares_of(*simple(connectivity), connectivity.n_post)


def square_clustering(connectivity: "Connectivity") -> float:
    """Share of paths of three edges that are closed by a fourth: 0 a tree, 1 complete; NaN without such paths.

    >>> from neurosparse.connectivity import Connectivity
    >>> square_clustering(Connectivity.from_dense([[1, 1], [1, 1]]))
    1.0
    """
    indptr, indices = simple(connectivity)
    return _share(
        squares_of(indptr, indices, connectivity.n_post),
        _paths(indptr, indices, connectivity.n_post),
    )


def simple(connectivity: "Connectivity") -> "tuple[Int64, Int32]":
    """Rows without repeated targets: `indptr` `[n_pre + 1]`, `indices`."""
    pre, post = as_connectivity(connectivity).edges()
    first = np.ones(len(post), bool)
    first[1:] = (pre[1:] != pre[:-1]) | (post[1:] != post[:-1])
    if first.all():
        return connectivity.indptr, connectivity.indices
    size = np.bincount(pre[first], minlength=connectivity.n_pre)
    return np.concatenate(([0], np.cumsum(size))).astype(np.int64), post[first]


def squares_of(indptr: "Int64", indices: "Int32", n_post: int) -> int:
    """`square_count` of simple rows: Σ over pairs of sources of common (common - 1) / 2, from the cheaper side."""
    from scipy.sparse import csr_array

    matrix = csr_array(
        (np.ones(len(indices), np.int64), indices, indptr), (len(indptr) - 1, n_post)
    )
    if (np.diff(indptr).astype(float) ** 2).sum() < (
        np.bincount(indices, minlength=1).astype(float) ** 2
    ).sum():
        matrix = matrix.T.tocsr()
    # paths of two edges that start in each row
    into = np.bincount(matrix.indices, minlength=matrix.shape[1])
    ends = np.concatenate(([0], np.cumsum(into[matrix.indices])))[matrix.indptr]
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


def measure_between(indptr: "Int64", indices: "Int32", n_post: int) -> dict[str, float]:
    """What is compared with nulls of the same degrees, by name."""
    out = np.diff(indptr)
    into = np.bincount(indices, minlength=n_post)
    pre = np.repeat(np.arange(len(out)), out)
    found = squares_of(indptr, indices, n_post)
    return {
        "squares": float(found),
        "square clustering": _share(found, _paths(indptr, indices, n_post)),
        "assortativity out-in": pearson(out[pre], into[indices]),
    }


def rows_between(
    connectivity: "Connectivity", seeds: list[int], progress: Any, rounds: int
) -> list[GraphMeasure]:
    """Rows of the description of a graph between two populations."""
    from neurosparse.analysis.topology.spectrum import stable_rank

    indptr, indices = simple(connectivity)
    own = measure_between(indptr, indices, connectivity.n_post)
    drawn = list[dict[str, float]]()
    for seed in seeds:
        drawn.append(
            measure_between(
                indptr, edge_trade(indptr, indices, rounds, seed, loops=True), connectivity.n_post
            )
        )
        if progress:
            progress(len(drawn), len(seeds))
    rows = [compared(name, value, [null[name] for null in drawn]) for name, value in own.items()]
    return [
        *_alone(connectivity, indptr, indices),
        *rows,
        GraphMeasure("stable rank", stable_rank(connectivity)),
    ]


def _alone(connectivity: "Connectivity", indptr: "Int64", indices: "Int32") -> list[GraphMeasure]:
    n_pre, n_post = connectivity.shape
    out = np.diff(indptr)
    into = np.bincount(indices, minlength=n_post)
    rows = [
        GraphMeasure("presynaptic neurons", float(n_pre)),
        GraphMeasure("postsynaptic neurons", float(n_post)),
        GraphMeasure("edges", float(len(indices)), note="pairs joined"),
        GraphMeasure("synapses", float(connectivity.nnz), note="as stored"),
        GraphMeasure("density", len(indices) / max(n_pre * n_post, 1)),
        GraphMeasure(
            "silent sources", float(np.count_nonzero(out == 0)), note="neurons without a target"
        ),
        GraphMeasure(
            "unreached targets", float(np.count_nonzero(into == 0)), note="neurons without a source"
        ),
    ]
    for side, degree in (("out", out), ("in", into)):
        law = fit_power_law(degree)
        rows += [
            GraphMeasure(f"largest {side}-degree", float(degree.max(initial=0))),
            GraphMeasure(
                f"power law {side}",
                law.alpha,
                note=f"{law.verdict}; tail of {law.tail} from {law.xmin:g}",
            ),
        ]
    if np.ndim(connectivity.weight) and connectivity.nnz:
        weight = connectivity.weights_array().astype(np.float64)
        rows += [
            GraphMeasure("mean weight", float(weight.mean()), note="of a synapse"),
            GraphMeasure("negative weights", float(np.mean(weight < 0)), note="share of synapses"),
        ]
    return rows


def _paths(indptr: "Int64", indices: "Int32", n_post: int) -> int:
    out = np.diff(indptr)
    into = np.bincount(indices, minlength=n_post)
    pre = np.repeat(np.arange(len(out)), out)
    return int(((out[pre] - 1) * (into[indices] - 1)).sum())


def _share(found: int, paths: int) -> float:
    return 4 * found / paths if paths else float("nan")
