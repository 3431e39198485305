"""Watts-Strogatz: degrees kept, paths shorten before clustering falls."""

import hypothesis.strategies as st
import networkx as nx
import numpy as np
import pytest
from hypothesis import given

from neurosparse.wiring import (
    WattsStrogatz,
)
from tests.strategies import SEEDS
from tests.wiring.drawn import drawn, five_sigma, has_pair_twice, has_self


@given(st.integers(1, 12), st.data(), st.floats(0, 1), SEEDS)
def test_watts_strogatz(n, data, p, seed):
    k = data.draw(st.sampled_from([*range(0, n, 2), n - 1]))
    c = drawn(WattsStrogatz(k, p), n, n, seed)
    assert np.all(c.out_degree == k)
    assert not has_pair_twice(c)
    assert not has_self(c)


@pytest.mark.parametrize(("k", "n"), [(3, 10), (1, 3), (np.int32(5), 7)])
def test_an_odd_number_has_no_two_equal_sides(k, n):
    with pytest.raises(
        ValueError, match=f"k: got .*{k}.*wants an even number .* write {k - 1} or"
    ):
        WattsStrogatz(k, 0.0).build(n, n)


def test_rewiring_a_ring_makes_a_small_world():
    """Paths shorten long before clustering falls (Watts and Strogatz, figure 2)."""
    ring, small, random = (
        WattsStrogatz(8, p).build(300, 300, rng=1) for p in (0.0, 0.05, 1.0)
    )
    clustering = [nx.average_clustering(c.to_networkx()) for c in (ring, small, random)]
    path = [nx.average_shortest_path_length(c.to_networkx()) for c in (ring, small, random)]
    assert path[1] < 0.4 * path[0]
    assert clustering[1] > 0.75 * clustering[0]
    assert clustering[2] < 0.15 * clustering[0]
    moved = (
        1
        - len(
            set(zip(*map(tuple, ring.edges()), strict=True))
            & set(zip(*map(tuple, small.edges()), strict=True))
        )
        / ring.nnz
    )
    assert five_sigma(moved * ring.nnz, ring.nnz, 0.05)
