"""Poisson input and sources: the law to the bit, theory within five standard errors, silence,
profiles.
"""

import numpy as np
import pytest

from neurosparse.engine.drives import STREAM_OF_STIMULI
from neurosparse.kernels.spikes.poisson import bernoulli_threshold, thresholds
from neurosparse.kernels.spikes.poisson.naive import poisson_counts, words
from neurosparse.neurons import LeakyIntegrator, PoissonSource
from neurosparse.stimuli import PoissonInput
from tests.neurons.harness import alone, spikes, trace

# a leak so slow that it keeps every bit: the voltage counts the events
COUNTER = LeakyIntegrator(tau_mem=1e300)
SIGMAS = 5.0


def counted(n, rate, steps, dt=0.1, *, before=(), options=None, **given):
    """Events [steps, n] that reach each neuron in each step."""
    stimuli = [*before, PoissonInput("a", rate=rate, weight=1.0, **given)]
    sim = alone(COUNTER, n, stimuli=stimuli, dt=dt, **(options or {}))
    return np.diff(trace(sim, steps * dt), axis=0).astype(int)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("n", [1, 63, 64, 65, 200, 700])
@pytest.mark.parametrize("rate", [500.0, 20_000.0, 400_000.0])
def test_counts_are_the_naive_ones(n, rate, precision):
    steps = 12
    found = counted(n, rate, steps, options={"seed": 2**40 + 7, "precision": precision})
    for step in range(steps):
        law = poisson_counts(2**40 + 7, STREAM_OF_STIMULI, step, n, thresholds(rate * 1e-4))
        np.testing.assert_array_equal(found[step], law)
    assert found.any() or n * rate < 1e5


def test_rates_of_their_own_are_the_naive_ones():
    rates = np.array([0.0, 100.0, 20_000.0, 90_000.0] * 33)
    found = counted(132, rates, 30, options={"seed": 3})
    for step in range(30):
        for k in range(4):
            law = poisson_counts(
                3, STREAM_OF_STIMULI, step, 132, thresholds(float(rates[k]) * 1e-4)
            )
            np.testing.assert_array_equal(found[step, k::4], law[k::4])
    assert found[:, 3].sum() > found[:, 2].sum() > 0


@pytest.mark.parametrize("mean", [0.001, 0.05, 1.0, 12.0, 400.0])
def test_mean_and_variance(mean):
    n, steps = 640, 250
    found = counted(n, mean * 1e4, steps, options={"seed": 11})
    draws = n * steps
    assert abs(found.mean() - mean) < SIGMAS * np.sqrt(mean / draws)
    # the fourth central moment of a Poisson variable is mean + 3 mean^2
    assert abs(found.var() - mean) < SIGMAS * np.sqrt((mean + 2 * mean**2) / draws)
    assert found.sum() > 50


def test_every_count_has_its_probability():
    found = counted(640, 15_000.0, 250, options={"seed": 5}).ravel()
    k = np.arange(8)
    chance = np.exp(-1.5) * np.cumprod(np.concatenate([[1.0], 1.5 / k[1:]]))
    seen = np.bincount(found, minlength=9)[:8]
    spread = np.sqrt(chance * (1 - chance) * found.size)
    assert (abs(seen - chance * found.size) < SIGMAS * spread).all()


def test_neurons_steps_and_stimuli_are_independent():
    found = counted(640, 10_000.0, 300, options={"seed": 6}) - 1.0
    other = counted(640, 10_000.0, 300, options={"seed": 7}) - 1.0
    second = (
        counted(
            640,
            10_000.0,
            300,
            options={"seed": 6},
            before=[PoissonInput("a", rate=0.0, weight=1.0)],
        )
        - 1.0
    )
    bound = SIGMAS / np.sqrt(found.size * 0.9)
    assert abs((found[:, 1:] * found[:, :-1]).mean()) < bound
    assert abs((found[1:] * found[:-1]).mean()) < bound
    assert abs((found[:, 64:] * found[:, :-64]).mean()) < bound
    assert abs((found * other).mean()) < bound
    assert abs((found * second).mean()) < bound


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


@pytest.mark.parametrize("n", [1, 63, 64, 65, 600])
def test_a_source_fires_by_the_law(n):
    sim = alone(PoissonSource(rate=1500.0), n, seed=21)
    sim.run(5.0)
    steps, index = spikes(sim)
    edge = bernoulli_threshold(np.array(0.15))
    expected = [
        (step, i) for step in range(50) for i in np.flatnonzero(words(21, 0, step, n) > edge)
    ]
    assert list(zip(steps, index, strict=True)) == expected
    assert expected


def test_a_source_has_its_rate():
    sim = alone(
        PoissonSource(rate=np.repeat([0.0, 20.0, 500.0, 10_000.0], 250)), 1000, seed=1
    )
    sim.run(500.0)
    count = np.bincount(spikes(sim)[1], minlength=1000).reshape(4, 250).sum(axis=1)
    chance = np.array([0.0, 0.002, 0.05, 1.0])
    draws = 250 * 5000
    # a certain spike fails once in 2^32 draws
    spread = SIGMAS * np.sqrt(draws * chance * (1 - chance)) + (chance == 1)
    assert (abs(count - chance * draws) <= spread).all()


def test_no_rate_is_silence():
    assert bernoulli_threshold(np.array(0.0)) == 2**32 - 1
    assert thresholds(0.0).size == 0
    assert counted(300, 0.0, 100).sum() == 0
    sim = alone(PoissonSource(rate=0.0), 300)
    sim.run(100.0)
    assert len(spikes(sim)[0]) == 0


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


def test_a_source_profile_and_its_window():
    model = PoissonSource(rate=np.array([2000.0, 0.0, 500.0]), bin=10.0, start=5.0, stop=60.0)
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


BAD = [
    ({"rate": -1.0}, "rate: got -1.0 .. -1.0 Hz, wants rates in Hz, 0 or more"),
    ({"rate": np.nan}, "rate"),
    ({"rate": []}, "rate: got no rate at all"),
    ({"rate": [[1.0]]}, "rate: .* with bin"),
    ({"rate": 1.0, "bin": 5.0}, r"rate: .* with bin: \[n_bins\] or"),
    ({"rate": [1.0], "bin": 0.0}, "bin: got 0.0, wants a bin width in ms above 0"),
    ({"rate": [1.0], "bin": -1.0}, "bin"),
    ({"rate": 1.0, "start": -1.0}, "start: got -1.0, wants a time in ms from 0 to stop"),
    ({"rate": 1.0, "start": 2.0, "stop": 1.0}, "start: got 2.0"),
    ({"rate": 1.0, "stop": np.nan}, "start"),
]


@pytest.mark.parametrize(("given", "words"), BAD)
def test_bad_input_is_refused_when_declared(given, words):
    with pytest.raises(ValueError, match="PoissonInput." + words):
        PoissonInput("a", weight=1.0, **given)
    with pytest.raises(ValueError, match="PoissonSource." + words):
        PoissonSource(**given)


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


def test_a_source_faster_than_the_steps_is_refused():
    with pytest.raises(ValueError, match="at most one spike a step: 10000 Hz"):
        alone(PoissonSource(rate=10_001.0), 3)
    with pytest.raises(ValueError, match=r"rate: got .*an array \[3\]"):
        alone(PoissonSource(rate=[1.0, 2.0]), 3)
