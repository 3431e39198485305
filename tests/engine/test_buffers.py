"""What recorders fill between steps: columns as asked for, weights that follow their synapses."""

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator, Weights
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF


def test_recorded_weights_follow_their_synapses_through_rewiring(tmp_path):
    """Of four synapses the first is removed and one comes in before the others; the rest keep their
    columns.
    """
    start = Connectivity.from_edges(
        [0, 1, 2, 2], [1, 2, 0, 1], n_pre=3, n_post=3, weight=[1.0, 2.0, 3.0, 4.0]
    )
    network = Network(Population("A", 3, LIF()), Projection("A", "A", start, delay=0.1))
    wanted = [Weights("A->A", every=1.0), Weights("A->A", every=1.0, positions=[3, 0])]

    def go(sim):
        sim.rewire("A->A", drop=[0], pre=[0], post=[0], weight=9.0)
        sim.run(1.0)
        sim.rewire("A->A", drop=[2])
        return sim

    for request in wanted:
        sim = Simulator(network, record=[request])
        sim.run(1.0)
        go(sim).save(tmp_path / "half")
        for each in (sim, Simulator(network, record=[request])):
            each.restore(tmp_path / "half")
            each.run(1.0)
            found = each.recorded(request).values
            whole = np.array([[1, 2, 3, 4], [np.nan, 2, 3, 4], [np.nan, 2, np.nan, 4]])
            np.testing.assert_array_equal(
                found, whole if request.positions is None else whole[:, [3, 0]]
            )
        assert sim.connectivity("A->A").nnz == 3
