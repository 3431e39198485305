"""Rules that act between steps: dopamine, scaling; kernels against the law, closed forms,
checkpoints.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Simulator
from neurosparse.kernels.spikes.weight_update import reward, scale_targets
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource, SpikeSource
from neurosparse.plasticity import Dopamine, DopamineSTDP, PairSTDP, SynapticScaling
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


def driven(weight=1.0, plasticity=None, seed=0):
    rng = np.random.default_rng(seed)
    wiring = Connectivity.from_dense(rng.uniform(0.5, 1.5, (50, 12)) * weight)
    return Network(
        Population("S", 50, PoissonSource(30.0)),
        Population("A", 12, LIF(v_rest=0.0, v_threshold=15.0, v_reset=0.0, tau_mem=20.0)),
        Projection("S", "A", wiring, plasticity=plasticity),
    )


@pytest.mark.parametrize("weight", [0.35, 1.5])
def test_scaling_brings_rates_to_the_target(weight):
    target = np.linspace(4.0, 15.0, 12)
    sim = Simulator(driven(weight), dt=0.5, seed=2)
    before = sim.weights("S->A").reshape(50, 12)
    sim.run(30_000.0, callbacks=[Every(500.0, SynapticScaling("S->A", target, strength=0.1))])
    spikes = sim.spikes("A")

    def rates(first, last):
        return (
            np.bincount(spikes.i[(spikes.t >= first) & (spikes.t < last)], minlength=12)
            * 1000
            / (last - first)
        )

    assert np.abs(rates(0, 500) / target - 1).mean() > 0.5
    assert np.abs(rates(15_000, 30_000) / target - 1).max() < 0.2
    after = sim.weights("S->A").reshape(50, 12)
    # the synapses of a neuron keep their ratios
    np.testing.assert_allclose(after / after[0], before / before[0], rtol=1e-4)


def test_one_scaling_step_is_the_formula():
    network = Network(
        Population(
            "A", 2, LIF(v_rest=0.0, v_threshold=10.0, v_reset=0.0, i_ext=np.array([20.0, 0.0]))
        ),
        Projection("A", "A", AllToAll(weight=-1.0), label="recurrent"),
    )
    sim = Simulator(network, dt=0.1)
    scaling = SynapticScaling("recurrent", 10.0, strength=0.2, w_max=1.1)
    scaling(sim)
    sim.run(1000.0)
    fired = (sim.spikes("A").i == 0).sum()
    scaling(sim)
    assert fired > 20
    assert sim.weights("recurrent").tolist() == pytest.approx([-0.8, -1.1, -0.8, -1.1])


def test_scaling_survives_a_checkpoint_and_threads(tmp_path):
    rule = PairSTDP(a_plus=0.02, a_minus=0.02, w_max=3.0)
    calls = [Every(100.0, SynapticScaling("S->A", 8.0, strength=0.3))]
    whole, first = (Simulator(driven(plasticity=rule), dt=0.5, seed=1, threads=k) for k in (1, 2))
    whole.run(1000.0, callbacks=calls)
    first.run(365.0, callbacks=calls)
    first.save(tmp_path / "c")
    second = Simulator(driven(plasticity=rule), dt=0.5, seed=1, threads=2)
    second.restore(tmp_path / "c")
    second.run(635.0, callbacks=calls)
    assert whole.weights("S->A").tobytes() == second.weights("S->A").tobytes()
    assert np.array_equal(whole.spikes("A").i, second.spikes("A").i)
    assert len(whole.spikes("A").i) > 50


@pytest.mark.parametrize("cut", [0.0, 300.0])
def test_set_weights_survives_a_checkpoint(tmp_path, cut):
    """Where all synapses shared one weight, they are laid out with their own; in event mode too."""

    def network():
        return Network(
            Population("S", 100, PoissonSource(20.0)),
            Population("A", 80, LIF(v_rest=0.0, v_threshold=4.0, v_reset=0.0)),
            Projection("S", "A", AllToAll(weight=0.5), delay=1.0),
        )

    first = Simulator(network(), seed=1)
    whole = Simulator(network(), seed=1)
    for sim in (first, whole):
        sim.run(cut)
        sim.set_weights("S->A", np.linspace(0.0, 2.0, 8000))
        sim.run(20.0)
    first.save(tmp_path / "c")
    second = Simulator(network(), seed=1)
    second.restore(tmp_path / "c")
    for sim in (second, whole):
        sim.run(100.0)
    assert np.array_equal(whole.spikes("A").i, second.spikes("A").i)
    assert whole.weights("S->A").tolist() == second.weights("S->A").tolist()
    assert len(whole.spikes("A").i) > 50
    whole.set_weights("S->A", 0.0)
    assert not whole.weights("S->A").any()
    with pytest.raises(ValueError, match=r"weight: got .* wants one number or an array \[8000\]"):
        whole.set_weights("S->A", np.ones(7))
    with pytest.raises(ValueError, match="finite"):
        whole.set_weights("S->A", np.nan)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SynapticScaling("S->A", 0.0), "target.*above 0"),
        (lambda: SynapticScaling("S->A", [5.0, np.nan]), "target"),
        (lambda: SynapticScaling("S->A", 5.0, strength=1.0), "strength"),
        (lambda: SynapticScaling("S->A", 5.0, w_max=0.0), "w_max"),
        (lambda: SynapticScaling("S->A", [1.0, 2.0])(Simulator(driven())), r"array \[12\]"),
    ],
)
def test_scalings_that_cannot_be_meant(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_kernels_follow_the_law(n, seed):
    rng = np.random.default_rng(seed)
    weight, eligible = (rng.normal(0, 2, n).astype(np.float32) for _ in range(2))
    made = {}
    for backend in ("naive", "cpu"):
        w, e = weight.copy(), eligible.copy()
        reward(w, e, 0.7, 0.9, -1.0, 1.5, backend=backend)
        made[backend] = w, e
    np.testing.assert_allclose(made["naive"], made["cpu"], rtol=1e-6)
    indices = rng.integers(0, 5, n).astype(np.uint16)
    for backend in ("naive", "cpu"):
        w = weight.copy()
        scale_targets(indices, w, np.linspace(0, 2, 5, dtype=np.float32), 1.5, backend=backend)
        made[backend] = w
    np.testing.assert_allclose(made["naive"], made["cpu"], rtol=1e-6)
    assert (np.abs(made["cpu"]) <= 1.5).all()
