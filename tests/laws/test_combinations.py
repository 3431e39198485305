"""Whatever is declared runs: delays, learning, modes, threads, rewiring, weights set on the way,
stimuli, parameters that differ and change, silenced neurons and checkpoints in any combination give
the spikes, weights and states of the law. All of the space: tests/laws/test_whole_space.py.
"""

import numpy as np
import pytest
from hypothesis import given, settings

from tests.laws.combinations import RULES, Drawn, drawn_by
from tests.laws.combined_changes import check


@settings(max_examples=16, deadline=None)
@given(drawn_by(["jumps"], ["poisson", "step"], []))
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
