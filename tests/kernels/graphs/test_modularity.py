"""Communities: a local optimum below the best, planted ones found."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.kernels.graphs.modularity import partition
from neurosparse.kernels.graphs.modularity.naive import modularity
from neurosparse.kernels.graphs.skeleton import skeleton
from tests.kernels.graphs.random_graphs import csr, graphs


def weighted_table(graph, seed):
    bones = skeleton(*csr(graph))
    n = graph[0]
    table = np.random.default_rng(seed).integers(0, 4, (n, n)).astype(np.float32)
    rows = np.repeat(np.arange(n), np.diff(bones.indptr))
    weight = (table + table.T)[rows, bones.neighbours]
    dense = np.zeros((n, n))
    dense[rows, bones.neighbours] = weight
    return bones, weight, dense


@given(graphs, st.integers(0, 2**31))
@settings(max_examples=25)
def test_communities_are_a_local_optimum_below_the_best(graph, seed):
    graph = (
        graph[0] % 8,
        [
            (u % 8, v % 8)
            for u, v in graph[1]
            if u % 8 < graph[0] % 8 and v % 8 < graph[0] % 8
        ],
    )
    bones, weight, dense = weighted_table(graph, seed)
    found = partition(bones.indptr, bones.neighbours, weight, seed)
    best = partition(bones.indptr, bones.neighbours, weight, seed, backend="naive")
    assert found.modularity == pytest.approx(modularity(dense, found.labels, 1.0), abs=1e-9)
    assert found.modularity <= best.modularity + 1e-9
    assert set(found.labels) == set(range(len(set(found.labels))))
    # merging never helps any more: the last level of the hierarchy found nothing to move
    for a in range(found.labels.max(initial=-1) + 1):
        for b in range(a):
            merged = np.where(found.labels == a, b, found.labels)
            assert modularity(dense, merged, 1.0) <= found.modularity + 1e-9


def test_planted_communities_are_found():
    rng = np.random.default_rng(0)
    member = np.arange(200) // 20
    joined = np.triu(
        rng.random((200, 200)) < np.where(member[:, None] == member, 0.5, 0.005), 1
    )
    rows = csr((200, list(zip(*(a.tolist() for a in np.nonzero(joined)), strict=True))))
    bones = skeleton(*rows)
    found = partition(
        bones.indptr, bones.neighbours, np.ones(len(bones.code), np.float32), 1
    )
    assert (
        len({(a, b) for a, b in zip(found.labels.tolist(), member.tolist(), strict=True)})
        == 10
    )
