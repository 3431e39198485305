"""Dopamine: eligibility becomes weight, closed forms, checkpoints."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource, SpikeSource
from neurosparse.plasticity import Dopamine, DopamineSTDP, PairSTDP
from neurosparse.wiring import AllToAll

ONE = Connectivity.from_edges([0], [0], n_pre=1, n_post=1)


def rewarded(rule, pre=20.0, post=25.0):
    """One pair at a known lag; the neuron is made to fire by a kick one step before."""
    return Network(
        Population("S", 1, SpikeSource([pre], [0])),
        Population("K", 1, SpikeSource([round(post - 0.1, 6)], [0])),
        Population("A", 1, LIF(v_rest=0.0, v_threshold=1e4, v_reset=0.0, t_ref=0.0)),
        Projection("K", "A", ONE, weight=1e6),
        Projection("S", "A", ONE, weight=1.0, plasticity=rule),
    )


def test_reward_after_a_pair_turns_eligibility_into_weight():
    rule = DopamineSTDP(a_plus=0.5, tau_e=400.0)
    sim = Simulator(rewarded(rule), dt=0.1)
    dopamine = Dopamine("S->A", tau=200.0)
    calls = [Every(10.0, dopamine)]
    sim.run(60.0, callbacks=calls)
    assert sim.weights("S->A")[0] == 1.0
    dopamine.release(sim, 8.0)
    assert dopamine.concentration(sim) == 8.0
    sim.run(200.0, callbacks=calls)
    assert dopamine.concentration(sim) == pytest.approx(8.0 * np.exp(-1))
    sim.run(6000.0, callbacks=calls)
    # the pair counts from the call at 20 ms on: 40 ms of decay before the reward
    eligible = 0.5 * np.exp(-5 / 20) * np.exp(-40 / 400)
    expected = 1.0 + eligible * 8.0 / (1 / 400 + 1 / 200) / 1000
    assert sim.weights("S->A")[0] == pytest.approx(expected, rel=1e-6)
    assert expected > 1.2


def test_wrong_order_and_tonic_dopamine():
    rule = DopamineSTDP(a_minus=0.6, tau_e=400.0)
    sim = Simulator(rewarded(rule, 25.0, 20.0), dt=0.1)
    dopamine = Dopamine("S->A", tonic=3.0)
    sim.run(8000.0, callbacks=[Every(20.0, dopamine)])
    assert sim.weights("S->A")[0] == pytest.approx(
        1.0 - 0.6 * np.exp(-5 / 20) * 3.0 * 400 / 1000, rel=1e-5
    )


def test_the_period_of_calls_matters_little():
    def after(period):
        sim = Simulator(busy(), dt=0.5, seed=3, record=[])
        dopamine = Dopamine("S->A", tonic=0.5)
        sim.run(1000.0, callbacks=[Every(period, dopamine)])
        return sim.weights("S->A") - 1.0

    exact, coarse = after(0.5), after(20.0)
    assert np.abs(exact).max() > 0.05
    assert np.abs(coarse - exact).max() < 0.1 * np.abs(exact).max()


def busy():
    return Network(
        Population("S", 30, PoissonSource(40.0)),
        Population("A", 70, LIF(v_rest=0.0, v_threshold=12.0, v_reset=0.0)),
        Projection("S", "A", AllToAll(weight=1.0), delay=1.0, plasticity=DopamineSTDP()),
    )


def test_dopamine_survives_a_checkpoint_and_threads(tmp_path):
    dopamine = Dopamine("S->A")
    calls = [Every(10.0, dopamine)]

    def begun(threads):
        sim = Simulator(busy(), dt=0.5, seed=1, threads=threads)
        sim.run(95.0, callbacks=calls)
        dopamine.release(sim, 20.0)
        return sim

    whole, first = begun(1), begun(2)
    first.save(tmp_path / "c")
    second = Simulator(busy(), dt=0.5, seed=1, threads=3)
    second.restore(tmp_path / "c")
    for sim in (whole, second):
        sim.run(205.0, callbacks=calls)
    assert whole.weights("S->A").tobytes() == second.weights("S->A").tobytes()
    assert dopamine.concentration(whole) == dopamine.concentration(second) > 0
    assert np.ptp(whole.weights("S->A")) > 0.02


def test_rewired_synapses_carry_their_eligibility():
    sim = Simulator(busy(), dt=0.5, seed=1)
    sim.run(100.0)
    before = sim.plan.synapses["S->A"].plastic.eligibility.copy()
    sim.rewire("S->A", drop=[3, 50], pre=[0], post=[3], weight=[1.0])
    after = sim.plan.synapses["S->A"].plastic.eligibility
    assert after.size == before.size - 1
    assert after[3] == 0
    assert np.array_equal(np.delete(after, 3), np.delete(before, [3, 50]))
    assert np.abs(after).max() > 0
    sim.run(50.0)


def test_dopamine_for_what_learns_otherwise_is_refused():
    network = Network(
        Population("S", 3, PoissonSource(10.0)),
        Population("A", 3, LIF()),
        Projection("S", "A", AllToAll(), plasticity=PairSTDP(0.1, 0.1, w_max=1.0)),
    )
    with pytest.raises(ValueError, match="DopamineSTDP"):
        Dopamine("S->A").release(Simulator(network), 1.0)
    with pytest.raises(ValueError, match="did you mean 'S->A'"):
        Dopamine("S->B").release(Simulator(network), 1.0)
    with pytest.raises(ValueError, match="tau"):
        Dopamine("S->A", tau=0.0)
