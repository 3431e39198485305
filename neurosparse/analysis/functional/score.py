"""How well an estimate tells the pairs that are joined from those that are not."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.graph import check_square
from neurosparse.checks import density as checked_density
from neurosparse.errors import Said, bad_argument
from neurosparse.quantities import real_numbers
from neurosparse.typing import Bool, Float64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class WiringScore(NamedTuple):
    """Scores of an estimate, and what an estimate by chance has.

    `auc`: chance that a joined pair ranks above one that is not (by chance 0.5).
    `average_precision`: mean precision over all joined pairs (by chance `density`).
    `precision`: of the highest-ranked pairs, as many as are joined (by chance `density`).
    `sign_agreement`: share of the joined pairs whose sign is right (by chance: of the more
    frequent sign, `sign_chance`).
    `density`: share of the pairs that are joined.
    """

    auc: float
    average_precision: float
    precision: float
    sign_agreement: float
    sign_chance: float
    density: float

    def __str__(self) -> str:
        return (
            f"AUC {self.auc:.3f} (chance 0.5), "
            f"average precision {self.average_precision:.3f} (chance {self.density:.3f}), "
            f"signs {self.sign_agreement:.3f} (chance {self.sign_chance:.3f})"
        )


def score_wiring(estimate: Float64, connectivity: "Connectivity") -> WiringScore:
    """Compare an estimate `[post, pre]` with the wiring that made the activity.

    Pairs are ranked by the size of the estimate; the diagonal is left out, NaN ranks last, ties
    count half. All NaN where every pair is joined or none is.

    Args:
        estimate: of every pair `[n, n]`.
        connectivity: the truth, a graph on these neurons.

    >>> from neurosparse.connectivity import Connectivity
    >>> truth = Connectivity.from_edges([0], [1], n_pre=3, n_post=3, weight=-2.0)
    >>> score = score_wiring(np.array([[0, 0.1, 0.2], [-0.9, 0, 0], [0, 0.3, 0]]), truth)
    >>> score.auc, score.average_precision, score.sign_agreement
    (1.0, 1.0, 1.0)
    """
    from scipy.stats import rankdata

    table, pairs, truth, weight = _aligned(estimate, connectivity)
    size = np.nan_to_num(np.abs(table), nan=-1.0)[pairs]
    joined = truth[pairs]
    positive = int(joined.sum())
    negative = len(joined) - positive
    density = positive / max(len(joined), 1)
    if positive == 0 or negative == 0:
        nan = float("nan")
        return WiringScore(nan, nan, nan, nan, nan, density)
    rank = rankdata(size)
    auc = (rank[joined].sum() - positive * (positive + 1) / 2) / (positive * negative)
    right = np.sign(np.nan_to_num(table[pairs][joined])) == np.sign(weight[pairs][joined])
    low = float((weight[pairs][joined] < 0).mean())
    return WiringScore(
        float(auc),
        _average_precision(size, joined),
        _precision(size, joined, positive),
        float(right.mean()),
        max(low, 1 - low),
        density,
    )


def strongest_edges(estimate: Float64, density: float) -> "Connectivity":
    """Join the pairs whose estimate `[post, pre]` is largest in size, the estimate as weight.

    The diagonal is left out, and what is NaN or 0.

    Args:
        estimate: of every pair `[n, n]`.
        density: share of the n (n - 1) pairs that is joined, if as many are not 0.

    >>> strongest_edges(np.array([[0, 0.1], [-0.9, 0]]), 0.5).edges()
    (array([0], dtype=int32), array([1], dtype=int32))
    """
    from neurosparse.connectivity import Connectivity

    checked_density("density", density)
    table = np.nan_to_num(np.array(_square(estimate)))
    np.fill_diagonal(table, 0.0)
    n = len(table)
    count = min(round(density * n * (n - 1)), int(np.count_nonzero(table)))
    flat = np.argsort(-np.abs(table).ravel(), kind="stable")[:count]
    post, pre = np.divmod(flat, max(n, 1))
    weight = table.ravel()[flat].astype(np.float32)
    return Connectivity.from_edges(pre, post, n_pre=n, n_post=n, weight=weight)


def _square(estimate: Float64) -> Float64:
    table = real_numbers("estimate", estimate, "numbers [n, n]")
    if table.ndim != 2 or table.shape[0] != table.shape[1]:
        raise bad_argument("estimate", table, "a table of all pairs [post, pre]")
    return table


def _aligned(
    estimate: Float64, connectivity: "Connectivity"
) -> tuple[Float64, Bool, Bool, Float64]:
    """Estimate, pairs that count, truth and weights, all `[post, pre]`."""
    check_square(connectivity)
    table = _square(estimate)
    n = connectivity.n_pre
    if len(table) != n:
        problem = Said(f"{len(table)} neurons")
        raise bad_argument("estimate", problem, f"the {n} neurons of the wiring")
    pre, post = connectivity.edges()
    truth = np.zeros((n, n), bool)
    truth[post, pre] = True
    weight = np.zeros((n, n))
    np.add.at(weight, (post, pre), connectivity.weights_array())
    return table, ~np.eye(n, dtype=bool), truth, weight


def _average_precision(size: Float64, joined: Bool) -> float:
    """Σ (recall step) · precision over distinct values, the largest first."""
    order = np.argsort(-size, kind="stable")
    hits = np.cumsum(joined[order])
    last = np.append(np.flatnonzero(np.diff(size[order])), len(size) - 1)
    recalled = np.diff(hits[last], prepend=0) / hits[-1]
    return float((recalled * hits[last] / (last + 1)).sum())


def _precision(size: Float64, joined: Bool, count: int) -> float:
    """Share of joined pairs among the `count` largest; a tie at the border counts its share."""
    bound = np.sort(size)[-count]
    above = size > bound
    tie = size == bound
    part = (count - above.sum()) / tie.sum()
    return float((joined[above].sum() + part * joined[tie].sum()) / count)
