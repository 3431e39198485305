"""Directed simplices in closed form, and against networkx where pairs are joined one way."""

from math import comb

import networkx as nx
import numpy as np
import pytest

from neurosparse.analysis import directed_simplices
from tests.analysis.graphs import complete, make, ring


def test_closed_forms():
    assert directed_simplices(complete(5), 6).counts.tolist() == [5, 20, 60, 120, 120, 0, 0]
    assert directed_simplices(ring(6)).counts.tolist() == [6, 6, 0, 0, 0, 0, 0, 0]
    loops = make(2, [(0, 0), (0, 1)])
    assert directed_simplices(loops, 1).counts.tolist() == [2, 1]
    assert directed_simplices(make(0, [])).counts.tolist() == [0] * 8


def test_an_ordered_graph_has_the_cliques_of_its_skeleton():
    rng = np.random.default_rng(2)
    pairs = np.argwhere(np.triu(rng.random((18, 18)) < 0.5, 1)).tolist()
    counts = directed_simplices(make(18, [tuple(pair) for pair in pairs])).counts
    cliques = nx.enumerate_all_cliques(nx.Graph(pairs))
    sizes = np.bincount([len(one) for one in cliques], minlength=9)[1:9]
    assert counts[2] > 30
    assert counts.tolist() == sizes.tolist()


def test_members_of_a_tournament():
    members = directed_simplices(
        make(6, [(a, b) for a in range(6) for b in range(a + 1, 6)])
    )
    assert members.members.tolist() == [[comb(5, k) for k in range(8)]] * 6
    with pytest.raises(ValueError, match="dimension: got 8"):
        directed_simplices(ring(3), 8)
