"""Patterns of four neurons: names, number of patterns, estimates."""

import numpy as np
import pytest

from neurosparse.analysis import four_neuron_motifs
from neurosparse.analysis.connectome.four_motifs import _kinds
from tests.analysis.graphs import complete, make, random_graph, ring


def test_there_are_as_many_patterns_as_graphs_of_four_neurons():
    """218 directed graphs on four nodes (OEIS A000273), 199 of them connected (A003085)."""
    kind, names = _kinds()
    assert len(names) == 218 == len(set(names))
    import networkx as nx

    connected = 0
    for name in names:
        joined = nx.DiGraph([tuple(map(int, edge.split(">"))) for edge in name.split()])
        connected += len(joined) == 4 and nx.is_weakly_connected(joined)
    assert connected == 199
    assert len(kind) == 4096


def test_graphs_of_one_pattern_are_exact():
    motifs = four_neuron_motifs(complete(4), 500, rng=0)
    # a draw that ends where it began shows three neurons only
    assert abs(motifs.number[0] - 1.0) < 4 * motifs.error[0] < 0.2
    assert len(motifs.patterns[0].split()) == 12
    assert four_neuron_motifs(ring(7), 50, rng=0).number.tolist() == [7.0]
    fork = four_neuron_motifs(make(4, [(0, 1), (0, 2), (0, 3)]), 50, rng=0)
    assert fork.patterns == ("0>1 0>2 0>3",)
    assert four_neuron_motifs(make(3, [(0, 1)]), 50, rng=0).patterns == ()


def test_stars_of_a_random_graph_are_near_their_count():
    c = random_graph(60, 0.05, 1)
    motifs = four_neuron_motifs(c, 20_000, rng=0)
    joined = c.to_dense() > 0
    either = joined | joined.T
    exact = 0
    for u in np.flatnonzero(joined.sum(axis=1) > 2):
        alone = np.flatnonzero(joined[u] & ~joined[:, u])
        for i, a in enumerate(alone):
            for j, b in enumerate(alone[i + 1 :], i + 1):
                free = alone[j + 1 :]
                pairs = either[a, free] | either[b, free] | either[a, b]
                exact += int((~pairs).sum())
    k = motifs.patterns.index("0>1 0>2 0>3")
    assert exact > 50
    assert abs(motifs.number[k] - exact) < 4 * motifs.error[k] > 0
    with pytest.raises(ValueError, match="samples"):
        four_neuron_motifs(c, 0)
