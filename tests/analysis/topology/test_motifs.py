"""The triad census: networkx on small graphs, closed forms on known ones."""

import networkx as nx
import pytest
from hypothesis import given, settings

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import complete, connectivities, make, plain, random_graph, star

some = settings(max_examples=30)


@given(connectivities())
@some
def test_the_census_is_that_of_networkx(c):
    ours = analysis.triad_census(c)
    assert ours == nx.triadic_census(plain(c))


def test_the_census_of_a_graph_that_has_all_thirteen():
    c = random_graph(40, 0.2, 1)
    ours = analysis.triad_census(c)
    assert min(ours[name] for name in analysis.MOTIFS) > 0
    assert ours == nx.triadic_census(plain(c))


def test_closed_forms():
    assert analysis.triad_census(complete(8))["300"] == 56
    assert analysis.triad_census(star(8))["201"] == 21
    census = analysis.triad_census(random_graph(300, 0.05, 7))
    assert census["030C"] == pytest.approx(300**3 / 3 * (0.05 * 0.95) ** 3, rel=0.1)


def test_loops_and_doubled_edges_do_not_count():
    base = make(5, [(0, 1), (1, 2), (2, 0), (3, 0)])
    census = analysis.triad_census(base)
    assert analysis.triad_census(base.with_edges([0, 4], [0, 4], weight=1)) == census
    assert analysis.triad_census(base.with_edges([0], [1], weight=[1])) == census


@pytest.mark.parametrize("n", [0, 1, 2])
def test_graphs_without_edges(n):
    assert set(analysis.triad_census(Connectivity.empty(n, n)).values()) == {0}
