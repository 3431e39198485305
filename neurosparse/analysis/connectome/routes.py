"""Ways from one set of neurons to another: the shortest, and the strongest."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.connectome.effective import input_shares, neurons_of
from neurosparse.analysis.topology.communities import labels_of
from neurosparse.analysis.topology.graph import check_square
from neurosparse.typing import Float64, Int64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


class Route(NamedTuple):
    """A way: its neurons `[hops + 1]`, and the product of the shares of input along it."""

    neurons: Int64
    strength: float

    @property
    def hops(self) -> int:
        """Edges of the way."""
        return len(self.neurons) - 1


class GroupRoutes(NamedTuple):
    """Ways between groups `[groups, groups]`, presynaptic group first; NaN on the diagonal.

    `hops` is the fewest edges from any neuron of one group to any of the other, `strength` the
    largest product of shares of input; infinite hops and strength 0 where there is no way.
    """

    names: list[str]
    hops: Float64
    strength: Float64


def shortest_route(
    connectivity: "Connectivity", sources: npt.ArrayLike, targets: npt.ArrayLike
) -> Route | None:
    """Find a way with the fewest edges from any source to any target; None where there is none.

    Args:
        connectivity: a graph on one set of neurons.
        sources: neurons where it begins, numbers or a mask `[n]`.
        targets: neurons where it ends; one that is a source too is a way without edges.

    >>> from neurosparse.connectivity import Connectivity
    >>> chain = Connectivity.from_edges([0, 1, 2], [1, 2, 3], n_pre=4, n_post=4)
    >>> shortest_route(chain, [0, 1], [3]).neurons.tolist()
    [1, 2, 3]
    """
    return _route(connectivity, sources, targets, strongest=False)


def strongest_route(
    connectivity: "Connectivity", sources: npt.ArrayLike, targets: npt.ArrayLike
) -> Route | None:
    """Find the way with the largest product of shares s_uv = |w_uv| / Σ_u |w_uv|.

    That is the shortest way under lengths -ln s. Arguments as in `shortest_route`.

    >>> from neurosparse.connectivity import Connectivity
    >>> pre, post, weight = [0, 0, 1], [1, 2, 2], [1.0, 1.0, 3.0]
    >>> fork = Connectivity.from_edges(pre, post, n_pre=3, n_post=3, weight=weight)
    >>> strongest_route(fork, [0], [2])
    Route(neurons=array([0, 1, 2]), strength=0.75)
    """
    return _route(connectivity, sources, targets, strongest=True)


def group_routes(connectivity: "Connectivity", groups: npt.ArrayLike) -> GroupRoutes:
    """Find the fewest edges and the strongest way between every two groups (labels `[n]`).

    >>> from neurosparse.connectivity import Connectivity
    >>> chain = Connectivity.from_edges([0, 1, 2], [1, 2, 3], n_pre=4, n_post=4)
    >>> group_routes(chain, ["a", "b", "b", "c"]).hops.tolist()
    [[nan, 1.0, 3.0], [inf, nan, 1.0], [inf, inf, nan]]
    """
    check_square(connectivity)
    member = labels_of(connectivity.n_pre, groups, "groups")
    names = [str(name) for name in np.unique(np.asarray(groups))]
    lengths = _lengths(connectivity)
    hops, cost = np.full((2, len(names), len(names)), np.inf)
    for group in range(len(names)):
        inside = np.flatnonzero(member == group)
        for table, strongest in ((hops, False), (cost, True)):
            distance, _, _ = _search(lengths, inside, strongest=strongest)
            np.minimum.at(table[group], member, distance)
    strength = np.exp(-cost)
    for table in (hops, strength):
        np.fill_diagonal(table, np.nan)
    return GroupRoutes(names, hops, strength)


def _route(
    connectivity: "Connectivity",
    sources: npt.ArrayLike,
    targets: npt.ArrayLike,
    *,
    strongest: bool,
) -> Route | None:
    check_square(connectivity)
    n = connectivity.n_pre
    begin = neurons_of("sources", sources, n)
    end = neurons_of("targets", targets, n)
    lengths = _lengths(connectivity)
    distance, before, _ = _search(lengths, begin, strongest=strongest)
    best = int(end[np.argmin(distance[end])])
    if not np.isfinite(distance[best]):
        return None
    way = [best]
    while before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    neurons = np.array(way[::-1], np.int64)
    strength = np.exp(-sum(lengths[a, b] for a, b in pairwise(way[::-1])))
    return Route(neurons, float(strength))


def _lengths(connectivity: "Connectivity") -> Any:
    """-ln of the share of each joined pair, SciPy CSR; a pair of weight 0 joins nothing."""
    from scipy.sparse import csr_array

    pre, post = connectivity.edges()
    share = np.abs(input_shares(connectivity))
    joined = csr_array((share, (pre, post)), shape=connectivity.shape)
    joined.eliminate_zeros()
    # a share of 1 has length 0, which a sparse matrix would lose
    joined.data = np.maximum(-np.log(np.minimum(joined.data, 1.0)), 1e-300)
    return joined


def _search(lengths: Any, sources: Int64, *, strongest: bool) -> tuple[Float64, Any, Any]:
    from scipy.sparse.csgraph import dijkstra

    return dijkstra(  # type: ignore[no-any-return]
        lengths,
        indices=sources,
        unweighted=not strongest,
        min_only=True,
        return_predecessors=True,
    )
