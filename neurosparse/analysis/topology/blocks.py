"""Groups of neurons: who projects to whom, how well groups explain the graph, what the wiring
costs.
"""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.communities import labels_of
from neurosparse.analysis.topology.graph import Float, Int64, graph
from neurosparse.errors import bad_argument

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class BlockMatrix(NamedTuple):
    """Per pair of groups `[groups, groups]`, presynaptic group first: edges, density, mean weight.

    `names` and `sizes` `[groups]`; the mean weight is NaN where there is no edge.
    """

    names: list[str]
    sizes: Int64
    edges: Int64
    density: Float
    mean_weight: Float


def block_matrix(connectivity: "Connectivity", groups: npt.ArrayLike) -> BlockMatrix:
    """Count edges between groups (labels `[n]`); self loops are left out, also of the possible
    places.

    >>> from neurosparse.connectivity import Connectivity
    >>> found = block_matrix(Connectivity.from_edges([0, 1], [1, 2], n_pre=3, n_post=3), ["a", "a", "b"])
    >>> found.names, found.density.tolist()
    (['a', 'b'], [[0.5, 0.5], [0.0, 0.0]])
    """
    g = graph(connectivity)
    member = labels_of(connectivity.n_pre, groups)
    names = [str(name) for name in np.unique(np.asarray(groups))]
    k = len(names)
    key = member[g.pre] * k + member[g.indices]
    edges = np.bincount(key, minlength=k * k).reshape(k, k).astype(np.int64)
    weight = np.ones(g.edges) * float(connectivity.weight) if g.weight is None else g.weight
    total = np.bincount(key, weight, minlength=k * k).reshape(k, k)
    sizes = np.bincount(member, minlength=k).astype(np.int64)
    places = np.outer(sizes, sizes) - np.diag(sizes)
    density = np.divide(edges, places, out=np.zeros((k, k)), where=places > 0)
    mean = np.divide(total, edges, out=np.full((k, k), np.nan), where=edges > 0)
    return BlockMatrix(names, sizes, edges, density, mean)


class BlockModel(NamedTuple):
    """Fit of a stochastic block model: log-likelihoods in nats, with groups and without, and the BIC gain.

    `gain` > 0 says that the groups explain more than their k² - 1 further parameters cost;
    `bits_per_edge` is the likelihood gained per edge in bits.
    """

    log_likelihood: float
    one_group: float
    gain: float
    bits_per_edge: float


def block_model(connectivity: "Connectivity", groups: npt.ArrayLike) -> BlockModel:
    """Fit one edge probability per pair of groups (Bernoulli) and compare with a single
    probability.

    ln L = Σ_rs [ m_rs ln p_rs + (N_rs - m_rs) ln(1 - p_rs) ],   p_rs = m_rs / N_rs

    Source: P. W. Holland, K. B. Laskey, S. Leinhardt, Soc. Netw. 5 (1983),
    doi:10.1016/0378-8733(83)90021-7.

    >>> from neurosparse.connectivity import Connectivity
    >>> pairs = Connectivity.from_edges([0, 1, 2, 3], [1, 0, 3, 2], n_pre=4, n_post=4)
    >>> round(block_model(pairs, [0, 0, 1, 1]).bits_per_edge, 3)
    2.755
    """
    found = block_matrix(connectivity, groups)
    places = np.outer(found.sizes, found.sizes) - np.diag(found.sizes)
    with_groups = _bernoulli(found.edges, places)
    alone = _bernoulli(found.edges.sum(), places.sum())
    edges = int(found.edges.sum())
    total = int(places.sum())
    further = len(found.names) ** 2 - 1
    gain = 2 * (with_groups - alone) - further * np.log(max(total, 1))
    return BlockModel(
        with_groups,
        alone,
        float(gain),
        float((with_groups - alone) / np.log(2) / edges) if edges else 0.0,
    )


def _bernoulli(edges: npt.ArrayLike, places: npt.ArrayLike) -> float:
    from scipy.special import xlogy

    m = np.asarray(edges, np.float64)
    size = np.asarray(places, np.float64)
    p = np.divide(m, size, out=np.zeros_like(m), where=size > 0)
    return float((xlogy(m, p) + xlogy(size - m, 1 - p)).sum())


class WiringCost(NamedTuple):
    """Length of all edges, mean length, and what a random placement of the same neurons would have."""

    total: float
    mean: float
    shuffled_mean: float
    ratio: float


def wiring_cost(
    connectivity: "Connectivity", positions: npt.ArrayLike, *, shuffles: int = 20,
    rng: np.random.Generator | int | None = None,
) -> WiringCost:  # fmt: skip
    """Add the straight lengths of all edges for neurons at `positions` `[n, dimensions]`, in their unit.

    `ratio` is the mean length over that with positions shuffled among neurons: below 1, near ones
    are wired. NaN without edges.

    >>> from neurosparse.connectivity import Connectivity
    >>> wiring_cost(Connectivity.from_edges([0], [1], n_pre=2, n_post=2), [[0, 0], [3, 4]], rng=0).total
    5.0
    """
    g = graph(connectivity)
    place = np.asarray(positions, np.float64)
    if place.ndim != 2 or len(place) != g.n or not np.isfinite(place).all():
        raise bad_argument(
            "positions", place, f"one finite point per neuron, shape [{g.n}, dimensions]"
        )
    if shuffles < 0:
        raise bad_argument("shuffles", shuffles, "0 or more")
    if g.edges == 0:
        return WiringCost(0.0, float("nan"), float("nan"), float("nan"))
    source = np.random.default_rng(rng)

    def mean(points: Float) -> float:
        return float(np.linalg.norm(points[g.pre] - points[g.indices], axis=1).mean())

    own = mean(place)
    shuffled = float(
        np.mean([mean(source.permutation(place)) for _ in range(shuffles)] or [np.nan])
    )
    return WiringCost(own * g.edges, own, shuffled, own / shuffled if shuffled else float("nan"))
