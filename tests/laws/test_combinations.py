"""Whatever is declared runs: delays, learning, modes, threads and rewiring in any combination give
the spikes and weights of the law.
"""

from typing import NamedTuple
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.engine import Simulator, layout
from neurosparse.engine.naive import Rewired, naive_outcome
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import DopamineSTDP, MultiplicativeSTDP, PairSTDP, TripletSTDP
from tests.engine.networks import random_connectivity, spikes_of

N_PRE = 12
N_POST = 70  # two slices
STEPS = 150
RULES = {
    "fixed": None,
    "pair": PairSTDP(0.05, 0.06, w_max=4.0, mu=0.5),
    "multiplicative": MultiplicativeSTDP(0.05, 0.06, mu=0.4),
    "triplet": TripletSTDP(w_max=4.0),
    "dopamine": DopamineSTDP(),
}


class Drawn(NamedTuple):
    """One combination."""

    rule: str
    late: bool
    mode: str
    threads: int
    rewired: bool
    cut: bool
    seed: int


DRAWN = st.builds(
    Drawn,
    rule=st.sampled_from(sorted(RULES)),
    late=st.booleans(),
    mode=st.sampled_from(["clock", "event", "auto"]),
    threads=st.sampled_from([1, 2]),
    rewired=st.booleans(),
    cut=st.booleans(),
    seed=st.integers(0, 2**16),
)


def drawn_network(drawn):
    rng = np.random.default_rng(drawn.seed)
    model = LIF(v_rest=0.0, v_threshold=2.5, v_reset=0.0, tau_mem=8.0, t_ref=0.5)
    late = 9 if drawn.late else 0
    onto = random_connectivity(rng, N_PRE, N_POST, 0.4, late)
    back = random_connectivity(rng, N_POST, N_POST, 0.1, late)
    strong = (rng.integers(4, 13, onto.nnz) / 8).astype(np.float32)
    weak = (rng.integers(1, 5, back.nnz) / 8).astype(np.float32)
    rule = RULES[drawn.rule]
    return Network(
        Population("S", N_PRE, PoissonSource(120.0)),
        Population("E", N_POST, model, mode=drawn.mode),
        Projection("S", "E", onto.with_weight(strong), plasticity=rule),
        Projection("E", "E", back.with_weight(weak), plasticity=rule),
        Projection("E", "E", back.with_weight(-0.25), label="E-|E"),
    )


def drawn_edits(drawn):
    """Synapses of both kinds go and come while spikes are under way."""
    if not drawn.rewired:
        return []
    rng = np.random.default_rng(drawn.seed + 1)
    edits = []
    for step in (40, 44, 90):
        for name, n_pre in (("S->E", N_PRE), ("E-|E", N_POST)):
            pre = rng.integers(0, n_pre, 9)
            delays = rng.integers(0, 7, 9) if drawn.late else None
            weight = np.full(9, 0.5)
            drop = rng.choice(200, 60, replace=False)
            edits.append(
                Rewired(step, name, drop, pre, rng.integers(0, N_POST, 9), weight, delays)
            )
    return edits


def run(network, drawn, edits):
    long_part = 0 if drawn.cut else layout.LONG_PART
    with mock.patch.object(layout, "LONG_PART", long_part):
        sim = Simulator(network, seed=drawn.seed, threads=drawn.threads)
    for stop in sorted({*range(0, STEPS + 1, 30), *(e.step for e in edits)}):
        sim.step(stop - sim.now)
        for e in edits:
            if e.step == stop:
                delay = None if e.delay_steps is None else e.delay_steps * sim.dt
                more = {"pre": e.pre, "post": e.post, "weight": e.weight, "delay": delay}
                sim.rewire(e.projection, drop=e.drop, **more)
    return sim


def check(drawn):
    network = drawn_network(drawn)
    edits = drawn_edits(drawn)
    sim = run(network, drawn, edits)
    law = naive_outcome(network, 0.1, drawn.seed, STEPS, edits)
    assert sim.now == STEPS
    assert spikes_of(sim) == law.spikes
    for name, expected in law.weights.items():
        np.testing.assert_allclose(sim.weights(name), expected, rtol=1e-5, atol=1e-6)
    for name, expected in law.eligibilities.items():
        marked = sim.learning(name).eligibility
        np.testing.assert_allclose(marked, expected, rtol=1e-5, atol=1e-6)
    return sim, law


@settings(max_examples=25, deadline=None)
@given(DRAWN)
def test_whatever_is_combined_runs_as_the_law_says(drawn):
    check(drawn)


@pytest.mark.parametrize("rule", sorted(RULES))
def test_combinations_fire_learn_and_wait(rule):
    drawn = Drawn(
        rule, late=True, mode="event", threads=2, rewired=False, cut=False, seed=3
    )
    sim, law = check(drawn)
    assert sim.plan.groups["E"].event is not None
    assert len(law.spikes["E"]) > 60
    changed = law.eligibilities if rule == "dopamine" else law.weights
    if rule != "fixed":
        before = sim.plan.network.projections["S->E"].wiring.weight
        before = 0.0 if rule == "dopamine" else before
        assert np.abs(changed["S->E"] - before).max() > 0.01
