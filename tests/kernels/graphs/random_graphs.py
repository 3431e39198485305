"""Random graphs as compressed rows, and arrays that must agree."""

import numpy as np
from hypothesis import strategies as st


def edge_lists(n):
    node = st.integers(0, max(n - 1, 0))
    return st.tuples(st.just(n), st.lists(st.tuples(node, node), max_size=40))


graphs = st.integers(0, 9).flatmap(edge_lists)


def csr(graph, doubled=True):
    """Rows of a random graph on n neurons, with self loops and, if asked for, doubled edges."""
    n, edges = graph
    pairs = sorted(edges if doubled else set(edges)) if n else []
    size = (
        np.bincount([u for u, _ in pairs], minlength=n) if pairs else np.zeros(n, np.int64)
    )
    return np.concatenate(([0], np.cumsum(size))).astype(np.int64), np.array(
        [v for _, v in pairs], np.int32
    )


def same(ours, law):
    for a, b in zip(ours, law, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-6)


def random_csr(n, edges, seed):
    key = np.unique(np.random.default_rng(seed).integers(0, n * n, edges))
    return csr((n, list(zip((key // n).tolist(), (key % n).tolist(), strict=True))))
