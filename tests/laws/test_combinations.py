"""Whatever is declared runs: delays, learning, modes, threads, rewiring, weights set on the way and
checkpoints in any combination give the spikes and weights of the law.
"""

import tempfile
from dataclasses import replace
from typing import NamedTuple
from unittest import mock

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.engine import Simulator, bundles, layout, modes
from neurosparse.engine.naive import Reweighed, Rewired, naive_outcome
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import (
    Composed,
    DopamineSTDP,
    GraupnerBrunel,
    InhibitorySTDP,
    MultiplicativeSTDP,
    PairSTDP,
    TripletSTDP,
    TsodyksMarkram,
)
from tests.engine.networks import random_connectivity, spikes_of

N_PRE = 12
N_POST = 70  # two slices
STEPS = 150
SAVED = 43  # a step between edits, with spikes under way
CALCIUM = GraupnerBrunel(w_max=4.0, tau=15_000.0)
RULES = {
    "fixed": None,
    "pair": PairSTDP(0.05, 0.06, w_max=4.0, mu=0.5),
    "nearest": PairSTDP(0.05, 0.06, w_max=4.0, nearest=True),
    "multiplicative": MultiplicativeSTDP(0.05, 0.06, mu=0.4),
    "triplet": TripletSTDP(w_max=4.0),
    "dopamine": DopamineSTDP(),
    "inhibitory": InhibitorySTDP(eta=0.05, rate=10.0, strongest=4.0),
    "calcium": Composed(PairSTDP(0.05, 0.06, w_max=4.0, mu=0.5), CALCIUM),
    "rewarded": Composed(TripletSTDP(w_max=4.0), DopamineSTDP()),
}
BRIEF = TsodyksMarkram(use=0.7, tau_rec=15.0, tau_facil=5.0)
BRIEFLY = ("fixed", "pair", "calcium")  # which rules are drawn beside it


class Drawn(NamedTuple):
    """One combination."""

    rule: str
    late: bool
    mode: str
    threads: int
    cut: bool
    alike: bool = False
    rewired: bool = False
    reweighed: bool = False
    saved: bool = False
    tied: bool = False
    brief: bool = False
    company: bool = False
    seed: int = 3


