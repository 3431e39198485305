"""Projections: what they draw, in ms and from the seed, and what they refuse."""

from typing import Any

import numpy as np
import pytest

from neurosparse import (
    LIF,
    Bernoulli,
    Connectivity,
    Network,
    PoissonInput,
    Population,
    Projection,
    Simulator,
    SpikeSource,
)
from neurosparse.engine.naive import simulate_naive
from neurosparse.sweep import Sweep
from neurosparse.wiring import LogNormal, Normal, Uniform

PAIRS = Connectivity.from_edges([0, 1, 2], [2, 0, 1], n_pre=3, n_post=3)


def drawing(**options: Any) -> Network:
    """Forty neurons, driven, that excite each other at random."""
    return Network(
        Population("E", 40, LIF()),
        PoissonInput("E", rate=3000.0, weight=1.0),
        Projection("E", "E", Bernoulli(0.2), **options),
    )


def test_delays_are_drawn_in_ms() -> None:
    sim = Simulator(drawing(delay=Uniform(1.0, 5.0)), dt=0.1, seed=3)
    steps = np.asarray(sim.connectivity("E->E").delay_steps)
    assert (steps.min(), steps.max()) == (10, 50)
    assert 25 < steps.mean() < 35
    coarse = Simulator(drawing(delay=Uniform(1.0, 5.0)), dt=1.0, seed=3)
    # the same draws, rounded to the nearest step
    assert (
        np.asarray(coarse.connectivity("E->E").delay_steps) == (steps + 5) // 10
    ).mean() > 0.9


def test_draws_come_from_the_seed_and_leave_the_wiring() -> None:
    options = {
        "weight": LogNormal(median=0.5, sigma=0.3),
        "delay": Normal(2.0, 0.5, low=0.1),
    }
    one, same, other = (
        Simulator(drawing(**options), dt=0.1, seed=seed).connectivity("E->E")
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.weight, same.weight)
    np.testing.assert_array_equal(one.delay_steps, same.delay_steps)
    assert one.nnz != other.nnz or not np.array_equal(one.weight, other.weight)
    plain = Simulator(drawing(), dt=0.1, seed=1).connectivity("E->E")
    np.testing.assert_array_equal(one.indices, plain.indices)
    assert abs(np.median(one.weight) - 0.5) < 0.05


def test_the_engine_follows_the_naive_law_with_draws() -> None:
    network = drawing(weight=Normal(1.0, 0.2), delay=Uniform(0.0, 3.0))
    sim = Simulator(network, dt=0.1, seed=5)
    sim.run(30.0)
    record = sim.spikes("E")
    expected = simulate_naive(network, 0.1, 5, 300)["E"]
    assert len(expected) > 40
    assert sorted(zip(record.step.tolist(), record.i.tolist(), strict=True)) == expected


def test_copies_of_a_sweep_draw_what_the_network_draws_alone() -> None:
    network = drawing(weight=Normal(1.0, 0.2), delay=Uniform(0.5, 2.0))
    alone = Simulator(network, dt=0.1, seed=7).connectivity("E->E")
    sweep = Sweep(network, copies=3)
    sim = Simulator(sweep.network, dt=0.1, seed=7)
    for weights in sweep.weights(sim, "E->E"):
        np.testing.assert_array_equal(weights, alone.weight)
    delays = np.asarray(sim.connectivity("E->E").delay_steps).reshape(3, -1)
    np.testing.assert_array_equal(delays, [alone.delay_steps] * 3)


def test_a_spike_arrives_after_its_own_synapse_s_delay() -> None:
    delays = np.array([1.0, 0.3, 2.0])  # ms, in the order of the rows
    parts = [
        Population("source", 3, SpikeSource([0.0, 0.0, 0.0], [0, 1, 2])),
        Population("E", 3, LIF()),
        Projection("source", "E", PAIRS, weight=100.0, delay=delays),
    ]
    drawn = Projection("source", "E", PAIRS, weight=100.0, delay=lambda n, rng: delays)
    for projection in (parts[2], drawn):
        sim = Simulator(Network(*parts[:2], projection), dt=0.1)
        sim.run(5.0)
        record = sim.spikes("E")
        first = dict(zip(record.i.tolist(), record.step.tolist(), strict=True))
        assert first == {2: 11, 0: 4, 1: 21}


@pytest.mark.parametrize(
    "draw", [Normal(1.0, 1.0), Uniform(0.0, 7000.0), lambda n, rng: np.ones(n + 1)]
)
def test_draws_that_are_no_delays_are_refused(draw: Any) -> None:
    with pytest.raises(
        ValueError, match=r"E->E\.delay: got .* draws in ms, from 0 to 65535 steps"
    ):
        Simulator(drawing(delay=draw), dt=0.1)


def test_drawn_weights_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="weight"):
        Simulator(drawing(weight=lambda n, rng: np.full(n, np.nan)), dt=0.1)
