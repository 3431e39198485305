"""Triads of each neuron: against the census, and by hand."""

import numpy as np
from hypothesis import given, settings

from neurosparse.analysis import MOTIFS, triad_census, triad_participation
from tests.analysis.graphs import connectivities, make, random_graph


@given(connectivities())
@settings(max_examples=20)
def test_columns_add_up_to_three_times_the_census(c):
    counts = triad_participation(c)
    assert counts.shape == (c.n_pre, 13)
    assert counts.min(initial=0) >= 0
    census = triad_census(c)
    assert counts.sum(axis=0).tolist() == [3 * census[name] for name in MOTIFS]


def test_each_neuron_by_the_census_of_the_graph_without_it():
    c = random_graph(16, 0.25, 3)
    counts = triad_participation(c)
    census = triad_census(c)
    for u in (0, 5, 15):
        keep = np.delete(np.arange(16), u)
        rest = triad_census(c.select(keep, keep))
        assert counts[u].tolist() == [census[name] - rest[name] for name in MOTIFS]


def test_a_fork_by_hand():
    counts = triad_participation(make(4, [(0, 1), (0, 2)]))
    assert counts[:, MOTIFS.index("021D")].tolist() == [1, 1, 1, 0]
    assert counts.sum() == 3
