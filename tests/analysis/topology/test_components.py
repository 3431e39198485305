"""Parts of graphs: networkx on random ones, the order of the numbers."""

import networkx as nx
import numpy as np
from hypothesis import given, settings

from neurosparse import analysis
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import connectivities, make, plain

some = settings(max_examples=25)


def sets(label):
    return {frozenset(np.flatnonzero(label == k).tolist()) for k in set(label.tolist())}


@given(connectivities())
@some
def test_parts_are_those_of_networkx(c):
    g = plain(c)
    strong = set(map(frozenset, nx.strongly_connected_components(g)))
    weak = set(map(frozenset, nx.weakly_connected_components(g)))
    assert sets(analysis.components(c)) == strong
    assert sets(analysis.components(c, strong=False)) == weak


@given(connectivities())
@some
def test_the_largest_comes_first_and_of_equal_ones_that_of_the_first_neuron(c):
    label = analysis.components(c)
    size = np.bincount(label)
    assert (np.diff(size) <= 0).all()
    first = [np.flatnonzero(label == k)[0] for k in range(len(size))]
    for k in range(len(size) - 1):
        assert size[k] > size[k + 1] or first[k] < first[k + 1]


def test_an_isolated_neuron_is_a_part():
    c = make(4, [(2, 3), (3, 2)])
    assert analysis.components(c).tolist() == [1, 2, 0, 0]
    assert analysis.components(Connectivity.empty(0, 0)).tolist() == []
