"""The skeleton of a directed graph against its law."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.graphs.skeleton import both_ways, mutual, skeleton
from tests.kernels.graphs.random_graphs import csr, graphs, same


@given(graphs)
def test_skeleton_equals_its_law(graph):
    same(skeleton(*csr(graph), backend="cpu"), skeleton(*csr(graph), backend="naive"))


@given(graphs, st.integers(0, 2**31))
def test_both_ways_equal_their_law(graph, seed):
    rows = csr(graph)
    value = np.random.default_rng(seed).random(len(rows[1])).astype(np.float32)
    bones = skeleton(*rows)
    ours, law = (both_ways(bones, *rows, value, backend=b) for b in ("cpu", "naive"))
    np.testing.assert_allclose(ours, law, rtol=1e-5)


@given(graphs)
def test_mutual_edges_equal_their_law(graph):
    n, edges = graph
    rows = csr((n, [(a, b) for a, b in edges if a != b]), doubled=False)
    assert mutual(*rows, backend="cpu") == mutual(*rows, backend="naive")
