"""Every spike-timing rule against the naive engine, on any number of threads."""

import numpy as np
import pytest

from neurosparse import plasticity as fits
from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.engine.naive import simulate_naive
from neurosparse.kernels.spikes.spike_timing.naive import plastic_step
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import (
    DopamineSTDP,
    InhibitorySTDP,
    MultiplicativeSTDP,
    PairSTDP,
    TripletSTDP,
)
from tests.plasticity.pairing import DT

RULES = [
    PairSTDP(a_plus=0.2, a_minus=0.22, w_max=3.0, mu=0.5),
    PairSTDP(a_plus=0.2, a_minus=0.22, w_max=3.0, nearest=True),
    MultiplicativeSTDP(a_plus=0.1, a_minus=0.09, mu=0.4),
    TripletSTDP(w_max=3.0, unit=20.0, fit=fits.HIPPOCAMPUS),
    DopamineSTDP(a_plus=0.2, a_minus=0.22),
    InhibitorySTDP(eta=0.1, rate=10.0, strongest=3.0),
]


def learned(sim):
    """What the rule changed."""
    learning = sim.plan.synapses["S->A"].plastic
    return (
        sim.weights("S->A") if learning.eligibility is None else learning.eligibility.copy()
    )


@pytest.mark.parametrize(
    "rule", RULES, ids=lambda r: f"{type(r).__name__}-{getattr(r, 'nearest', '')}"
)
def test_compiled_equals_naive_on_any_threads(rule):
    """Spikes of the whole naive engine; weights of the naive law fed with these spikes."""
    rng = np.random.default_rng(3)
    pre, post = np.nonzero(rng.random((25, 70)) < 0.4)
    wiring = Connectivity.from_edges(pre, post, n_pre=25, n_post=70, weight=np.float32(1.5))
    network = Network(
        Population("S", 25, PoissonSource(80.0)),
        Population("A", 70, LIF(v_rest=0.0, v_threshold=5.0, v_reset=0.0, tau_mem=10.0)),
        Projection("S", "A", wiring, delay=0.7, plasticity=rule),
    )
    sims = [Simulator(network, seed=2, threads=threads) for threads in (1, 2, 3)]
    for sim in sims:
        sim.run(60.0)
    a = sims[0]
    for b in sims[1:]:
        assert learned(a).tobytes() == learned(b).tobytes()
        assert np.array_equal(a.spikes("A").i, b.spikes("A").i)
    spikes = {
        name: [(s, i) for s, i in zip(a.spikes(name).step, a.spikes(name).i, strict=True)]
        for name in "SA"
    }
    assert spikes == simulate_naive(network, DT, 2, 600)
    changed = law(rule, wiring, spikes, 600, delay=7)
    assert np.allclose(learned(a), changed, rtol=2e-5, atol=2e-6)
    assert len(spikes["A"]) > 50
    assert learned(a).std() > 0.02


def law(rule, wiring, spikes, n_steps, delay):
    """Weights (or eligibility) by the naive law, step after step."""
    by_step = {name: [[] for _ in range(n_steps)] for name in spikes}
    for name, events in spikes.items():
        for step, i in events:
            by_step[name][step].append(int(i))
    weight = wiring.weights_array().astype(np.float32).copy()
    eligibility = np.zeros_like(weight) if getattr(rule, "third_factor", False) else None
    x = np.zeros((len(rule.Pre._fields), wiring.n_pre))
    y = np.zeros((len(rule.Post._fields), wiring.n_post))
    for step in range(n_steps):
        arrived = by_step["S"][step - delay] if step >= delay else []
        synapses = (wiring.indptr, wiring.indices, weight)
        plastic_step(
            rule,
            DT,
            arrived,
            by_step["A"][step],
            synapses,
            x,
            y,
            np.zeros(wiring.n_post),
            eligibility,
        )
    return weight if eligibility is None else eligibility
