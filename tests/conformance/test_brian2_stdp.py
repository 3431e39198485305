"""Pair STDP against Brian2's NumPy target, with one delay and with one of its own for each synapse:
the same spikes, the same weights to float32 rounding.
"""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource
from neurosparse.plasticity import PairSTDP

# Brian2 2.9 calls pyparsing by names that newer pyparsing announces to drop
pytestmark = pytest.mark.filterwarnings(
    r"ignore:.*deprecated(,| -) use :DeprecationWarning"
)

DT = 0.1
DURATION = 300.0
SOURCES = 30
N = 40
A_PLUS = 0.05
A_MINUS = 0.06
W_MAX = 2.0
TAU_PLUS = 17.0
TAU_MINUS = 31.0


def parts():
    rng = np.random.default_rng(5)
    once = np.unique(
        rng.integers(0, round(DURATION / DT), 500) * SOURCES + rng.integers(0, SOURCES, 500)
    )
    pre, post = np.nonzero(rng.random((SOURCES, N)) < 0.5)
    wiring = Connectivity.from_edges(
        pre, post, n_pre=SOURCES, n_post=N, weight=rng.uniform(0.2, 1.8, len(pre))
    )
    return (
        once // SOURCES,
        (once % SOURCES).astype(np.int32),
        wiring,
        rng.uniform(11.0, 17.0, N),
    )


def delays_of(delay):
    """A delay of its own for each synapse, 0 to 2.9 ms, or the one for all."""
    if delay != "own":
        return delay
    return np.random.default_rng(6).integers(0, 30, parts()[2].nnz) * DT


def brian(delay, nearest):
    import brian2 as b
    from brian2.units import ms

    b.prefs.codegen.target = "numpy"
    steps, indices, wiring, current = parts()
    names = {
        "tau": 20 * ms,
        "tp": TAU_PLUS * ms,
        "tm": TAU_MINUS * ms,
        "top": W_MAX,
        "up": A_PLUS,
        "down": A_MINUS,
    }
    group = b.NeuronGroup(
        N,
        "dv/dt = (i_ext - v) / tau : 1\ni_ext : 1",
        threshold="v > 15",
        reset="v = 0",
        method="exact",
        namespace=names,
    )
    group.i_ext = current
    source = b.SpikeGeneratorGroup(SOURCES, indices, steps * DT * ms)
    grow = "{0} = 1" if nearest else "{0} += 1"
    synapses = b.Synapses(
        source,
        group,
        "w : 1\ndx/dt = -x / tp : 1 (event-driven)\ndy/dt = -y / tm : 1 (event-driven)",
        on_pre=f"v_post += w\nw = clip(w - down * y, 0, top)\n{grow.format('x')}",
        on_post=f"w = clip(w + up * x, 0, top)\n{grow.format('y')}",
        namespace=names,
    )
    i, j = wiring.edges()
    synapses.connect(i=i, j=j)
    synapses.w = wiring.weights_array().astype(float)
    synapses.pre.delay = delays_of(delay) * ms
    monitor = b.SpikeMonitor(group)
    b.Network(group, source, synapses, monitor).run(DURATION * ms, namespace={})
    fired = np.rint(np.asarray(monitor.t / ms) / DT).astype(int)
    return sorted(
        zip(fired.tolist(), np.asarray(monitor.i).tolist(), strict=True)
    ), np.asarray(synapses.w)


def ours(delay, nearest, threads):
    steps, indices, wiring, current = parts()
    rule = PairSTDP(
        A_PLUS,
        A_MINUS,
        w_max=W_MAX,
        tau_plus=TAU_PLUS,
        tau_minus=TAU_MINUS,
        nearest=nearest,
    )
    network = Network(
        Population("S", SOURCES, SpikeSource(steps * DT, indices)),
        Population(
            "A", N, LIF(v_rest=0.0, v_threshold=15.0, v_reset=0.0, t_ref=0.0, i_ext=current)
        ),
        Projection("S", "A", wiring, delay=delays_of(delay), plasticity=rule),
    )
    sim = Simulator(network, dt=DT, threads=threads)
    sim.run(DURATION)
    spikes = sim.spikes("A")
    return sorted(zip(spikes.step.tolist(), spikes.i.tolist(), strict=True)), sim.weights(
        "S->A"
    )


@pytest.mark.parametrize(
    ("delay", "nearest"),
    [(0.0, False), (1.5, False), (1.5, True), ("own", False), ("own", True)],
)
def test_weights_as_in_brian2(delay, nearest):
    spikes, weights = brian(delay, nearest)
    assert len(spikes) > 150, (
        "the network must be active for the comparison to mean anything"
    )
    assert np.abs(weights - parts()[2].weights_array()).max() > 0.2
    for threads in (1, 2):
        fired, learned = ours(delay, nearest, threads)
        assert fired == spikes
        # a factor e^(-dt/tau) in float32 is off by 3e-8 at most, after hundreds of steps of decay
        # by 1e-5 of a pair
        np.testing.assert_allclose(learned, weights, rtol=0, atol=2e-5)
