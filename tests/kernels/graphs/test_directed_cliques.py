"""Simplices against all orders of neurons, and where they are known."""

from math import comb, perm

import numpy as np
from hypothesis import given, settings

from neurosparse.kernels.graphs.directed_cliques import directed_cliques
from tests.kernels.graphs.random_graphs import csr, graphs


def without_loops(graph):
    n = min(graph[0], 6)
    edges = [(u, v) for u, v in graph[1] if u != v and max(u, v) < n]
    return csr((n, edges), doubled=False)


@given(graphs)
@settings(max_examples=30)
def test_counts_of_every_dimension(graph):
    indptr, indices = without_loops(graph)
    for dimension in (0, 1, 4):
        ours = directed_cliques(indptr, indices, dimension)
        law = directed_cliques(indptr, indices, dimension, backend="naive")
        assert ours.dtype == law.dtype
        np.testing.assert_array_equal(ours, law)


def test_a_tournament_and_all_pairs_in_closed_form():
    n = 9
    order = np.triu(np.ones((n, n), bool), 1)
    every = ~np.eye(n, dtype=bool)
    for joined, count in ((order, comb), (every, perm)):
        pre, post = np.nonzero(joined)
        indptr = np.concatenate(([0], np.cumsum(joined.sum(axis=1))))
        members = directed_cliques(indptr, post.astype(np.int32), 7)
        assert [int(total) for total in members.sum(axis=0)] == [
            count(n, k + 1) * (k + 1) for k in range(8)
        ]
        assert len(pre) == members[:, 1].sum() / 2


def test_long_rows_are_searched_from_the_short_side():
    """Hub 0 reaches all; few of them reach each other."""
    rng = np.random.default_rng(1)
    n = 300
    joined = rng.random((n, n)) < 0.01
    joined[0] = True
    joined[:, 0] |= rng.random(n) < 0.3
    np.fill_diagonal(joined, False)
    _, post = np.nonzero(joined)
    indptr = np.concatenate(([0], np.cumsum(joined.sum(axis=1))))
    members = directed_cliques(indptr, post.astype(np.int32), 2)
    a = joined.astype(np.int64)
    assert members[:, 2].sum() == 3 * (a * (a @ a)).sum() > 100
