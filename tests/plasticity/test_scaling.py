"""Scaling: rates come to their target, closed forms, checkpoints."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.plasticity import PairSTDP, SynapticScaling
from neurosparse.wiring import AllToAll


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
    sim.run(
        30_000.0, callbacks=[Every(500.0, SynapticScaling("S->A", target, strength=0.1))]
    )
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
            "A",
            2,
            LIF(v_rest=0.0, v_threshold=10.0, v_reset=0.0, i_ext=np.array([20.0, 0.0])),
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
    whole, first = (
        Simulator(driven(plasticity=rule), dt=0.5, seed=1, threads=k) for k in (1, 2)
    )
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
    with pytest.raises(
        ValueError, match=r"weight: got .* wants one number or an array \[8000\]"
    ):
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
