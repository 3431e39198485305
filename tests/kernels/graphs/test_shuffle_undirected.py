"""Undirected trades: degrees and symmetry kept, every graph equally often, the original
forgotten.
"""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.graphs.shuffle_undirected import shuffle_undirected

backends = pytest.mark.parametrize("backend", ["naive", "cpu"])


def rows_of(n, pairs):
    """Symmetric CSR of a list of pairs."""
    joined = np.zeros((n, n), bool)
    for a, b in pairs:
        joined[a, b] = joined[b, a] = a != b
    return np.concatenate(([0], np.cumsum(joined.sum(axis=1)))).astype(
        np.int64
    ), np.nonzero(joined)[1].astype(np.int32)


def dense(indptr, indices):
    n = len(indptr) - 1
    joined = np.zeros((n, n), int)
    np.add.at(joined, (np.repeat(np.arange(n), np.diff(indptr)), indices), 1)
    return joined


graphs = st.integers(0, 9).flatmap(
    lambda n: st.lists(
        st.tuples(st.integers(0, max(n - 1, 0)), st.integers(0, max(n - 1, 0))),
        max_size=4 * n,
    ).map(lambda pairs: rows_of(n, pairs if n else []))
)


@backends
@given(graph=graphs, seed=st.integers(0, 2**62), rounds=st.integers(0, 3))
def test_trades_keep_degrees_and_symmetry(backend, graph, seed, rounds):
    new = shuffle_undirected(*graph, rounds, seed, backend=backend)
    joined = dense(graph[0], new)
    assert (joined == joined.T).all()
    assert joined.max(initial=0) <= 1
    assert not joined.trace()
    np.testing.assert_array_equal(joined.sum(axis=1), np.diff(graph[0]))
    for low, high in zip(graph[0][:-1], graph[0][1:], strict=True):
        assert (np.diff(new[low:high]) > 0).all()
    assert rounds or (new == graph[1]).all()


@backends
def test_trades_reach_every_graph_equally_often(backend):
    """Two neighbours for each of six neurons: 60 hexagons and 10 pairs of triangles."""
    ring = rows_of(6, [(k, (k + 1) % 6) for k in range(6)])
    draws = 1400 if backend == "naive" else 7000
    found = Counter(
        shuffle_undirected(*ring, 12, seed, backend=backend).tobytes()
        for seed in range(draws)
    )
    assert len(found) == 70
    distance = sum((count - draws / 70) ** 2 / (draws / 70) for count in found.values())
    # 69 degrees of freedom: above 115 in one of three thousand such tests
    assert distance < 115


def test_trades_forget_the_graph_and_repeat_with_the_seed():
    rng = np.random.default_rng(0)
    graph = rows_of(300, rng.integers(0, 300, (3000, 2)))
    new = shuffle_undirected(*graph, 10, seed=5)
    both = dense(graph[0], new) & dense(*graph)
    # degrees alone make about this many meet
    assert both.sum() / len(new) < 2.5 * len(new) / 300**2
    np.testing.assert_array_equal(new, shuffle_undirected(*graph, 10, seed=5))
    assert (new != shuffle_undirected(*graph, 10, seed=6)).any()
