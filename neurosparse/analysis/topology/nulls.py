"""Random graphs to compare a measured one with: what would the measure be by chance?"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.analysis.topology.graph import Graph, as_connectivity, first_of_pair, graph
from neurosparse.checks import generator as generator_of
from neurosparse.checks import truth, whole_number
from neurosparse.errors import bad_argument
from neurosparse.kernels.graphs.shuffle_directed import shuffle_directed
from neurosparse.kernels.graphs.shuffle_undirected import shuffle_undirected
from neurosparse.typing import Int32, Int64, Seed

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

# rounds of trades; ten forget the original: a test holds the share of kept edges to chance
ROUNDS = 10
# few neurons have few partners, and ten rounds leave their states unevenly likely
FEW = 16
ROUNDS_OF_FEW = 100


def degree_preserving_null(
    connectivity: "Connectivity",
    rng: Seed = None,
    rounds: int | None = None,
    *,
    undirected: bool = False,
) -> "Connectivity":
    """Rewire at random with every in- and out-degree kept, by trades of targets.

    Also for graphs between two populations. Each neuron keeps its outgoing weights and delays, on
    other targets. Self loops of a square graph stay where they are and none appears. Pairs are
    rewired one way at a time: the null of a symmetric graph is not symmetric, and reciprocity is
    compared, not kept.

    Args:
        connectivity: at most one synapse a pair.
        rng: of the trades.
        rounds: in each, every neuron trades with another; None takes 10, and 100 of fewer than 16
            neurons, so that all graphs of these degrees are equally likely. A triangle that runs
            one way (0 → 1 → 2 → 0) alone does not turn round by trades.
        undirected: both ways of a pair move together, and so do their two weights and delays,
            which fall to a random pair of the new graph.

    Raises:
        ValueError: a pair is joined by several synapses; with `undirected`, an edge has no way
            back.

    >>> from neurosparse.connectivity import Connectivity
    >>> ring = Connectivity.from_edges([0, 1, 2, 3, 4], [1, 2, 3, 4, 0], n_pre=5, n_post=5)
    >>> null = degree_preserving_null(ring, rng=1)
    >>> null.in_degree.tolist(), null.out_degree.tolist()
    ([1, 1, 1, 1, 1], [1, 1, 1, 1, 1])
    """
    truth("undirected", undirected)
    rounds = rounds_for(as_connectivity(connectivity).n_pre, rounds)
    pre, post = connectivity.edges()
    if not first_of_pair(pre, post).all():
        remedy = "join them with Connectivity.from_edges(..., duplicates='sum')"
        raise bad_argument(
            "connectivity", connectivity, "at most one synapse per pair", remedy
        )
    if undirected:
        return _undirected(connectivity, generator_of(rng), rounds)
    loops = connectivity.n_pre != connectivity.n_post
    traded = shuffle_directed(
        connectivity.indptr, connectivity.indices, rounds, draw_seed(rng), loops=loops
    )
    return _with_targets(connectivity, traded)


def _undirected(
    connectivity: "Connectivity", rng: np.random.Generator, rounds: int
) -> "Connectivity":
    from neurosparse.connectivity import Connectivity

    g = graph(connectivity)
    if g.edges and not g.symmetric:
        expected = "a graph in which every edge has its way back"
        raise bad_argument("undirected", True, expected, "leave it out")
    traded = g.rewired(shuffle_undirected(g.indptr, g.indices, rounds, draw_seed(rng)))
    pre, post = connectivity.edges()
    loop = np.flatnonzero(pre == post)
    onward, back = _both_ways(pre, post)
    new_onward, new_back = _both_ways(traded.pre, traded.indices)
    moved = rng.permutation(len(onward))
    # the old synapse whose weight and delay each new one takes
    source = np.empty(g.edges, np.int64)
    source[new_onward] = onward[moved]
    source[new_back] = back[moved]
    source = np.concatenate((source, loop))
    n = connectivity.n_pre
    return Connectivity.from_edges(
        np.concatenate((traded.pre, pre[loop])),
        np.concatenate((traded.indices, pre[loop])),
        n_pre=n,
        n_post=n,
        weight=_taken(connectivity.weight, source),
        delay_steps=_taken(connectivity.delay_steps, source),
        duplicates="keep",
    )


def _taken(values: Any, synapses: Int64) -> Any:
    """Values of these synapses; one value for all stays one."""
    return np.asarray(values)[synapses] if np.ndim(values) else values


def _both_ways(pre: Int32, post: Int32) -> tuple[Int64, Int64]:
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
    g = graph(connectivity)
    return _square(g.indptr, ring_targets(g.indptr))


def ring_targets(indptr: Int64) -> Int32:
    """Targets of the ring lattice with these rows, ascending in each row `[nnz]`."""
    n = len(indptr) - 1
    degree = np.diff(indptr)
    row = np.repeat(np.arange(n), degree)
    rank = np.arange(indptr[-1]) - np.repeat(indptr[:-1], degree)
    step = np.where(rank % 2 == 0, rank // 2 + 1, -(rank // 2 + 1))
    target = (row + step) % max(n, 1)
    ascending: Int32 = target[np.lexsort((target, row))].astype(np.int32)
    return ascending


def random_graph(connectivity: "Connectivity", rng: Seed = None) -> "Connectivity":
    """Place as many edges uniformly at random (Erdős-Rényi G(n, m)).

    A square graph has no self loops.

    >>> from neurosparse.connectivity import Connectivity
    >>> random_graph(Connectivity.from_edges([0, 1], [1, 0], n_pre=9, n_post=9), rng=1).nnz
    2
    """
    from neurosparse.connectivity import Connectivity

    n_pre, n_post = as_connectivity(connectivity).shape
    square = n_pre == n_post
    width = n_post - square
    places = n_pre * width
    if connectivity.nnz > places:
        expected = f"at most {places} edges, the places there are"
        remedy = "join repeated pairs and drop self loops first"
        raise bad_argument("connectivity", connectivity.nnz, expected, remedy)
    place = _distinct(generator_of(rng), places, connectivity.nnz)
    pre = place // max(width, 1)
    post = place % max(width, 1)
    if square:
        # the diagonal has no place: what lies behind it moves by one
        post = post + (post >= pre)
    return Connectivity.from_edges(pre, post, n_pre=n_pre, n_post=n_post)


def _distinct(rng: np.random.Generator, places: int, count: int) -> Int64:
    """`count` different numbers below `places`, ascending."""
    # a list of all places only where it is short, or many of them are taken
    if places < 4 * count or places < 2**20:
        return np.sort(rng.permutation(places)[:count])
    numbers = np.unique(rng.integers(0, places, count))
    while len(numbers) < count:
        numbers = np.union1d(numbers, rng.integers(0, places, count - len(numbers)))
    return numbers.astype(np.int64)


def draw_seed(rng: Seed) -> int:
    """One seed below 2^63 from whatever `rng` is."""
    return int(generator_of(rng).integers(2**63 - 1))


def _with_targets(connectivity: "Connectivity", indices: Int32) -> "Connectivity":
    from neurosparse.connectivity import Connectivity

    c = connectivity
    return Connectivity(c.indptr, indices, c.n_post, c.weight, c.delay_steps)


def _square(indptr: Int64, indices: Int32) -> "Connectivity":
    from neurosparse.connectivity import Connectivity

    return Connectivity(indptr, indices, len(indptr) - 1)


def rounds_for(n: int, rounds: int | None) -> int:
    """Rounds of trades among `n` neurons: as said, or as many as make the nulls uniform.

    >>> rounds_for(5, None), rounds_for(500, None), rounds_for(5, 3)
    (100, 10, 3)
    """
    if rounds is None:
        return ROUNDS_OF_FEW if n < FEW else ROUNDS
    return whole_number("rounds", rounds, 1)


def null_graphs(
    g: Graph, count: int, rng: Seed = None, rounds: int | None = None
) -> Iterator[Graph]:
    """Draw degree-preserving nulls of a prepared graph, one after another, each of its own seed."""
    for seed in null_seeds(count, rng):
        yield null_of(g, seed, rounds)


def null_of(g: Graph, seed: int, rounds: int | None = None) -> Graph:
    """One null of a prepared graph; undirected where every edge has its way back."""
    trade = shuffle_undirected if g.symmetric else shuffle_directed
    return g.rewired(trade(g.indptr, g.indices, rounds_for(g.n, rounds), seed))


def null_seeds(count: int, rng: Seed = None) -> list[int]:
    """Seeds of `count` nulls, so that they can be drawn in any order on any thread."""
    return [int(seed) for seed in generator_of(rng).integers(2**63 - 1, size=count)]
