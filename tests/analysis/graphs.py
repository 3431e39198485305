"""Small random graphs for property tests, and well-known ones with closed forms."""

import numpy as np
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity


def make(n, edges, weight=None):
    """A connectivity from a list of pairs; repeated pairs are joined once."""
    pairs = sorted(set(edges))
    pre, post = [a for a, _ in pairs], [b for _, b in pairs]
    rng = np.random.default_rng(len(pairs))
    weight = (
        rng.integers(1, 9, len(pairs)).astype(np.float32) / 4 if weight is None else weight
    )
    return Connectivity.from_edges(pre, post, n_pre=n, n_post=n, weight=weight)


@st.composite
def connectivities(draw, least=0, most=9, loops=True):
    """A random directed graph with weights; dense enough for triangles, often with isolated
    neurons.
    """
    n = draw(st.integers(least, most))
    node = st.integers(0, max(n - 1, 0))
    edges = draw(st.lists(st.tuples(node, node), max_size=4 * n)) if n else []
    return make(n, [(a, b) for a, b in edges if loops or a != b])


def random_graph(n, density, seed):
    """A directed Erdős-Rényi graph."""
    joined = np.random.default_rng(seed).random((n, n)) < density
    np.fill_diagonal(joined, False)
    return make(n, list(zip(*(a.tolist() for a in np.nonzero(joined)), strict=True)))


def ring(n):
    """Each neuron to the next."""
    return make(n, [(i, (i + 1) % n) for i in range(n)])


def star(n):
    """Neuron 0 with all others, both ways."""
    return make(n, [(0, i) for i in range(1, n)] + [(i, 0) for i in range(1, n)])


def complete(n):
    """All pairs, both ways."""
    return make(n, [(i, j) for i in range(n) for j in range(n) if i != j])


def plain(graph):
    """As networkx DiGraph without self loops."""
    import networkx as nx

    result = graph.to_networkx()
    result.remove_edges_from(list(nx.selfloop_edges(result)))
    return result


def planted(groups=6, size=15, inside=0.5, outside=0.02, seed=0):
    """Groups of neurons denser inside than between, and the group of each neuron."""
    rng = np.random.default_rng(seed)
    member = np.repeat(np.arange(groups), size)
    share = np.where(member[:, None] == member, inside, outside)
    joined = rng.random(share.shape) < share
    np.fill_diagonal(joined, False)
    pre, post = np.nonzero(joined)
    return Connectivity.from_edges(pre, post, n_pre=len(member), n_post=len(member)), member


def undirected(n, pairs, seed=0):
    """Both ways of each pair, with weights and delays that differ."""
    pairs = sorted({tuple(sorted(pair)) for pair in pairs if pair[0] != pair[1]})
    both = [*pairs, *((b, a) for a, b in pairs)]
    weight = np.random.default_rng(seed).random(len(both)).astype(np.float32)
    pre, post = [a for a, _ in both], [b for _, b in both]
    return Connectivity.from_edges(
        pre, post, n_pre=n, n_post=n, weight=weight, delay_steps=np.arange(len(both)) % 200
    )


def small_world(n=60):
    """An undirected Watts-Strogatz graph."""
    import networkx as nx

    return undirected(n, nx.watts_strogatz_graph(n, 6, 0.1, seed=1).edges)
