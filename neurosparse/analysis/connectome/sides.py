"""Which neuron of one side is which of the other: graph matching."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.connectome.effective import neurons_of
from neurosparse.analysis.topology.graph import check_square
from neurosparse.checks import generator as generator_of
from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Bool, Float64, Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# dense matrices of both sides are held
MOST = 5_000


class SideMatch(NamedTuple):
    """Pairs of neurons: `left` `[pairs]`, `right` `[pairs]`, seeds among them.

    `overlap` is the share of the edges' weight of both sides that the pairing lays on each other,
    2 Σ min(A, PBPᵀ) / Σ (A + B), after division by each side's total; `seeded` `[pairs]` says which
    pairs were given.
    """

    left: Int64
    right: Int64
    overlap: float
    seeded: Bool


def match_sides(
    connectivity: "Connectivity",
    left: npt.ArrayLike,
    right: npt.ArrayLike,
    seeds: npt.ArrayLike = (),
    *,
    restarts: int = 1,
    rng: Seed = None,
) -> SideMatch:
    """Pair the neurons of two sides so that their edges lie on each other.

        maximise tr(Aᵀ P B Pᵀ)    by FAQ, from seeds

    A and B hold log(1 + |w|) inside each side; edges between sides are not used. The smaller side
    is filled up with neurons without edges, and pairs with these are left out.

    Args:
        connectivity: a graph on one set of neurons.
        left, right: neurons of the two sides, numbers or masks `[n]`.
        seeds: pairs (left, right) that are known `[seeds, 2]`.
        restarts: starts from the middle and, for all but one, from random places; the best is kept.
        rng: of these.

    Raises:
        ValueError: a neuron is on both sides, or a seed is not on its side.

    Source: J. T. Vogelstein et al., PLoS ONE 10 (2015), doi:10.1371/journal.pone.0121002 (FAQ, by
    SciPy); D. E. Fishkind et al., Pattern Recognit. 87 (2019), doi:10.1016/j.patcog.2018.09.014.

    >>> from neurosparse.connectivity import Connectivity
    >>> twice = Connectivity.from_edges([0, 1, 3, 4], [1, 2, 4, 5], n_pre=6, n_post=6)
    >>> match_sides(twice, [0, 1, 2], [3, 4, 5], [[0, 3]]).right.tolist()
    [3, 4, 5]
    """
    from scipy.optimize import quadratic_assignment

    check_square(connectivity)
    whole_number("restarts", restarts, 1)
    n = connectivity.n_pre
    sides = neurons_of("left", left, n), neurons_of("right", right, n)
    if len(np.intersect1d(*sides)):
        problem = Said(f"neuron {np.intersect1d(*sides)[0]} on both sides")
        raise bad_argument("right", problem, "two sides without a common neuron")
    size = max(map(len, sides))
    if size > MOST:
        raise bad_argument("left", size, f"at most {MOST} neurons a side")
    a, b = (_inside(connectivity, side, size) for side in sides)
    known = _seeds(seeds, sides)
    generator = generator_of(rng)
    best: Any = None
    for k in range(restarts):
        options = {"maximize": True, "partial_match": known, "rng": generator}
        options["P0"] = "randomized" if k else "barycenter"
        match = quadratic_assignment(a, b, method="faq", options=options)
        if best is None or match.fun > best.fun:
            best = match
    order = best.col_ind
    overlap = _overlap(a, b[np.ix_(order, order)])
    own = np.arange(size)
    real = (own < len(sides[0])) & (order < len(sides[1]))
    pairs = sides[0][own[real]], sides[1][order[real]]
    return SideMatch(*pairs, overlap, np.isin(own[real], known[:, 0]))


def _inside(connectivity: "Connectivity", side: Int64, size: int) -> Float64:
    """log(1 + |w|) between the neurons of a side, filled up with zeros `[size, size]`."""
    table = np.zeros((size, size))
    inner = connectivity.select(side, side).to_dense().astype(np.float64)
    table[: len(side), : len(side)] = np.log1p(np.abs(inner))
    np.fill_diagonal(table, 0.0)
    return table


def _seeds(seeds: npt.ArrayLike, sides: tuple[Int64, Int64]) -> Int64:
    """Seeds as places in the two sides `[seeds, 2]`."""
    pairs = np.asarray(seeds)
    if pairs.size == 0:
        return np.zeros((0, 2), np.int64)
    expected = "pairs (left, right) of neurons, each once, shape [seeds, 2]"
    if pairs.ndim != 2 or pairs.shape[1] != 2:
        raise bad_argument("seeds", pairs, expected)
    for column, side in zip(pairs.T, sides, strict=True):
        if not np.isin(column, side).all() or len(np.unique(column)) < len(column):
            raise bad_argument("seeds", Said(f"neurons {column.tolist()}"), expected)
    places = [np.searchsorted(side, c) for c, side in zip(pairs.T, sides, strict=True)]
    return np.stack(places, axis=1).astype(np.int64)


def _overlap(a: Float64, b: Float64) -> float:
    totals = a.sum(), b.sum()
    if min(totals) == 0:
        return float("nan")
    return float(np.minimum(a / totals[0], b / totals[1]).sum())
