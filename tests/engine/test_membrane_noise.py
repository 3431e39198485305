"""Noise of membranes: closed forms, and the same bits however a run is cut."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import erf

from neurosparse import Network, Population, Simulator
from neurosparse.engine.naive import simulate_naive
from neurosparse.neurons import from_equations
from tests.engine.networks import spikes_of

TAU, MU, SIGMA = 10.0, 5.0, 2.0
PARAMETERS = {"tau": TAU, "mu": MU, "sigma": SIGMA, "level": 7.0, "t_ref": 2.0}
EQUATION = "dv/dt = (mu - v) / tau + sigma * sqrt(2 / tau) * xi"


NOISY = from_equations(
    EQUATION,
    threshold="v > level",
    reset="v = 0*level",
    receptors={"delta": "v"},
    parameters=PARAMETERS,
    name="Noisy",
)
FREE = {"level": 1e6, "t_ref": 0.0}  # of a neuron that never fires


@pytest.mark.parametrize("dt", [0.1, 4.0])
def test_mean_and_variance_are_those_of_the_process_for_any_dt(dt):
    n = 20_000
    simulation = Simulator(Network(Population("A", n, NOISY(**FREE))), dt=dt)
    simulation.run(8.0)
    v = simulation.state("A", "v")
    variance = SIGMA**2 * -np.expm1(-16.0 / TAU)
    error = np.sqrt(variance / n)
    assert abs(v.mean() - MU * -np.expm1(-8.0 / TAU)) < 4 * error
    assert abs(v.var() / variance - 1) < 4 * np.sqrt(2 / n)
    assert abs(np.corrcoef(v[:-1], v[1:])[0, 1]) < 4 / np.sqrt(n)


def siegert(level):
    """Rate in Hz of an integrate-and-fire neuron under white noise (Siegert 1951)."""
    low, high = (np.array([0.0, level]) - MU) / (np.sqrt(2) * SIGMA)
    mean = quad(lambda x: np.exp(x * x) * (1 + erf(x)), low, high)[0]
    return 1000.0 / (PARAMETERS["t_ref"] + TAU * np.sqrt(np.pi) * mean)


def test_the_rate_is_siegert_s():
    """A threshold looked at once a step lies 0.5826 sd of a step higher (Chernoff 1965)."""
    dt, n, ms = 0.05, 1500, 200.0
    simulation = Simulator(Network(Population("A", n, NOISY())), dt=dt)
    simulation.run(50.0 + ms)
    counts = simulation.spikes("A").select(start=50.0).count()
    rate = 1000.0 * counts.mean() / ms
    error = 1000.0 * counts.std() / ms / np.sqrt(n)
    expected = siegert(7.0 + 0.5826 * SIGMA * np.sqrt(2 * dt / TAU))
    assert abs(rate - expected) < 4 * error
    assert error < 0.02 * rate


def test_threads_cuts_and_checkpoints_leave_every_bit(tmp_path):
    network = Network(Population("B", 3, NOISY()), Population("A", 70, NOISY()))
    whole = Simulator(network, seed=3)
    whole.run(40.0)
    cut = Simulator(network, seed=3, threads=2)
    cut.run(13.0)
    cut.save(tmp_path / "here")
    rest = Simulator(network, seed=3, threads=2)
    rest.restore(tmp_path / "here")
    rest.run(27.0)
    assert np.array_equal(rest.state("A", "v"), whole.state("A", "v"))
    assert spikes_of(whole) == simulate_naive(network, 0.1, 3, 400)
    assert len(whole.spikes("A")) > 30
    assert whole.state("A", "v")[0] != whole.state("B", "v")[0]


def test_gpu_and_event_mode_refuse_it():
    with pytest.raises(ValueError, match="'gpu' with A: noise"):
        Simulator(Network(Population("A", 3, NOISY())), backend="gpu")
    with pytest.raises(ValueError, match="Noisy gives no `may_fire`"):
        Simulator(Network(Population("A", 3, NOISY(), mode="event")))
