"""The most that a neuron can receive at once, added piece by piece over all projections."""

import numpy as np

from neurosparse import AllToAll, Network, OneToOne, Population, Projection
from neurosparse.connectivity import Connectivity
from neurosparse.engine import reachable
from neurosparse.engine.ranks import ALONE
from neurosparse.neurons import DendriticSegment, PoissonSource
from neurosparse.stimuli import PoissonInput


def network(*more):
    projections = [
        Projection("S", "D", AllToAll(), weight=2.0),
        Projection("S", "D", OneToOne(), weight=-1.0, label="less"),
        Projection("S", "D", OneToOne(), weight=1.5, label="more"),
    ]
    source = Population("S", 4, PoissonSource(10.0))
    return Network(
        source, Population("D", 4, DendriticSegment(threshold=9.0)), projections, *more
    )


def test_all_projections_count_in_pieces(monkeypatch):
    monkeypatch.setattr(reachable, "PIECE", 3)
    declared = network()
    most = reachable.Reachable(declared)
    for projection in declared.projections.values():
        most.add(projection, projection.wiring.build(4, 4))
    np.testing.assert_array_equal(most.most["D"], [9.5] * 4)
    most.warn(ALONE)  # within reach: warnings are errors here


def test_what_else_drives_a_neuron_leaves_it_out():
    assert not reachable.Reachable(network(PoissonInput("D", 10.0, 1.0))).most


def test_another_number_of_weights_is_refused_elsewhere():
    most = reachable.Reachable(network())
    odd = Projection("S", "D", OneToOne(), weight=[1.0, 2.0])
    most.add(odd, Connectivity.from_dense(np.eye(4)))
    assert not most.most
