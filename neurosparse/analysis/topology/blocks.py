"""Groups of neurons: who projects to whom, what groups explain, what the wiring costs."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.communities import labels_of
from neurosparse.analysis.topology.graph import graph
from neurosparse.checks import generator as generator_of
from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument
from neurosparse.quantities import real_numbers
from neurosparse.typing import Float64, Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class BlockMatrix(NamedTuple):
    """Per pair of groups `[groups, groups]`, presynaptic group first: edges, density, mean weight.

    `names` and `sizes` `[groups]`; the mean weight is NaN where there is no edge.
    """

    names: list[str]
    sizes: Int64
    edges: Int64
    density: Float64
    mean_weight: Float64


def block_matrix(connectivity: "Connectivity", groups: npt.ArrayLike) -> BlockMatrix:
    """Count edges between groups (labels `[n]`); self loops have neither edge nor place.

    >>> from neurosparse.connectivity import Connectivity
    >>> chain = Connectivity.from_edges([0, 1], [1, 2], n_pre=3, n_post=3)
    >>> matrix = block_matrix(chain, ["a", "a", "b"])
    >>> matrix.names, matrix.density.tolist()
    (['a', 'b'], [[0.5, 0.5], [0.0, 0.0]])
    """
    g = graph(connectivity)
    member = labels_of(connectivity.n_pre, groups, "groups")
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
    """Fit of a stochastic block model: log-likelihoods in nats, with groups and without.

    The BIC `gain` > 0 says that the groups explain more than their k² - 1 further parameters cost;
    `bits_per_edge` is the likelihood gained per edge in bits.
    """

    log_likelihood: float
    one_group: float
    gain: float
    bits_per_edge: float


def block_model(connectivity: "Connectivity", groups: npt.ArrayLike) -> BlockModel:
    """Fit one edge probability per pair of groups (Bernoulli); compare with a single one.

        ln L = Σ_rs [ m_rs ln p_rs + (N_rs - m_rs) ln(1 - p_rs) ],   p_rs = m_rs / N_rs

    Source: P. W. Holland, K. B. Laskey, S. Leinhardt, Soc. Netw. 5 (1983),
    doi:10.1016/0378-8733(83)90021-7.

    >>> from neurosparse.connectivity import Connectivity
    >>> pairs = Connectivity.from_edges([0, 1, 2, 3], [1, 0, 3, 2], n_pre=4, n_post=4)
    >>> round(block_model(pairs, [0, 0, 1, 1]).bits_per_edge, 3)
    2.755
    """
    matrix = block_matrix(connectivity, groups)
    places = np.outer(matrix.sizes, matrix.sizes) - np.diag(matrix.sizes)
    with_groups = _bernoulli(matrix.edges, places)
    one_group = _bernoulli(matrix.edges.sum(), places.sum())
    edges = int(matrix.edges.sum())
    total = int(places.sum())
    further = len(matrix.names) ** 2 - 1
    gain = 2 * (with_groups - one_group) - further * np.log(max(total, 1))
    bits = float((with_groups - one_group) / np.log(2) / edges) if edges else 0.0
    return BlockModel(with_groups, one_group, float(gain), bits)


def _bernoulli(edges: npt.ArrayLike, places: npt.ArrayLike) -> float:
    """Largest log-likelihood of `edges` among `places`, where 0 ln 0 = 0."""
    from scipy.special import xlogy

    m = np.asarray(edges, np.float64)
    size = np.asarray(places, np.float64)
    p = np.divide(m, size, out=np.zeros_like(m), where=size > 0)
    return float((xlogy(m, p) + xlogy(size - m, 1 - p)).sum())


class WiringCost(NamedTuple):
    """Length of all edges, mean length, and what a random placement of the neurons would have."""

    total: float
    mean: float
    shuffled_mean: float
    ratio: float


def wiring_cost(
    connectivity: "Connectivity",
    positions: npt.ArrayLike,
    *,
    shuffles: int = 20,
    rng: Seed = None,
) -> WiringCost:
    """Add the straight lengths of all edges, in the unit of the positions.

    `ratio` is the mean length over that with positions shuffled among neurons: below 1, near ones
    are wired. NaN without edges.

    Args:
        connectivity: a graph on one set of neurons.
        positions: of the neurons `[n, dimensions]`.
        shuffles: random placements to compare with.
        rng: of these.

    >>> from neurosparse.connectivity import Connectivity
    >>> pair = Connectivity.from_edges([0], [1], n_pre=2, n_post=2)
    >>> wiring_cost(pair, [[0, 0], [3, 4]], rng=0).total
    5.0
    """
    drawing = generator_of(rng)
    g = graph(connectivity)
    place = real_numbers("positions", positions, "one finite point per neuron")
    if place.ndim != 2 or len(place) != g.n or not np.isfinite(place).all():
        expected = f"one finite point per neuron, shape [{g.n}, dimensions]"
        raise bad_argument("positions", place, expected)
    whole_number("shuffles", shuffles)
    if g.edges == 0:
        return WiringCost(0.0, float("nan"), float("nan"), float("nan"))
    generator = drawing

    def mean_length(points: Float64) -> float:
        return float(np.linalg.norm(points[g.pre] - points[g.indices], axis=1).mean())

    mean = mean_length(place)
    shuffled = [mean_length(generator.permutation(place)) for _ in range(shuffles)]
    shuffled_mean = float(np.mean(shuffled or [np.nan]))
    ratio = mean / shuffled_mean if shuffled_mean else float("nan")
    return WiringCost(mean * g.edges, mean, shuffled_mean, ratio)
