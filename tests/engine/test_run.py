"""Threads and chunks of the time loop."""

import numpy as np
import pytest

from neurosparse import LIF, Network, Population, Projection
from neurosparse.engine import Every, Simulator
from neurosparse.engine.run import steps_ahead
from neurosparse.plasticity import PairSTDP, TsodyksMarkram
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import Bernoulli, OneToOne, Uniform
from tests.engine.networks import all_spikes, same_spikes, small_network


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_threads_and_chunks_change_nothing(precision):
    network = small_network(np.random.default_rng(2), late=9, n=300)
    whole = Simulator(network, seed=1, precision=precision)
    whole.run(120.0)
    pieces = Simulator(network, seed=1, threads=3, precision=precision)
    for _ in range(7):
        pieces.step(13)
    pieces.run(120.0 - 9.1, callbacks=[Every(3.3, lambda s: None)])
    assert same_spikes(all_spikes(whole), all_spikes(pieces))
    assert np.array_equal(whole.state("A", "v"), pieces.state("A", "v"))
    assert whole.spikes("A").i.size > 300


def delayed(delay, **options):
    """Neurons that all fire in some steps, and reach each other after `delay` ms."""
    drive = PoissonInput("E", rate=4000.0, weight=3.0)
    return Network(
        Population("E", 300, LIF(v_threshold=-52.0, t_ref=0.0), mode="clock"),
        drive,
        Projection("E", "E", Bernoulli(0.02), weight=2.0, delay=delay, **options),
    )


RULE = PairSTDP(a_plus=0.01, a_minus=0.012, w_max=5.0)
SOME = Uniform(0.2, 0.9)


@pytest.mark.parametrize(
    ("delay", "options", "ahead"),
    [
        (0.0, {}, 0),
        (0.1, {}, 1),
        (0.3, {}, 2),
        (1.5, {}, 4),
        (0.3, {"plasticity": RULE}, 2),
        (SOME, {}, 1),
        (SOME, {"plasticity": RULE}, 0),
        (0.3, {"short_term": TsodyksMarkram(use=0.5, tau_rec=100.0)}, 0),
    ],
)
def test_threads_are_ahead_of_each_other_by_what_delays_allow(delay, options, ahead):
    network = delayed(delay, **options)
    outcomes = []
    for threads in (1, 2, 3):
        simulation = Simulator(network, seed=4, threads=threads)
        assert steps_ahead(simulation.plan) >= ahead
        assert simulation.runner.ahead == (ahead if threads > 1 else 0)
        simulation.run(5.0, callbacks=[Every(0.1, lambda s: None)])
        simulation.run(40.0)
        weights = simulation.weights("E->E")
        outcomes.append(
            (*all_spikes(simulation).values(), weights, simulation.state("E", "v"))
        )
    first = outcomes[0]
    assert first[0].i.size > 5000
    for other in outcomes[1:]:
        for one, same in zip(first, other, strict=True):
            for field in ("step", "i") if hasattr(one, "step") else ("T",):
                assert np.array_equal(getattr(one, field), getattr(same, field))


@pytest.mark.parametrize("threads", [2, 3])
def test_logs_hold_all_spikes_of_threads_that_are_ahead(threads):
    """Every neuron fires in every step, until logs are full and the chunk ends."""
    loud = LIF(v_rest=100.0, v_threshold=0.0, v_reset=0.0, t_ref=0.0)
    network = Network(
        Population("E", 3000, loud, mode="clock"),
        Projection("E", "E", OneToOne(), weight=0.0, delay=1.5),
    )
    simulation = Simulator(network, seed=0, threads=threads)
    assert simulation.runner.ahead == 4
    simulation.step(40)
    spikes = simulation.spikes("E")
    assert np.array_equal(spikes.i, np.tile(np.arange(3000), 40))
    assert np.array_equal(spikes.step, np.repeat(np.arange(40), 3000))
