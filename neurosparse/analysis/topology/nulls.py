"""Random graphs to compare a measured one with: what would the measure be by chance?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from neurosparse.errors import bad_argument
from neurosparse.kernels.graphs.shuffle_directed import edge_trade

if TYPE_CHECKING:
    from neurosparse.analysis.topology.graph import Graph
    from neurosparse.connectivity import Connectivity

ROUNDS = 10

Rng = np.random.Generator | int | None


def degree_preserving_null(
    connectivity: "Connectivity", rng: Rng = None, rounds: int = ROUNDS, *, undirected: bool = False
) -> "Connectivity":
    """Rewire at random with every in- and out-degree kept, by trades of targets (see
    `kernels.edge_trade`).

    Also for graphs between two populations. Each neuron keeps its outgoing weights and delays, on
    other targets. Self loops of a square graph stay where they are and none appears. Pairs are
    rewired one way at a
    time: the null of a symmetric graph is not symmetric, and reciprocity is compared, not kept. Ten
    rounds forget the
    original: a test holds the share of kept edges to what chance gives; graphs of fewer than eight
    neurons want 100.

    With `undirected` both ways of a pair move together (see `kernels.pair_trade`), and so do their
    two weights and delays, which fall to a random pair of the new graph.

    Raises:
        ValueError: a pair is joined by several synapses; with `undirected`, an edge has no way
            back.

    >>> from neurosparse.connectivity import Connectivity
    >>> ring = Connectivity.from_edges([0, 1, 2, 3, 4], [1, 2, 3, 4, 0], n_pre=5, n_post=5)
    >>> null = degree_preserving_null(ring, rng=1)
    >>> null.in_degree.tolist(), null.out_degree.tolist()
    ([1, 1, 1, 1, 1], [1, 1, 1, 1, 1])
    """
    from neurosparse.analysis.topology.graph import as_connectivity, whole

    whole("rounds", rounds, 1)
    pre, post = as_connectivity(connectivity).edges()
    if np.any((pre[1:] == pre[:-1]) & (post[1:] == post[:-1])):
        raise bad_argument(
            "connectivity", connectivity, "at most one synapse per pair",
            "join them with Connectivity.from_edges(..., duplicates='sum')",
        )  # fmt: skip
    if undirected:
        return _undirected(connectivity, np.random.default_rng(rng), rounds)
    loops = connectivity.n_pre != connectivity.n_post
    traded = edge_trade(
        connectivity.indptr, connectivity.indices, rounds, draw_seed(rng), loops=loops
    )
    return _with(connectivity, traded)


def _undirected(
    connectivity: "Connectivity", rng: np.random.Generator, rounds: int
) -> "Connectivity":
    from neurosparse.analysis.topology.graph import graph
    from neurosparse.connectivity import Connectivity
    from neurosparse.kernels.graphs.shuffle_undirected import pair_trade

    g = graph(connectivity)
    if g.edges and not g.symmetric:
        raise bad_argument(
            "undirected", True, "a graph in which every edge has its way back", "leave it out"
        )
    traded = g.rewired(pair_trade(g.indptr, g.indices, rounds, draw_seed(rng)))
    pre, post = connectivity.edges()
    loop = np.flatnonzero(pre == post)
    there, back = _both_ways(pre, post)
    new_there, new_back = _both_ways(traded.pre, traded.indices)
    moved = rng.permutation(len(there))
    source = np.empty(g.edges, np.int64)
    source[new_there] = there[moved]
    source[new_back] = back[moved]
    taken = np.concatenate((source, loop))
    weight, delay = (
        np.asarray(array)[taken] if np.ndim(array) else array
        for array in (connectivity.weight, connectivity.delay_steps)
    )
    new_pre, new_post = (np.concatenate((own, pre[loop])) for own in (traded.pre, traded.indices))
    n = connectivity.n_pre
    return Connectivity.from_edges(
        new_pre, new_post, n_pre=n, n_post=n, weight=weight, delay_steps=delay, duplicates="keep"
    )


def _both_ways(
    pre: npt.NDArray[np.int32], post: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int64], ...]:
    """Positions of the edges u → v with u < v, and of their ways back, in the same order."""
    down = np.flatnonzero(pre > post)
    return np.flatnonzero(pre < post), down[np.lexsort((pre[down], post[down]))]


def ring_lattice(connectivity: "Connectivity") -> "Connectivity":
    """Join each neuron to its nearest neighbours on a ring, with the out-degrees of the graph.

    Targets of neuron u with d of them are u + 1, u - 1, u + 2, … (d of these): as clustered and as
    far stretched as such out-degrees allow, the ordered end of small-world measures. In-degrees
    become even.

    >>> from neurosparse.connectivity import Connectivity
    >>> near = ring_lattice(Connectivity.from_edges([0, 0], [2, 3], n_pre=5, n_post=5))
    >>> near.indices.tolist()
    [1, 4]
    """
    from neurosparse.analysis.topology.graph import graph

    g = graph(connectivity)
    return _square(g.indptr, ring_targets(g.indptr))


def ring_targets(indptr: npt.NDArray[np.int64]) -> npt.NDArray[np.int32]:
    """Targets of the ring lattice with these rows, ascending in each row `[nnz]`."""
    n = len(indptr) - 1
    degree = np.diff(indptr)
    row = np.repeat(np.arange(n), degree)
    rank = np.arange(indptr[-1]) - np.repeat(indptr[:-1], degree)
    step = np.where(rank % 2 == 0, rank // 2 + 1, -(rank // 2 + 1))
    target = (row + step) % max(n, 1)
    ascending: npt.NDArray[np.int32] = target[np.lexsort((target, row))].astype(np.int32)
    return ascending


def random_graph(connectivity: "Connectivity", rng: Rng = None) -> "Connectivity":
    """Place as many edges uniformly at random, without self loops in a square graph (Erdős-Rényi G(n, m)).

    >>> from neurosparse.connectivity import Connectivity
    >>> random_graph(Connectivity.from_edges([0, 1], [1, 0], n_pre=9, n_post=9), rng=1).nnz
    2
    """
    from neurosparse.analysis.topology.graph import as_connectivity
    from neurosparse.connectivity import Connectivity

    n_pre, n_post = as_connectivity(connectivity).shape
    wide = n_post - (n_pre == n_post)
    if connectivity.nnz > n_pre * wide:
        raise bad_argument(
            "connectivity", connectivity.nnz, f"at most {n_pre * wide} edges, the places there are",
            "join repeated pairs and drop self loops first",
        )  # fmt: skip
    place = _distinct(np.random.default_rng(rng), n_pre * wide, connectivity.nnz)
    pre = place // max(wide, 1)
    post = place % max(wide, 1)
    if wide < n_post:
        post = post + (post >= pre)
    return Connectivity.from_edges(pre, post, n_pre=n_pre, n_post=n_post)


def _distinct(rng: np.random.Generator, places: int, count: int) -> npt.NDArray[np.int64]:
    """`count` different numbers below `places`, ascending, without a list of all places when few are drawn."""
    if places < 4 * count or places < 2**20:
        return np.sort(rng.permutation(places)[:count])
    found = np.unique(rng.integers(0, places, count))
    while len(found) < count:
        found = np.union1d(found, rng.integers(0, places, count - len(found)))
    return found.astype(np.int64)


def draw_seed(rng: Rng) -> int:
    """One seed below 2^63 from whatever `rng` is."""
    return int(np.random.default_rng(rng).integers(2**63 - 1))


def _with(connectivity: "Connectivity", indices: npt.NDArray[np.int32]) -> "Connectivity":
    from neurosparse.connectivity import Connectivity

    return Connectivity(
        connectivity.indptr, indices, connectivity.n_post, connectivity.weight, connectivity.delay
    )


def _square(indptr: npt.NDArray[np.int64], indices: npt.NDArray[np.int32]) -> "Connectivity":
    from neurosparse.connectivity import Connectivity

    return Connectivity(indptr, indices, len(indptr) - 1)


def null_graphs(g: "Graph", count: int, rng: Rng = None, rounds: int = ROUNDS) -> "Iterator[Graph]":
    """Draw degree-preserving nulls of a prepared graph, one after another; each has its own seed."""
    for seed in null_seeds(count, rng):
        yield null_of(g, seed, rounds)


def null_of(g: "Graph", seed: int, rounds: int = ROUNDS) -> "Graph":
    """One null of a prepared graph: undirected where every edge has its way back, directed otherwise."""
    from neurosparse.kernels.graphs.shuffle_undirected import pair_trade

    trade = pair_trade if g.symmetric else edge_trade
    return g.rewired(trade(g.indptr, g.indices, rounds, seed))


def null_seeds(count: int, rng: Rng = None) -> list[int]:
    """Seeds of `count` nulls, so that they can be drawn in any order on any thread."""
    return np.random.default_rng(rng).integers(2**63 - 1, size=count).tolist()  # type: ignore[no-any-return]
