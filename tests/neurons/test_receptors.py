"""Neurons with any number of receptors: closed forms, equations, and what is refused."""

import pickle

import numpy as np
import pytest

from neurosparse import Network, PoissonSource, Population, Projection, Simulator
from neurosparse.engine.naive import simulate_naive
from neurosparse.neurons import (
    AMPA,
    GABA_A,
    GABA_B,
    NMDA,
    LIFCond,
    Receptor,
    with_receptors,
)
from neurosparse.wiring import Bernoulli
from tests.engine.networks import spikes_of

FREE = 1000
Two = with_receptors(exc=Receptor(tau=5.0), inh=Receptor(tau=10.0, reversal=-80.0))
Four = with_receptors(ampa=AMPA, nmda=NMDA, gaba_a=GABA_A, gaba_b=GABA_B, name="Four")


def course(model, start, dt, ms, variable, since=FREE):
    """A variable after each step."""
    p = model.coefficients(dt)
    s = model.initial()._replace(**start)
    seen = []
    for _ in range(round(ms / dt)):
        s, _ = type(model).update(s, p, since)
        seen.append(getattr(s, variable))
    return np.array(seen)


def test_exponential_conductances_are_those_of_lif_cond():
    start = {"g_exc": 30.0, "g_inh": 15.0}
    ours = course(Two(), start, 0.1, 40.0, "v")
    assert ours == pytest.approx(course(LIFCond(), start, 0.1, 40.0, "v"), abs=1e-12)
    assert np.ptp(ours) > 1.0


@pytest.mark.parametrize("dt", [0.1, 2.5])
@pytest.mark.parametrize("rise", [0.5, 8.0, 20.0])
def test_a_conductance_peaks_at_its_weight_for_any_dt(dt, rise):
    kind = with_receptors(slow=Receptor(tau=8.0, rise=rise))
    t = dt * np.arange(1, round(100 / dt) + 1)
    fine = np.linspace(0.0, 100.0, 200_001)

    def shape(time):
        if rise == 8.0:
            return time * np.exp(-time / 8.0)
        return (np.exp(-time / 8.0) - np.exp(-time / rise)) * np.sign(8.0 - rise)

    seen = course(kind(), {"h_slow": 3.0}, dt, 100.0, "g_slow")
    assert seen == pytest.approx(3.0 * shape(t) / shape(fine).max(), rel=1e-6, abs=1e-9)


def test_magnesium_blocks_at_rest():
    """A depolarised neuron is moved as by an open channel, one at rest by a tenth of it."""
    slopes = {}
    for mg in (0.0, 1.0):
        kind = with_receptors(nmda=Receptor(tau=100.0, mg=mg))
        model = kind(g_leak=1e-9, v_threshold=100.0, c_mem=1000.0)
        for v in (-70.0, -20.0):
            moved = course(model, {"v": v, "g_nmda": 1.0}, 0.01, 0.01, "v")[0] - v
            slopes[mg, v] = moved / (0.01 * -v / 1000.0)
    for v in (-70.0, -20.0):
        assert slopes[0.0, v] == pytest.approx(1.0, rel=1e-3)
        block = 1 / (1 + np.exp(-0.062 * v) / 3.57)
        assert slopes[1.0, v] == pytest.approx(block, rel=1e-3)


def test_it_rests_while_refractory_and_its_conductances_go_on():
    start = {"g_ampa": 5.0, "h_gaba_b": 2.0}
    assert not np.diff(course(Four(), start, 0.1, 1.0, "v", since=-5)).any()
    assert np.diff(course(Four(), start, 0.1, 1.0, "g_ampa", since=-5)).all()


def test_it_runs_as_the_law_does():
    wires = {"wiring": Bernoulli(0.3), "pre": "S", "post": "A"}
    weights = {"ampa": 4.0, "nmda": 3.0, "gaba_a": 2.0, "gaba_b": 0.5}
    parts = [
        Projection(**wires, weight=weight, receptor=receptor, label=receptor)
        for receptor, weight in weights.items()
    ]
    parts += [Population("S", 20, PoissonSource(150.0)), Population("A", 70, Four())]
    simulation = Simulator(Network(parts), seed=2, threads=2)
    simulation.run(30.0)
    assert spikes_of(simulation) == simulate_naive(Network(parts), 0.1, 2, 300)
    assert len(simulation.spikes("A")) > 30


def test_its_parameters_are_parameters():
    model = Four(tau_nmda=np.array([80.0, 120.0]), e_gaba_b=-95.0)
    again = pickle.loads(pickle.dumps(model))
    assert again.tau_nmda.tolist() == [80.0, 120.0]
    assert again.coefficients(0.1).keep_nmda[0] == np.exp(-0.1 / 80.0)
    assert with_receptors({"ampa": AMPA}) is with_receptors(ampa=AMPA)
    assert "class Four(Neuron):" in Four.source
    with pytest.raises(ValueError, match=r"Four.tau_nmda: got 0.0, wants a value above 0"):
        Four(tau_nmda=0.0)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (with_receptors, "receptors: got none, wants one at least"),
        (lambda: with_receptors({"1st": AMPA}), "got '1st', wants names of letters"),
        (lambda: with_receptors(mem=AMPA), "got 'mem', wants a name that nothing else has"),
        (
            lambda: with_receptors(ampa=5.0),
            r"receptors\['ampa'\]: got 5.0, wants a Receptor",
        ),
        (lambda: with_receptors(a=AMPA, name="a b"), "name: got 'a b'"),
        (lambda: Receptor(tau=0.0), "Receptor.tau: got 0"),
        (lambda: Receptor(tau=1.0, rise=-1.0), "Receptor.rise: got -1"),
    ],
)
def test_what_cannot_be_is_refused(make, says):
    with pytest.raises((ValueError, TypeError), match=says):
        make()
