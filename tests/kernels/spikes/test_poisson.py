"""Poisson input and sources: the law to the bit, theory within five standard errors, silence."""

import numpy as np
import pytest

from neurosparse.engine.drives import STREAM_OF_STIMULI
from neurosparse.kernels.spikes.poisson import bernoulli_threshold, thresholds
from neurosparse.kernels.spikes.poisson.naive import input_words, poisson_counts, words
from neurosparse.neurons import PoissonSource
from neurosparse.stimuli import PoissonInput
from tests.engine.driven import SIGMAS, counted
from tests.neurons.harness import alone, spikes


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


def test_halves_that_do_not_decide_are_looked_up():
    """Few thresholds for all: upper halves that equal one leave it to the lower halves."""
    n = 40_000
    edges = thresholds(0.1)
    uppers = edges >> np.uint32(16)
    found = counted(n, 1000.0, 2, options={"seed": 3, "precision": "float32"})
    open_halves = 0
    for step in range(2):
        drawn = input_words(3, STREAM_OF_STIMULI, step, n)
        np.testing.assert_array_equal(found[step], np.searchsorted(edges, drawn))
        open_halves += np.isin(drawn >> np.uint32(16), uppers).sum()
    assert open_halves > 0


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


@pytest.mark.parametrize("n", [1, 63, 64, 65, 600])
def test_a_source_fires_by_the_law(n):
    sim = alone(PoissonSource(rate=1500.0), n, seed=21)
    sim.run(5.0)
    steps, index = spikes(sim)
    edge = bernoulli_threshold(np.array(0.15))
    expected = [
        (step, i)
        for step in range(50)
        for i in np.flatnonzero(words(21, 0, step, n) > edge)
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
