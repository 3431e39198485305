"""Neurons go: exact numbers, betweenness against NetworkX."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.pruning import (
    Betweenness,
    DropNeurons,
    RandomNeurons,
    RecurrentNet,
)
from tests.pruning.nets import networks, spiking


@settings(max_examples=60, deadline=None)
@given(
    networks(),
    st.data(),
    st.sampled_from([Betweenness(), Betweenness(0, 2), RandomNeurons()]),
)
def test_neuron_rules_keep_exactly_so_many_with_all_between_them(net, data, score):
    wanted = data.draw(st.integers(1, net.connectivity.n_pre))
    after = DropNeurons(score)(net, wanted, 0)
    assert len(after.neurons) == after.connectivity.n_pre == wanted
    kept = after.neurons
    np.testing.assert_array_equal(
        after.connectivity.to_dense(), net.connectivity.to_dense()[np.ix_(kept, kept)]
    )
    np.testing.assert_array_equal(after.leak, net.leak[kept])


def test_betweenness_is_that_of_networkx_and_samples_are_near():
    net, _ = spiking(60)
    exact = Betweenness()(net, None)
    g = nx.DiGraph(list(zip(*(s.tolist() for s in net.connectivity.edges()), strict=True)))
    peer = nx.betweenness_centrality(g, normalized=False)
    np.testing.assert_allclose(exact, [peer[v] for v in range(60)], atol=1e-9)
    drawn = np.mean(
        [Betweenness(0, 20)(net, np.random.default_rng(s)) for s in range(40)], axis=0
    )
    np.testing.assert_allclose(drawn, exact, rtol=0.3, atol=10)


def test_the_bridge_outlives_the_crowd():
    one = nx.complete_graph(6)
    g = nx.disjoint_union(one, one)
    g.add_edges_from([(0, 12), (12, 6)])
    net = RecurrentNet.begin(Connectivity.from_networkx(nx.DiGraph(g)))
    assert set(DropNeurons(Betweenness())(net, 3).neurons.tolist()) == {0, 6, 12}


NET, _ = spiking(5, steps=60)
BAD = {
    "neurons: got 0": lambda: DropNeurons(RandomNeurons())(NET, 0),
    "sources: got 0": lambda: Betweenness(sources=0),
}


@pytest.mark.parametrize("says", BAD)
def test_what_cannot_be_meant_is_refused(says):
    with pytest.raises(ValueError, match=says):
        BAD[says]()
