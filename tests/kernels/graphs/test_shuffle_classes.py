"""Trades in classes: what each keeps, and every graph of the classes as often."""

from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.kernels.graphs.shuffle_classes import Classes, Labelled, shuffle_classes
from tests.kernels.graphs.random_graphs import csr, graphs


def classes_of(n, groups, line, rng):
    member = rng.integers(0, groups, n).astype(np.int32)
    bounds = np.array([4.0, 16.0]) if line else np.zeros(0)
    place = rng.integers(0, 9, (n, 1)).astype(np.float64) if line else np.zeros((n, 0))
    return Classes(member, member, place, bounds)


def tallies(indptr, edges, classes):
    """What trades keep, of each row and of each target."""
    pre = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    post, label = edges
    kinds = classes.target_group[post], classes.bins(pre, post)
    rows = Counter(
        zip(pre.tolist(), label.tolist(), *(k.tolist() for k in kinds), strict=True)
    )
    groups = classes.row_group[pre].tolist()
    return rows, Counter(zip(post.tolist(), label.tolist(), groups, strict=True))


@given(graphs, st.integers(0, 2**62), st.booleans(), st.integers(1, 3), st.booleans())
@settings(max_examples=30)
def test_trades_keep_what_their_classes_say(graph, seed, loops, groups, line):
    indptr, indices = csr(graph, doubled=False)
    rng = np.random.default_rng(seed)
    edges = Labelled(indices, rng.integers(0, 2, len(indices)).astype(np.int32))
    classes = classes_of(graph[0], groups, line, rng)
    before = tallies(indptr, edges, classes)
    for backend in ("naive", "cpu"):
        traded = shuffle_classes(
            indptr, edges, classes, 4, seed, loops=loops, backend=backend
        )
        assert traded.target.dtype == traded.label.dtype == np.int32
        assert tallies(indptr, traded, classes) == before
        for low, high in pairwise(indptr):
            assert (np.diff(traded.target[low:high]) > 0).all()
        if not loops:
            pre = np.repeat(np.arange(graph[0]), np.diff(indptr))
            fixed = pre == indices
            still = pre == traded.target
            np.testing.assert_array_equal(pre[still], pre[fixed])
            np.testing.assert_array_equal(traded.label[still], edges.label[fixed])


# rows 0 to 3 onto targets 4 to 7
PRE = np.array([0, 0, 1, 2, 3])
POST = np.array([4, 5, 6, 4, 7])
INDPTR = np.array([0, 2, 3, 4, 5, 5, 5, 5, 5])
ALIKE = np.zeros(8, np.int32)
PLACE = np.array([[0.0, 1, 0, 1, 5, 5, 5, 9]]).T
CASES = {
    "labels": ([0, 1, 0, 1, 0], Classes.of_one(8)),
    "groups": ([0, 0, 0, 0, 0], Classes.of_one(8)),
    "distances": ([0] * 5, Classes(ALIKE, ALIKE, PLACE, np.array([30.0]))),
}
CASES["groups"][1].row_group[3] = 1
CASES["groups"][1].target_group[7] = 1


def possible(label, classes):
    """All labelled graphs with the same tallies."""
    tally = tallies(INDPTR, Labelled(POST, np.array(label)), classes)
    states = set()
    labellings = list(product((0, 1), repeat=5)) if any(label) else [(0,) * 5]
    degree = np.bincount(POST)
    for post in product(range(4, 8), repeat=5):
        if post[0] < post[1] and np.array_equal(np.bincount(post), degree):
            for labels in labellings:
                other = Labelled(np.array(post), np.array(labels))
                if tallies(INDPTR, other, classes) == tally:
                    states.add((post, labels))
    return states


@pytest.mark.parametrize("case", CASES)
def test_trades_reach_every_graph_of_the_classes_equally_often(backend, case):
    label, classes = CASES[case]
    edges = Labelled(POST.astype(np.int32), np.array(label, np.int32))
    draws = 1000 if backend == "cpu" else 100
    seen = Counter()
    for seed in range(draws):
        traded = shuffle_classes(INDPTR, edges, classes, 20, seed, backend=backend)
        seen[tuple(traded.target.tolist()), tuple(traded.label.tolist())] += 1
    states = possible(label, classes)
    assert set(seen) == states
    assert len(states) > 2
    chi = sum((seen[s] - draws / len(states)) ** 2 for s in states) / (draws / len(states))
    assert chi < len(states) - 1 + 4 * np.sqrt(2 * (len(states) - 1))


def test_one_class_is_as_free_as_trades_without_classes():
    rng = np.random.default_rng(0)
    joined = rng.random((80, 80)) < 0.1
    pre, post = np.nonzero(joined)
    indptr = np.concatenate(([0], np.cumsum(joined.sum(axis=1))))
    edges = Labelled(post.astype(np.int32), np.zeros(len(post), np.int32))
    traded = shuffle_classes(indptr, edges, Classes.of_one(80), 10, 1)
    kept = np.isin(pre * 80 + traded.target, pre * 80 + post).mean()
    assert kept == pytest.approx(joined.mean(), abs=0.05)
    again = shuffle_classes(indptr, edges, Classes.of_one(80), 10, 1)
    np.testing.assert_array_equal(traded.target, again.target)
