"""Populations and sources as arrays: refractoriness, rates, windows, lists, wrong lengths."""

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population
from neurosparse.neurons import LIF, PoissonSource
from tests.engine.driven import SIGMAS
from tests.engine.refused import net, refuse, source
from tests.neurons.harness import alone, spikes


def test_refractoriness_longer_than_any_run():
    sim = Simulator(
        Network(Population("E", 2, LIF(v_rest=-40.0, t_ref=np.array([1e9, 2.0]))))
    )
    sim.run(100.0)
    assert sim.spikes("E").count()[0] == 1 < sim.spikes("E").count()[1]


REFUSED = {
    "parameters too many": (
        lambda: Simulator(net(model=LIF(tau_mem=np.full(3, 20.0)))),
        r"A.tau_mem.*\[2\]",
    ),
    "rates too many": (
        lambda: Simulator(Network(Population("S", 2, PoissonSource([1.0] * 3)))),
        r"S.rate.*\[2\]",
    ),
    "spike out of range": (lambda: source(times=[0.2], indices=[5]), "S.indices: got 5"),
    "spike twice": (
        lambda: source(times=[0.2, 0.2], indices=[1, 1]),
        "neuron 1 twice in step 2",
    ),
    "spike between steps": (
        lambda: source(times=[0.25], indices=[0]),
        "S.times.*multiple of dt",
    ),
    "dt above tau": (
        lambda: Simulator(net(model=LIF(tau_mem=0.05))),
        "A.tau_mem: got 0.05 ms, wants at least dt",
    ),
    "rate above the steps": (
        lambda: Simulator(Network(Population("S", 2, PoissonSource(2e4)))),
        "10000 Hz",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])


@pytest.mark.parametrize(
    "model", [PoissonSource(rate=300.0), PoissonSource(rate=np.linspace(0.0, 900.0, 777))]
)
def test_sources_do_not_depend_on_threads_or_chunks(model):
    whole, cut, two = (alone(model, 777, seed=9, threads=k) for k in (1, 1, 2))
    whole.run(30.0)
    two.run(30.0)
    for _ in range(30):
        cut.run(1.0)
    assert len(spikes(whole)[0]) > 1000
    for other in (cut, two):
        np.testing.assert_array_equal(spikes(other), spikes(whole))


def test_a_source_profile_and_its_window():
    model = PoissonSource(
        rate=np.array([2000.0, 0.0, 500.0]), bin=10.0, start=5.0, stop=60.0
    )
    sim = alone(model, 400, seed=2)
    sim.run(80.0)
    count = np.bincount(spikes(sim)[0], minlength=800)
    assert not count[:50].any()
    assert not count[150:250].any()
    assert not count[600:].any()
    for lo, hi, chance in ((50, 150, 0.2), (250, 600, 0.05)):
        draws = 400 * (hi - lo)
        assert abs(count[lo:hi].sum() - chance * draws) < SIGMAS * np.sqrt(
            draws * chance * (1 - chance)
        )


def test_a_source_faster_than_the_steps_is_refused():
    with pytest.raises(ValueError, match="at most one spike a step: 10000 Hz"):
        alone(PoissonSource(rate=10_001.0), 3)
    with pytest.raises(ValueError, match=r"rate: got .*an array \[3\]"):
        alone(PoissonSource(rate=[1.0, 2.0]), 3)