DRAWN = st.builds(
    Drawn,
    rule=st.sampled_from(sorted(RULES)),
    late=st.booleans(),
    mode=st.sampled_from(["clock", "event", "auto"]),
    threads=st.sampled_from([1, 2]),
    cut=st.booleans(),
    alike=st.booleans(),
    rewired=st.booleans(),
    reweighed=st.booleans(),
    saved=st.booleans(),
    tied=st.booleans(),
    brief=st.booleans(),
    company=st.booleans(),
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
    if drawn.alike:
        strong, weak = 1.0, 0.25
    rule = RULES[drawn.rule]
    brief = BRIEF if drawn.brief and drawn.rule in BRIEFLY else None
    both = {"plasticity": rule, "short_term": brief}
    # only projections that both have one weight, or both one a synapse, are walked together
    less = -weak if drawn.tied and not drawn.alike else -0.25
    return Network(
        Population("S", N_PRE, PoissonSource(120.0)),
        Population("E", N_POST, model, mode=drawn.mode),
        Projection("S", "E", onto.with_weight(strong), **both),
        Projection("E", "E", back.with_weight(weak), **both),
        Projection("E", "E", back.with_weight(less), label="E-|E"),
        company(model, drawn) if drawn.company else [],
    )


def company(model, drawn):
    """Populations of the same model beside E, which are advanced with it; one of them drives it."""
    rng = np.random.default_rng(drawn.seed + 2)
    late = 9 if drawn.late else 0
    onto = random_connectivity(rng, N_PRE, 30, 0.4, late)
    back = random_connectivity(rng, 30, N_POST, 0.1, late)
    return [
        Population("F", 30, replace(model, v_threshold=2.0), mode=drawn.mode),
        Population("G", 3, replace(model, i_ext=3.0)),
        Projection("S", "F", onto.with_weight(1.0)),
        Projection("F", "E", back.with_weight(0.25)),
    ]


def drawn_edits(drawn, network):
    """Synapses of both kinds go, come and get other weights while spikes are under way."""
    rng = np.random.default_rng(drawn.seed + 1)
    edits = []
    nnz = network.projections["E-|E"].wiring.nnz
    for step in (38, 42, 97) if drawn.reweighed else ():
        # before, between and after the steps in which synapses are exchanged
        one = drawn.rewired or (drawn.alike and step != 42)
        weight = -rng.integers(1, 5, 1 if one else nnz) / 8
        edits.append(Reweighed(step, "E-|E", weight[0] if one else weight))
        edits.append(Reweighed(step, "S->E", rng.integers(6, 10) / 8))
    # synapses without a state may come to have longer delays than any had
    far = 30 if drawn.rule == "fixed" and not drawn.brief else 7
    for step in (40, 44, 90) if drawn.rewired else ():
        for name, n_pre in (("S->E", N_PRE), ("E-|E", N_POST)):
            pre = rng.integers(0, n_pre, 9)
            delays = rng.integers(0, far, 9) if drawn.late else None
            weight = np.full(9, 0.5)
            drop = rng.choice(200, 60, replace=False)
            edits.append(
                Rewired(step, name, drop, pre, rng.integers(0, N_POST, 9), weight, delays)
            )
    return sorted(edits, key=lambda e: e.step)


def change(sim, edit):
    if isinstance(edit, Reweighed):
        sim.set_weights(edit.projection, edit.weight)
        return
    delay = None if edit.delay_steps is None else edit.delay_steps * sim.dt
    more = {"pre": edit.pre, "post": edit.post, "weight": edit.weight, "delay": delay}
    sim.rewire(edit.projection, drop=edit.drop, **more)


def run(network, drawn, edits):
    """All steps; `saved` goes on in another simulator, with as many threads as the first had
    not.
    """
    sim = Simulator(network, seed=drawn.seed, threads=drawn.threads)
    for stop in sorted({*range(0, STEPS + 1, 30), *(e.step for e in edits), SAVED}):
        sim.step(stop - sim.now)
        for edit in edits:
            if edit.step == stop:
                change(sim, edit)
        if drawn.saved and stop == SAVED:
            with tempfile.TemporaryDirectory() as folder:
                sim.save(f"{folder}/state")
                sim = Simulator(network, seed=9, threads=3 - drawn.threads)
                sim.restore(f"{folder}/state")
    return sim


def check(drawn):
    network = drawn_network(drawn)
    edits = drawn_edits(drawn, network)
    long_part = 0 if drawn.cut else layout.LONG_PART
    # windows so short that populations fall asleep and wake
    with (
        mock.patch.object(layout, "LONG_PART", long_part),
        mock.patch.object(modes, "WINDOW", 20),
        # networks so small are walked projection by projection
        mock.patch.object(bundles, "SMALLEST", 0 if drawn.tied else bundles.SMALLEST),
        mock.patch.object(bundles, "LONG_PART", 0 if drawn.tied else bundles.LONG_PART),
    ):
        sim = run(network, drawn, edits)
    law = naive_outcome(network, 0.1, drawn.seed, STEPS, edits)
    assert sim.now == STEPS
    assert spikes_of(sim) == law.spikes
    for name, expected in law.weights.items():
        np.testing.assert_allclose(sim.weights(name), expected, rtol=1e-5, atol=1e-6)
    for name, expected in law.eligibilities.items():
        marked = sim.learning(name).eligibility
        np.testing.assert_allclose(marked, expected, rtol=1e-5, atol=1e-6)
    for name, variables in law.variables.items():
        kept = sim.learning(name).variables
        for variable, expected in variables.items():
            np.testing.assert_allclose(kept[variable], expected, rtol=1e-4, atol=1e-5)
    return sim, law


@settings(max_examples=25, deadline=None)
@given(DRAWN)
def test_whatever_is_combined_runs_as_the_law_says(drawn):
    check(drawn)


@pytest.mark.parametrize("late", [False, True])
def test_combinations_walk_projections_together(late):
    drawn = Drawn("fixed", late=late, mode="clock", threads=2, cut=True, tied=True)
    sim, law = check(drawn)
    assert [set(bundle.names) for bundle in sim.plan.bundles.live()] == [{"E->E", "E-|E"}]
    assert len(law.spikes["E"]) > 60


@pytest.mark.parametrize("threads", [1, 2])
def test_combinations_advance_populations_together(threads):
    drawn = Drawn("pair", late=True, mode="clock", threads=threads, cut=True, company=True)
    sim, law = check(drawn._replace(saved=True, rewired=True))
    assert sim.plan.groups["E"].crowd is sim.plan.groups["F"].crowd
    assert min(len(law.spikes[name]) for name in "EFG") >= 3


@pytest.mark.parametrize("rule", sorted(RULES))
def test_combinations_fire_learn_and_wait(rule):
    sim, law = check(Drawn(rule, late=True, mode="event", threads=2, cut=False))
    assert sim.plan.groups["E"].event is not None
    assert len(law.spikes["E"]) > 60
    changed = law.eligibilities if rule == "dopamine" else law.weights
    if rule != "fixed":
        before = sim.plan.network.projections["S->E"].wiring.weight
        before = 0.0 if rule == "dopamine" else before
        assert np.abs(changed["S->E"] - before).max() > 0.01
