"""Hop sums against their law."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.kernels.graphs.hop_sums import hop_sums
from tests.kernels.graphs.random_graphs import csr, graphs, random_csr, same


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
