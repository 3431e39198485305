"""Random directed graphs: degrees kept, every graph as often."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.graphs.shuffle_directed import shuffle_directed
from tests.kernels.graphs.random_graphs import csr, graphs, random_csr


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
        tuple(
            shuffle_directed(
                indptr, indices, 24, seed, loops=loops, backend=backend
            ).tolist()
        )
        for seed in range(draws)
    )
    expected = possible(indptr, indices, loops)
    assert len(seen) == expected > 3
    chi = sum((count - draws / expected) ** 2 for count in seen.values()) / (
        draws / expected
    )
    assert chi < expected - 1 + 4 * np.sqrt(2 * (expected - 1))


def possible(indptr, indices, loops):
    """How many graphs without doubled edges have these degrees, counted by trying all."""
    from itertools import combinations, product

    size = np.diff(indptr)
    wanted = np.bincount(indices, minlength=len(indptr) - 1)
    n = len(size)
    rows = [
        list(combinations([v for v in range(n) if loops or v != u], size[u]))
        for u in range(n)
    ]
    return sum(
        (np.bincount(sum(choice, ()), minlength=n) == wanted).all()
        for choice in product(*rows)
    )


def test_trades_forget_the_graph_and_repeat_with_the_seed():
    indptr, indices = random_csr(200, 2000, 2)
    rows = np.repeat(np.arange(200), np.diff(indptr))
    kept = [
        np.isin(
            rows * 200 + shuffle_directed(indptr, indices, rounds, 1), rows * 200 + indices
        ).mean()
        for rounds in (1, 5, 10)
    ]
    chance = len(indices) / 200**2
    assert kept[0] > kept[1]
    assert kept[2] == pytest.approx(chance, abs=0.03)
    np.testing.assert_array_equal(
        shuffle_directed(indptr, indices, 3, 7), shuffle_directed(indptr, indices, 3, 7)
    )
