"""Neurons kept from firing, against a network in which they have no synapses; snapshots."""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, LIFExp, PoissonSource
from neurosparse.wiring import Bernoulli

N = 60
WIRING = Bernoulli(0.2, allow_self=False).build(N, N, rng=1)
CHOSEN = np.array([3, 4, 17, 40])


def network(model, mode: str, wiring: Connectivity = WIRING) -> Network:
    drive = 80.0 if isinstance(model, LIFExp) else 30.0
    return Network(
        Population("in", N, PoissonSource(rate=30.0)),
        Population("E", N, model, mode=mode),
        Projection("in", "E", Connectivity.from_dense(np.eye(N)), weight=drive, delay=0.1),
        Projection("E", "E", wiring, weight=4.0, delay=1.5),
    )


@pytest.mark.parametrize("mode", ["clock", "event"])
@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("model", [LIF(), LIFExp()], ids=["LIF", "LIFExp"])
def test_silenced_neurons_are_as_if_cut_off(model, mode: str, threads: int) -> None:
    pre, _ = WIRING.edges()
    cut = WIRING.without(np.flatnonzero(np.isin(pre, CHOSEN)))
    other = Simulator(network(model, mode, cut), seed=3, threads=threads)
    other.run(200.0)
    sim = Simulator(network(model, mode), seed=3, threads=threads)
    sim.silence("E", CHOSEN)
    sim.run(200.0)
    heard = ~np.isin(other.spikes("E").i, CHOSEN)
    assert not heard.all()
    assert np.array_equal(sim.spikes("E").i, other.spikes("E").i[heard])
    assert np.array_equal(sim.spikes("E").step, other.spikes("E").step[heard])
    assert len(sim.spikes("E")) > 50


@pytest.mark.parametrize("mode", ["clock", "event"])
def test_released_neurons_fire_again(mode: str, tmp_path) -> None:
    sim = Simulator(network(LIF(), mode), seed=3)
    sim.run(50.0)
    sim.silence("E")
    sim.run(50.0)
    sim.save(tmp_path / "a.zarr")
    sim.release("E", slice(0, 30))
    sim.run(50.0)
    times = sim.spikes("E").t
    assert times.min() < 50.0
    assert not np.any((times >= 50.0) & (times < 100.0))
    late = sim.spikes("E").i[times >= 100.0]
    assert late.size > 20
    assert late.max() < 30
    sim.restore(tmp_path / "a.zarr")
    sim.run(50.0)
    assert sim.spikes("E").t.max() < 50.0


@pytest.mark.parametrize("model", [LIF(), LIFExp()], ids=["LIF", "LIFExp"])
def test_silenced_sleepers_stand_still_as_by_the_clock(model) -> None:
    """A voltage rests while refractory; who sleeps would leak, and fire at another time after."""
    sims = [Simulator(network(model, mode), seed=3) for mode in ("clock", "event")]
    for sim in sims:
        sim.run(50.0)
        sim.silence("E", slice(0, 30))
        sim.run(50.0)
        sim.release("E")
        sim.run(50.0)
    clock, event = sims
    assert np.array_equal(clock.spikes("E").step, event.spikes("E").step)
    assert np.array_equal(clock.spikes("E").i, event.spikes("E").i)
    after = clock.spikes("E").i[clock.spikes("E").t > 100.0]
    assert np.any(after < 30)
    np.testing.assert_allclose(event.state("E", "v"), clock.state("E", "v"), rtol=1e-12)


def test_a_snapshot_is_a_point_to_go_back_to() -> None:
    sim = Simulator(network(LIF(), "event"), seed=3)
    sim.run(20.0)
    start = sim.snapshot()
    runs = []
    for seed in (3, 8, 3):
        sim.go_back(start, seed=seed)
        sim.silence("E", CHOSEN if seed == 8 else [])
        sim.run(100.0)
        runs.append((sim.seed, sim.spikes("E").i.tolist()))
    whole = Simulator(network(LIF(), "event"), seed=3)
    whole.run(120.0)
    assert runs[0] == runs[2] == (3, whole.spikes("E").i.tolist())
    assert runs[1][1] != runs[0][1]


def test_what_cannot_be_silenced() -> None:
    sim = Simulator(network(LIF(), "auto"))
    with pytest.raises(
        ValueError, match="population: got 'in', wants a population of neurons"
    ):
        sim.silence("in", [0])
    with pytest.raises(ValueError, match="neurons"):
        sim.silence("E", [N])
