"""Stimuli in the engine: windows, sums, amplitudes and rates of each neuron, edits, checkpoints."""

import math

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import AdEx, LIFExp
from neurosparse.stimuli import (
    OUCurrent,
    PoissonInput,
    RampCurrent,
    SineCurrent,
    StepCurrent,
)
from neurosparse.wiring import FixedInDegree
from tests.engine.driven import COUNTER, MODEL, SIGMAS, counted, drives
from tests.neurons.harness import alone


def test_a_step_begins_and_ends_on_its_steps():
    found = drives([StepCurrent("a", amplitude=2.0, start=1.0, stop=1.5)], 30)[:, 0]
    np.testing.assert_array_equal(np.flatnonzero(found), np.arange(10, 15))


@pytest.mark.parametrize("dt", [0.1, 0.2, 0.3, 0.05, 0.7])
def test_edges_do_not_slip_where_dt_is_no_binary_fraction(dt):
    for first in range(1, 40):
        start = round(first * dt, 10)
        stop = round((first + 3) * dt, 10)
        found = drives(
            [StepCurrent("a", amplitude=2.0, start=start, stop=stop)], first + 6, dt=dt
        )[:, 0]
        np.testing.assert_array_equal(np.flatnonzero(found), np.arange(first, first + 3))


def test_a_ramp_grows_evenly_and_stays():
    found = drives([RampCurrent("a", amplitude=4.0, start=1.0, stop=3.0)], 60)[:, 0] / 2.0
    np.testing.assert_allclose(found[10:31], np.linspace(0.0, 1.0, 21), atol=1e-9)
    np.testing.assert_allclose(found[31:], 1.0)
    assert not found[:10].any()


def test_a_sine_has_its_period():
    found = drives([SineCurrent("a", amplitude=2.0, frequency=100.0)], 200)[:, 0]
    np.testing.assert_allclose(found[:100], found[100:], atol=1e-11)
    np.testing.assert_allclose(found, np.sin(2 * np.pi * np.arange(200) / 100), atol=1e-11)


def test_currents_add_up_and_amplitudes_may_differ():
    each = np.linspace(-2.0, 2.0, 65)
    given = [
        StepCurrent("a", amplitude=each, stop=2.0),
        SineCurrent("a", amplitude=1.0, frequency=90.0),
        RampCurrent("a", amplitude=each[::-1].copy(), stop=3.0),
    ]
    together = drives(given, 40, n=65)
    alone_sum = sum(drives([one], 40, n=65) for one in given)
    np.testing.assert_allclose(together, alone_sum, atol=1e-11)
    assert len(np.unique(together[5])) > 30


def test_a_model_without_gain_takes_the_current_as_it_is():
    found = drives([StepCurrent("a", amplitude=250.0, start=0.5)], 10, model=AdEx())[:, 0]
    np.testing.assert_array_equal(found, [0.0] * 5 + [250.0] * 5)


def test_noise_runs_in_its_window_only():
    x = drives([OUCurrent("a", amplitude=2.0, tau=1.0, start=0.5, stop=1.2)], 20, n=10)
    np.testing.assert_array_equal(np.flatnonzero(x.any(axis=1)), np.arange(5, 12))


def test_noise_does_not_depend_on_threads_or_chunks_and_differs_between_stimuli():
    given = [OUCurrent("a", amplitude=2.0, tau=3.0), OUCurrent("a", amplitude=0.0, tau=3.0)]
    one = drives(given, 50, n=700, seed=5)
    two = drives(given, 50, n=700, seed=5, threads=2)
    np.testing.assert_array_equal(one, two)
    sim = alone(MODEL, 700, stimuli=given, seed=5)
    sim.run(5.0)
    whole = alone(MODEL, 700, stimuli=given, seed=5)
    for _ in range(50):
        whole.step()
    np.testing.assert_array_equal(sim.state("a", "v"), whole.state("a", "v"))
    other = drives(given[::-1], 50, n=700, seed=5)
    assert abs(np.corrcoef(one[-1], other[-1])[0, 1]) < SIGMAS / math.sqrt(700)
    assert one.std() > 0.5


