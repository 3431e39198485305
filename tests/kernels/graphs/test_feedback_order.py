"""Orders with little weight backward, against the rule said anew for each neuron."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.kernels.graphs.feedback_order import feedback_order
from tests.kernels.graphs.random_graphs import csr, graphs


@given(graphs, st.integers(0, 999))
@settings(max_examples=60)
def test_the_order_is_that_of_the_rule(graph, seed):
    n, edges = graph
    indptr, indices = csr((n, [(u, v) for u, v in edges if u != v]), doubled=False)
    weight = np.random.default_rng(seed).integers(0, 5, len(indices)).astype(np.float64)
    ours = feedback_order(indptr, indices, weight)
    law = feedback_order(indptr, indices, weight, backend="naive")
    assert ours.dtype == law.dtype
    np.testing.assert_array_equal(ours, law)


def test_without_cycles_nothing_runs_backward():
    rng = np.random.default_rng(0)
    name = rng.permutation(40)
    joined = np.zeros((40, 40), bool)
    joined[np.ix_(name, name)] = np.triu(rng.random((40, 40)) < 0.3, 1)
    pre, post = np.nonzero(joined)
    indptr = np.concatenate(([0], np.cumsum(joined.sum(axis=1))))
    order = feedback_order(indptr, post.astype(np.int32), np.ones(len(post)))
    rank = np.argsort(order)
    assert len(pre) > 100
    assert (rank[pre] < rank[post]).all()
