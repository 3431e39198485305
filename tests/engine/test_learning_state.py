"""What a rule keeps, looked at and changed between steps, whatever the layout."""

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import DopamineSTDP, PairSTDP
from tests.engine.networks import random_connectivity

RULE = PairSTDP(0.05, 0.06, w_max=4.0)


def simulation(late, rule=RULE):
    rng = np.random.default_rng(3)
    wiring = random_connectivity(rng, 12, 70, 0.4, 9 if late else 0)
    network = Network(
        Population("S", 12, PoissonSource(120.0)),
        Population("E", 70, LIF(v_rest=0.0, v_threshold=2.5, v_reset=0.0)),
        Projection("S", "E", wiring.with_weight(1.0), plasticity=rule),
    )
    return Simulator(network, seed=5)


@pytest.mark.parametrize("late", [False, True])
def test_looking_changes_no_bit(late):
    quiet, watched = simulation(late), simulation(late)
    for _ in range(10):
        quiet.step(15)
        watched.step(15)
        state = watched.learning("S->E")
        assert state is watched.learning("S->E")
        assert state.pre_traces.shape == (1, 12)
        assert state.post_traces.shape == (1, 70)
        assert state.weight.shape == watched.weights("S->E").shape
    weights = quiet.weights("S->E")
    assert weights.tobytes() == watched.weights("S->E").tobytes()
    assert np.ptp(weights) > 0.1


@pytest.mark.parametrize("late", [False, True])
def test_what_is_changed_in_place_is_what_the_next_step_reads(late):
    sim = simulation(late)
    sim.step(100)
    state = sim.learning("S->E")
    given = np.random.default_rng(0).random(state.weight.size).astype(np.float32)
    state.weight[:] = given
    np.testing.assert_array_equal(sim.weights("S->E"), given)
    state.pre_traces[0, 3] = 7.0
    state.post_traces[0, 5] = 0.25
    sim.step(10)
    later = sim.learning("S->E")
    if not (sim.spikes("S").step[sim.spikes("S").i == 3] >= 100).any():
        assert later.pre_traces[0, 3] == pytest.approx(7.0 * np.exp(-0.05), rel=1e-5)
    assert later is not state
    sim.set_weights("S->E", 0.5)
    assert set(later.weight.tolist()) == {0.5}


@pytest.mark.parametrize("late", [False, True])
def test_traces_are_those_of_the_spikes(late):
    sim = simulation(late)
    sim.step(200)
    spikes = sim.spikes("S")
    # where all share one delay traces are those at the synapse
    delay = 0 if late else int(sim.connectivity("S->E").delay_steps)
    factor = np.exp(-0.1 / 20.0)
    expected = np.zeros(12)
    for step, i in zip(spikes.step, spikes.i, strict=True):
        if step + delay < 200:
            expected[i] += factor ** (199 - step - delay)
    traces = sim.learning("S->E").pre_traces[0]
    np.testing.assert_allclose(traces, expected, rtol=1e-5, atol=1e-7)
    assert (expected > 0).sum() > 5


def test_an_order_of_their_own_holds_both_weights_and_eligibilities():
    sim = simulation(True, DopamineSTDP(0.2, 0.22))
    sim.step(200)
    state = sim.learning("S->E")
    in_rows = np.stack([state.weight, state.eligibility])
    weight, marks = state.stored
    order = sim.plan.synapses["S->E"].places()
    np.testing.assert_array_equal(in_rows[:, order], np.stack([weight, marks]))
    assert np.ptp(marks) > 0.01
    weight += marks
    np.testing.assert_allclose(sim.weights("S->E"), in_rows.sum(axis=0), rtol=1e-6)
