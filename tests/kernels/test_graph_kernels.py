"""Graph kernels against their naive laws, and random graphs against the uniform distribution."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.kernels.graphs.hop_sums import hop_sums
from neurosparse.kernels.graphs.modularity import partition
from neurosparse.kernels.graphs.modularity.naive import modularity
from neurosparse.kernels.graphs.shuffle_directed import shuffle_directed
from neurosparse.kernels.graphs.skeleton import both_ways, mutual, skeleton
from neurosparse.kernels.graphs.triangles import triangle_counts, triangles


def edge_lists(n):
    node = st.integers(0, max(n - 1, 0))
    return st.tuples(st.just(n), st.lists(st.tuples(node, node), max_size=40))


graphs = st.integers(0, 9).flatmap(edge_lists)


def csr(graph, doubled=True):
    """Rows of a random graph on n neurons, with self loops and, if asked for, doubled edges."""
    n, edges = graph
    pairs = sorted(edges if doubled else set(edges)) if n else []
    size = np.bincount([u for u, _ in pairs], minlength=n) if pairs else np.zeros(n, np.int64)
    return np.concatenate(([0], np.cumsum(size))).astype(np.int64), np.array(
        [v for _, v in pairs], np.int32
    )


def random_csr(n, edges, seed):
    key = np.unique(np.random.default_rng(seed).integers(0, n * n, edges))
    return csr((n, list(zip((key // n).tolist(), (key % n).tolist(), strict=True))))


def same(ours, law):
    for a, b in zip(ours, law, strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-6)


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
        [(u % 8, v % 8) for u, v in graph[1] if u % 8 < graph[0] % 8 and v % 8 < graph[0] % 8],
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
    joined = np.triu(rng.random((200, 200)) < np.where(member[:, None] == member, 0.5, 0.005), 1)
    rows = csr((200, list(zip(*(a.tolist() for a in np.nonzero(joined)), strict=True))))
    bones = skeleton(*rows)
    found = partition(bones.indptr, bones.neighbours, np.ones(len(bones.code), np.float32), 1)
    assert len({(a, b) for a, b in zip(found.labels.tolist(), member.tolist(), strict=True)}) == 10


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
def test_mutual_edges_equal_their_law(graph):
    n, edges = graph
    rows = csr((n, [(a, b) for a, b in edges if a != b]), doubled=False)
    assert mutual(*rows, backend="cpu") == mutual(*rows, backend="naive")


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


@given(graphs, st.lists(st.integers(0, 8), max_size=12))
def test_hops_equal_their_law(graph, sources):
    rows = csr(graph)
    chosen = np.array([s for s in sources if s < graph[0]], np.int64)
    same(hop_sums(*rows, chosen, backend="cpu"), hop_sums(*rows, chosen, backend="naive"))


def test_more_than_one_word_of_sources():
    rows = random_csr(150, 400, 1)
    everyone = np.random.default_rng(0).permutation(150)
    law = hop_sums(*rows, everyone, backend="naive")
    assert law.farthest.max() > 5
    same(hop_sums(*rows, everyone, backend="cpu"), law)


@given(graphs, st.integers(0, 2**62), st.booleans())
def test_trades_keep_every_degree(graph, seed, loops):
    indptr, indices = csr(graph, doubled=False)
    for backend in ("naive", "cpu"):
        traded = shuffle_directed(indptr, indices, 4, seed, loops=loops, backend=backend)
        np.testing.assert_array_equal(
            np.bincount(traded, minlength=9), np.bincount(indices, minlength=9)
        )
        rows = np.repeat(np.arange(graph[0]), np.diff(indptr))
        for u in range(graph[0]):
            assert (np.diff(traded[indptr[u] : indptr[u + 1]]) > 0).all()
        if not loops:
            np.testing.assert_array_equal(rows[traded == rows], rows[indices == rows])


@pytest.mark.parametrize("loops", [True, False])
def test_trades_reach_every_graph_equally_often(backend, loops):
    """All matrices with these margins, drawn 1500 times: chi-square within 4 of its deviations."""
    indptr = np.array([0, 2, 3, 4, 5])
    indices = np.array([1, 2, 3, 0, 2], np.int32)
    draws = 1500
    seen = Counter(
        tuple(shuffle_directed(indptr, indices, 24, seed, loops=loops, backend=backend).tolist())
        for seed in range(draws)
    )
    expected = possible(indptr, indices, loops)
    assert len(seen) == expected > 3
    chi = sum((count - draws / expected) ** 2 for count in seen.values()) / (draws / expected)
    assert chi < expected - 1 + 4 * np.sqrt(2 * (expected - 1))


def possible(indptr, indices, loops):
    """How many graphs without doubled edges have these degrees, counted by trying all."""
    from itertools import combinations, product

    size = np.diff(indptr)
    wanted = np.bincount(indices, minlength=len(indptr) - 1)
    n = len(size)
    rows = [list(combinations([v for v in range(n) if loops or v != u], size[u])) for u in range(n)]
    return sum(
        (np.bincount(sum(choice, ()), minlength=n) == wanted).all() for choice in product(*rows)
    )


def test_trades_forget_the_graph_and_repeat_with_the_seed():
    indptr, indices = random_csr(200, 2000, 2)
    rows = np.repeat(np.arange(200), np.diff(indptr))
    kept = [
        np.isin(rows * 200 + shuffle_directed(indptr, indices, rounds, 1), rows * 200 + indices).mean()
        for rounds in (1, 5, 10)
    ]
    chance = len(indices) / 200**2
    assert kept[0] > kept[1]
    assert kept[2] == pytest.approx(chance, abs=0.03)
    np.testing.assert_array_equal(
        shuffle_directed(indptr, indices, 3, 7), shuffle_directed(indptr, indices, 3, 7)
    )