def relaid(what):
    """20 ms of a driven pair of populations; half-way the network is laid out anew by an edit, or
    left alone.
    """
    model = LIFExp(v_threshold=1000.0)
    network = Network(
        Population("a", 3, model),
        Projection("a", "a", FixedInDegree(1), weight=0.1, delay=0.2),
        StepCurrent("a", amplitude=5.0),
        OUCurrent("a", amplitude=5.0, tau=50.0),
    )
    sim = Simulator(network, seed=2)
    sim.run(10.0)
    if what == "rewire":
        sim.rewire("a->a", drop=[0])
    elif what == "weights":
        sim.set_weights("a->a", [0.1, 0.2, 0.3])
    sim.run(10.0)
    return sim


@pytest.mark.parametrize("what", ["rewire", "weights"])
def test_currents_go_on_when_the_network_is_laid_out_anew(what):
    np.testing.assert_array_equal(
        relaid(what).state("a", "v"), relaid("nothing").state("a", "v")
    )
    assert np.ptp(relaid(what).state("a", "v")) > 0.1


def test_a_checkpoint_restored_into_a_used_simulation_gives_the_same_currents(tmp_path):
    sim, whole = relaid("nothing"), relaid("nothing")
    sim.save(tmp_path / "at_20")
    for each in (sim, whole):
        each.run(10.0)
    sim.restore(tmp_path / "at_20")
    sim.run(10.0)
    np.testing.assert_array_equal(sim.state("a", "v"), whole.state("a", "v"))


def test_input_does_not_depend_on_threads_or_chunks():
    rates = np.linspace(0.0, 50_000.0, 777)
    found = []
    for threads, pieces in ((1, 1), (1, 30), (2, 1), (2, 15)):
        sim = alone(
            COUNTER,
            777,
            stimuli=[PoissonInput("a", rate=rates, weight=0.3)],
            threads=threads,
            seed=4,
        )
        for _ in range(pieces):
            sim.run(30.0 / pieces)
        found.append(sim.state("a", "v"))
    assert found[0].max() > 100
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


@pytest.mark.parametrize("per_neuron", [False, True])
def test_a_profile_keeps_its_bins(per_neuron):
    rate = np.array([0.0, 40_000.0, 0.0, 10_000.0])
    if per_neuron:
        rate = np.outer(rate, [1.0] * 99 + [0.0])
    found = counted(100, rate, 260, bin=5.0, start=2.0, stop=24.0)
    per_step = found.sum(axis=1)
    edges = (20 + np.array([0, 50, 100, 150])).tolist()
    assert not per_step[: edges[1]].any()
    assert not per_step[edges[2] : edges[3]].any()
    assert not per_step[240:].any()
    n = 99 if per_neuron else 100
    for lo, hi, mean in ((edges[1], edges[2], 4.0), (edges[3], 240, 1.0)):
        draws = n * (hi - lo)
        assert abs(per_step[lo:hi].sum() - mean * draws) < SIGMAS * np.sqrt(mean * draws)
    assert (found[:, 99].sum() == 0) == per_neuron


def test_weights_scale_the_events():
    weight = np.linspace(-1.0, 2.0, 65)
    sims = [
        alone(COUNTER, 65, stimuli=[PoissonInput("a", rate=20_000.0, weight=w)], seed=8)
        for w in (1.0, weight, -2.0)
    ]
    for sim in sims:
        sim.run(10.0)
    events, each, twice = (sim.state("a", "v") for sim in sims)
    assert events.min() > 50
    np.testing.assert_allclose(each, weight * events, rtol=1e-12)
    np.testing.assert_array_equal(twice, -2.0 * events)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (
            {"rate": [1.0, 2.0]},
            r"rate: got an array of .* \[2\], wants one number or an array \[3\]",
        ),
        ({"rate": [[1.0, 2.0]], "bin": 1.0}, r"wants an array \[n_bins, 3\]"),
        ({"rate": 1.0, "weight": [1.0, 2.0]}, r"weight: .*\[3\]"),
        ({"rate": 1.0, "weight": np.inf}, "weight: .*finite"),
        ({"rate": 1.0, "receptor": "exc"}, "receptor: got 'exc', wants one of delta"),
        ({"rate": [1.0, 2.0], "bin": 0.15}, "bin: got 0.15 ms, wants a multiple of dt"),
        ({"rate": 1.0, "start": 0.15}, "start: got 0.15 ms"),
        (
            {"rate": 1e8},
            "PoissonInput.rate: got 1e[+]08 Hz, wants at most 5e[+]06 Hz, 500 events a step",
        ),
    ],
)
def test_bad_input_is_refused_before_the_run(given, words):
    with pytest.raises(ValueError, match=words):
        alone(COUNTER, 3, stimuli=[PoissonInput("a", **({"weight": 1.0} | given))])
