"""Triangles against their law."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.graphs.skeleton import skeleton
from neurosparse.kernels.graphs.triangles import triangle_counts, triangles
from tests.kernels.graphs.random_graphs import csr, graphs, random_csr, same


def canonical(kinds):
    """Counts of triangles whatever the order of the three: the least of six readings names the
    kind.
    """
    flip = (0, 2, 1, 3)
    found = Counter()
    for (uv, vw, uw), count in np.ndenumerate(kinds):
        readings = []
        for a, b, c in ((uv, vw, uw), (uw, flip[vw], uv), (flip[uv], uw, vw)):
            readings += [(a, b, c), (flip[b], flip[a], flip[c])]
        found[min(readings)] += int(count)
    return +found


@given(graphs, st.integers(0, 2**31))
def test_triangles_equal_their_law(graph, seed):
    bones = skeleton(*csr(graph))
    n = len(bones.indptr) - 1
    table = np.random.default_rng(seed).random((n, n)).astype(np.float32)
    rows = np.repeat(np.arange(n), np.diff(bones.indptr))
    value = (table + table.T)[rows, bones.neighbours]
    ours, law = (triangles(bones, value, backend=b) for b in ("cpu", "naive"))
    same(ours[:2], law[:2])
    assert canonical(ours.kinds) == canonical(law.kinds)


@given(graphs)
def test_triangle_counts_equal_their_law(graph):
    bones = skeleton(*csr(graph))
    same([triangle_counts(bones, backend="cpu")], [triangle_counts(bones, backend="naive")])


def test_triangles_on_a_graph_that_has_many():
    bones = skeleton(*random_csr(60, 900, 0))
    ours, law = (triangles(bones, backend=b) for b in ("cpu", "naive"))
    assert law.counts.sum() > 3000
    np.testing.assert_array_equal(triangle_counts(bones), law.counts)
    same(ours[:2], law[:2])
    assert canonical(ours.kinds) == canonical(law.kinds)
