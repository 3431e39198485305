"""Plasticity where delays differ, each synapse for itself: from one event to the next by closed
forms in double precision, without steps, traces by neuron or rows.

A presynaptic spike meets the synapse after its delay, a postsynaptic one at once; arrivals come
first among events of one moment.
"""

import numpy as np
import pytest

from neurosparse import plasticity as fits
from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource
from neurosparse.plasticity import (
    DopamineSTDP,
    InhibitorySTDP,
    MultiplicativeSTDP,
    PairSTDP,
    TripletSTDP,
)

DT = 0.1
STEPS = 1200
N_PRE = 5
N_POST = 4
STRONG = 1e4  # weight of what makes a neuron fire, far above that of what learns

RULES = {
    "pair": PairSTDP(0.2, 0.22, w_max=3.0, mu=0.5, tau_plus=17.0, tau_minus=31.0),
    "nearest": PairSTDP(0.2, 0.22, w_max=3.0, nearest=True),
    # delays are as long as 45 of its time constants
    "brief": PairSTDP(0.2, 0.22, w_max=3.0, tau_plus=0.2, tau_minus=0.2),
    "multiplicative": MultiplicativeSTDP(0.1, 0.09, mu=0.4),
    "triplet": TripletSTDP(w_max=3.0, unit=20.0, fit=fits.HIPPOCAMPUS),
    "dopamine": DopamineSTDP(0.2, 0.22),
    "inhibitory": InhibitorySTDP(eta=0.1, rate=10.0, strongest=3.0),
}


def by_events(rule, start, arrivals, fired):
    """What one synapse ends with, `arrivals` and `fired` in steps."""
    p = rule.coefficients(DT)
    w = start
    x = np.zeros(len(rule.Pre._fields))
    y = np.zeros(len(rule.Post._fields))
    last = 0
    for step, post in sorted([(s, False) for s in arrivals] + [(s, True) for s in fired]):
        x *= np.array(rule.pre_decay(DT)) ** (step - last)
        y *= np.array(rule.post_decay(DT)) ** (step - last)
        last = step
        traces = (rule.Pre(*x), rule.Post(*y))
        if post:
            w = rule.on_post(w, *traces, p)
            y = np.array(rule.post_spike(traces[1], p), dtype=float)
        else:
            w = rule.on_pre(w, *traces, p)
            x = np.array(rule.pre_spike(traces[0], p), dtype=float)
    return w


def trains(rng, n, each):
    """Steps in which n neurons fire, ascending, each `each` times, never in two running: input in a
    step of a spike is lost.
    """
    return [
        np.sort(rng.choice(np.arange(20, STEPS - 120, 2), each, replace=False))
        for _ in range(n)
    ]


def source(name, spikes, ahead=0):
    index = np.repeat(np.arange(len(spikes)), [len(s) for s in spikes])
    return Population(
        name, len(spikes), SpikeSource((np.concatenate(spikes) - ahead) * DT, index)
    )


@pytest.mark.parametrize("name", RULES)
def test_each_synapse_ends_where_its_events_lead(name):
    rng = np.random.default_rng(7)
    rule = RULES[name]
    pre, post = trains(rng, N_PRE, 25), trains(rng, N_POST, 25)
    pairs = np.indices((N_PRE, N_POST)).reshape(2, -1)
    delay = rng.integers(0, 90, pairs.shape[1])
    weight = rng.uniform(0.5, 2.0, pairs.shape[1]).astype(np.float32)
    wiring = Connectivity.from_edges(
        *pairs, n_pre=N_PRE, n_post=N_POST, weight=weight, delay_steps=delay
    )
    one_each = Connectivity.from_edges(
        np.arange(N_POST), np.arange(N_POST), n_pre=N_POST, n_post=N_POST
    )
    model = LIF(v_rest=0.0, v_threshold=STRONG / 2, v_reset=0.0, t_ref=0.0, tau_mem=1.0)
    network = Network(
        source("S", pre),
        source("K", post, ahead=1),  # the update after sees it
        Population("A", N_POST, model),
        Projection("K", "A", one_each, weight=STRONG),
        Projection("S", "A", wiring, plasticity=rule),
    )
    sim = Simulator(network, dt=DT, seed=0)
    sim.step(STEPS)
    assert [
        sim.spikes("A").step[sim.spikes("A").i == j].tolist() for j in range(N_POST)
    ] == [s.tolist() for s in post]
    marks = sim.learning("S->A").eligibility
    ours = sim.weights("S->A") if marks is None else marks
    start = weight if marks is None else np.zeros_like(weight)
    law = [
        by_events(rule, float(w), pre[i] + d, post[j])
        for i, j, d, w in zip(*pairs, delay, start, strict=True)
    ]
    np.testing.assert_allclose(ours, law, rtol=3e-5, atol=3e-6)
    assert np.abs(ours - start).max() > 0.05
