"""One plastic synapse whose two neurons fire at given times."""

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource

DT = 0.1


START = 2.0


def protocol(rule, pre, post, delay=0.0, start=START):
    """One plastic synapse from a source that fires at `pre` onto a neuron that is made to fire at
    `post` ms.

    The kick of weight 20 is seen by the update after it, so it is sent one step early. The plastic
    synapse acts on
    a receptor of weight too small to matter: its own weight is scaled down to 1e-3 of the
    threshold.
    """
    model = LIF(v_rest=0.0, v_threshold=1e4, v_reset=0.0, t_ref=0.0)
    network = Network(
        Population("S", 1, SpikeSource(pre, np.zeros(len(pre), int))),
        Population(
            "K",
            1,
            SpikeSource(np.round(np.subtract(post, DT), 6), np.zeros(len(post), int)),
        ),
        Population("A", 1, model),
        Projection(
            "K", "A", Connectivity.from_edges([0], [0], n_pre=1, n_post=1), weight=1e6
        ),
        Projection(
            "S",
            "A",
            Connectivity.from_edges([0], [0], n_pre=1, n_post=1),
            weight=start,
            delay=delay,
            plasticity=rule,
        ),
    )
    sim = Simulator(network, dt=DT)
    sim.run(round(max([*pre, *post]) + delay + 1.0, 6))
    assert np.allclose(sim.spikes("A").t, post)
    return float(sim.weights("S->A")[0])
