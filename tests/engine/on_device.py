"""Networks for a GPU, whose weights are sums of powers of two."""

import numpy as np

from neurosparse.engine import OnDevice
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource
from neurosparse.plasticity import PairSTDP
from neurosparse.wiring import FixedInDegree

QUICK = LIF(v_rest=0.0, v_threshold=2.0, v_reset=0.0, t_ref=0.3)


# on a GPU the first chunk of a run of 1.4 ms is replayed from a recording, the second is not
DEVICE = OnDevice(programs=1, chunk=9)


def wired(n_pre, n_post, fan_in, rng, delays=None, weights=None):
    built = FixedInDegree(fan_in).build(n_pre, n_post, np.random.default_rng(rng))
    drawn = np.random.default_rng(rng + 1)
    if weights is not None:
        built = built.with_weight(drawn.choice(np.float32(weights), built.nnz))
    return (
        built
        if delays is None
        else built.with_delay_steps(drawn.choice(np.array(delays, np.uint8), built.nnz))
    )


def listed(n, each, steps=30):
    """A population of which `each` neurons, drawn anew, spike in every step: dear noise is left to
    other tests.
    """
    rng = np.random.default_rng(9)
    index = np.concatenate([rng.permutation(n)[:each] for _ in range(steps)])
    return Population(
        "in", n, SpikeSource(times=np.repeat(np.arange(steps), each) / 10, indices=index)
    )


def late(delays):
    return None if delays else 0.4


def balanced(delays=None, weights=None):
    return Network(
        listed(8, 3),
        Population("E", 35, QUICK),
        Population(
            "I", 9, LIF(v_rest=0.0, v_threshold=np.linspace(1.0, 2.0, 9), v_reset=0.0)
        ),
        Projection("in", "E", wired(8, 35, 3, 5), weight=0.75, delay=0.1),
        Projection(
            "E",
            "E",
            wired(35, 35, 6, 1, delays, weights),
            weight=None if weights else 0.25,
            delay=late(delays),
        ),
        Projection("E", "I", wired(35, 9, 5, 2, delays), weight=0.5, delay=late(delays)),
        Projection("I", "E", wired(9, 35, 3, 3), weight=-0.5, delay=0.0),
    )


RULE = PairSTDP(0.05, 0.06, w_max=1.0)


def learning(rule, delay=0.2):
    """A population driven by a few strong inputs, whose plastic synapses have weights of their
    own.
    """
    return Network(
        listed(12, 3),
        Population("E", 30, QUICK),
        Projection(
            "in", "E", wired(12, 30, 8, 1, None, [0.25, 0.5]), delay=delay, plasticity=rule
        ),
        Projection("E", "E", wired(30, 30, 4, 2), weight=-0.25, delay=0.2),
    )


def learned(sim):
    """How far the plastic weights are from those at first."""
    return np.abs(
        sim.weights("in->E") - sim.network.projections["in->E"].wiring.weight
    ).max()


def same_weights(one, other):
    np.testing.assert_allclose(
        one.weights("in->E"), other.weights("in->E"), rtol=1e-5, atol=1e-6
    )
