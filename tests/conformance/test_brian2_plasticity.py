"""Weights that learn by the pair rule end where Brian2's event-driven synapses end."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

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
DURATION = 200.0
DELAY = 1.5
N, SOURCES = 20, 30
RULE = PairSTDP(0.03, 0.035, w_max=2.0, tau_plus=15.0, tau_minus=25.0)


def given() -> tuple[Connectivity, NDArray[Any], NDArray[np.int32], NDArray[np.float64]]:
    """Synapses, times and indices of source spikes, currents of the neurons."""
    rng = np.random.default_rng(5)
    pre, post = np.nonzero(rng.random((SOURCES, N)) < 0.5)
    weight = rng.integers(4, 17, len(pre)) / 8.0
    edges = Connectivity.from_edges(pre, post, n_pre=SOURCES, n_post=N, weight=weight)
    once = np.unique(rng.integers(0, round(DURATION / DT) * SOURCES, 500))
    return (
        edges,
        (once // SOURCES) * DT,
        (once % SOURCES).astype(np.int32),
        rng.uniform(12.0, 18.0, N),
    )


@cache
def brian_weights() -> tuple[NDArray[np.float64], int]:
    """Weights in CSR order and number of spikes, by Brian2's NumPy target."""
    import brian2 as b
    from brian2.units import ms, mV

    b.prefs.codegen.target = "numpy"
    edges, times, indices, current = given()
    names = {"rise": RULE.a_plus * mV, "fall": RULE.a_minus * mV, "w_max": RULE.w_max * mV}
    names |= {"tau_plus": RULE.tau_plus * ms, "tau_minus": RULE.tau_minus * ms}
    equations = "dv/dt = (i_ext - v) / (20 * ms) : volt (unless refractory)\ni_ext : volt"
    events: dict[str, Any] = {
        "threshold": "v > 15 * mV",
        "reset": "v = 0 * mV",
        "refractory": 2 * ms,
    }
    group = b.NeuronGroup(
        N, equations, method="exact", namespace={"ms": ms, "mV": mV}, **events
    )
    group.i_ext = current * mV
    source = b.SpikeGeneratorGroup(SOURCES, indices, times * ms)
    synapses = b.Synapses(
        source,
        group,
        """w : volt
        dx/dt = -x / tau_plus : 1 (event-driven)
        dy/dt = -y / tau_minus : 1 (event-driven)""",
        on_pre="v_post += w; x += 1; w = clip(w - fall * y, 0 * volt, w_max)",
        on_post="y += 1; w = clip(w + rise * x, 0 * volt, w_max)",
        delay={"pre": DELAY * ms},
        namespace=names,
    )
    pre, post = edges.edges()
    synapses.connect(i=pre, j=post)
    synapses.w = edges.weights_array().astype(float) * mV
    monitor = b.SpikeMonitor(group)
    b.Network(group, source, synapses, monitor).run(DURATION * ms, namespace={})
    return np.asarray(synapses.w / mV), monitor.num_spikes


@pytest.mark.parametrize("threads", [1, 2])
def test_pair_rule_ends_where_brian2_ends(threads: int) -> None:
    """Every weight, to single precision; as many spikes on both sides."""
    edges, times, indices, current = given()
    network = Network(
        Population("S", SOURCES, SpikeSource(times, indices)),
        Population(
            "N", N, LIF(v_rest=0.0, v_threshold=15.0, v_reset=0.0, t_ref=2.0, i_ext=current)
        ),
        Projection("S", "N", edges, delay=DELAY, plasticity=RULE),
    )
    simulator = Simulator(network, dt=DT, threads=threads)
    simulator.run(DURATION)
    ours = simulator.weights("S->N")
    expected, n_spikes = brian_weights()
    assert n_spikes > 100
    assert np.abs(expected - edges.weights_array()).max() > 0.1, "the weights must move"
    assert len(simulator.spikes("N")) == n_spikes
    np.testing.assert_allclose(ours, expected, atol=2e-5)
