"""Triads of each neuron against all triples."""

import numpy as np
from hypothesis import given, settings

from neurosparse.kernels.graphs.skeleton import skeleton
from neurosparse.kernels.graphs.triads_of import Patterns, triads_of
from tests.kernels.graphs.random_graphs import csr, graphs

RNG = np.random.default_rng(0)
BACK = np.array([0, 2, 1, 3])


def symmetric():
    """Any columns that do not depend on the order of the neurons."""
    closed = np.zeros((4, 4, 4), np.int64)
    for kind in np.ndindex(4, 4, 4):
        uv, vw, uw = kind
        turns = [
            (uv, vw, uw),
            (BACK[uv], uw, vw),
            (uw, BACK[vw], uv),
            (vw, BACK[uw], BACK[uv]),
            (BACK[uw], uv, BACK[vw]),
            (BACK[vw], BACK[uv], BACK[uw]),
        ]
        closed[kind] = min(16 * a + 4 * b + c for a, b, c in turns) % 5
    open_ = RNG.integers(0, 5, (4, 4))
    return Patterns(closed, np.minimum(open_, open_.T) + 5, 10)


@given(graphs)
@settings(max_examples=40)
def test_every_column_of_every_neuron(graph):
    indptr, indices = csr(graph, doubled=False)
    pre = np.repeat(np.arange(graph[0]), np.diff(indptr))
    edge = pre != indices
    size = np.bincount(pre[edge], minlength=graph[0])
    bones = skeleton(np.concatenate(([0], np.cumsum(size))), indices[edge])
    patterns = symmetric()
    ours = triads_of(bones, patterns)
    law = triads_of(bones, patterns, backend="naive")
    assert ours.dtype == law.dtype
    np.testing.assert_array_equal(ours, law)


def test_a_star_and_a_triangle():
    star = skeleton(np.array([0, 3, 3, 3, 3]), np.array([1, 2, 3], np.int32))
    patterns = Patterns(np.ones((4, 4, 4), int), np.zeros((4, 4), int), 2)
    assert triads_of(star, patterns)[:, 0].tolist() == [3, 2, 2, 2]
    ring = skeleton(np.array([0, 1, 2, 3]), np.array([1, 2, 0], np.int32))
    assert triads_of(ring, patterns).tolist() == [[0, 1]] * 3
