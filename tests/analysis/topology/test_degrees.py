"""Degrees and their correlations along edges: networkx on small graphs, closed forms."""

import warnings

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings

from neurosparse import analysis
from tests.analysis.graphs import (
    connectivities,
    plain,
    random_graph,
    ring,
    star,
)

some = settings(max_examples=30)


@given(connectivities())
@some
def test_degrees_and_their_correlations_are_those_of_networkx(c):
    found = analysis.degrees(c)
    np.testing.assert_allclose(found.out_strength, c.to_dense().sum(axis=1), rtol=1e-6)
    np.testing.assert_allclose(found.in_strength, c.to_dense().sum(axis=0), rtol=1e-6)
    g = plain(c)
    if g.number_of_edges() == 0:
        assert np.isnan(analysis.reciprocity(c))
        return
    assert analysis.reciprocity(c) == pytest.approx(nx.overall_reciprocity(g))
    ours = analysis.assortativity(c)
    for value, x, y in zip(
        ours, ("out", "in", "out", "in"), ("in", "out", "out", "in"), strict=True
    ):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            peer = (
                nx.degree_pearson_correlation_coefficient(g, x, y)
                if g.number_of_edges() > 1
                else np.nan
            )
        if np.isfinite(value):
            assert value == pytest.approx(peer, abs=1e-9)
        else:
            assert not np.isfinite(peer)


def test_closed_forms():
    assert analysis.reciprocity(star(8)) == 1.0
    assert np.isnan(analysis.assortativity(ring(8)).out_in)


def test_erdos_renyi_has_its_expectations():
    c = random_graph(300, 0.05, 7)
    assert analysis.reciprocity(c) == pytest.approx(0.05, rel=0.1)
    assert abs(analysis.assortativity(c).out_in) < 0.03
