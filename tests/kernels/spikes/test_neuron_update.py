"""The compiled update of every model against the naive one, and what must not change its bits."""

from dataclasses import replace

import numpy as np
import pytest

from neurosparse.kernels.spikes.neuron_update.naive import neuron_update
from tests.neurons.harness import ACTIVE, SILENT, alone, drawn, for_each, rows, spikes

SIZES = (1, 63, 64, 65, 200)
STEPS = 40


def long_free(model, n, initial, **options):
    """Neurons that were ready before the first step, so that what waits in their state counts."""
    sim = alone(model, n, initial, **options)
    sim.plan.groups["a"].ready[:n] = -1
    return sim


def follow(name, n, precision):
    """Let both advance from the same state, step by step; return how many spikes there were."""
    model, initial = drawn(name, n)
    sim = long_free(model, n, initial, precision=precision)
    group = sim.plan.groups["a"]
    ready = group.ready[:n].copy()
    expected = []
    close = {
        "float64": {"rtol": 1e-11, "atol": 1e-11},
        "float32": {"rtol": 2e-5, "atol": 2e-4},
    }[precision]
    for step in range(STEPS):
        naive = rows(sim)
        fired = neuron_update(
            model, model.update, naive, group.coefficients, ready, group.refractory, step
        )
        sim.step()
        np.testing.assert_allclose(rows(sim), naive, **close)
        expected += [(step, i) for i in fired]
    steps, index = spikes(sim)
    assert list(zip(steps, index, strict=True)) == expected
    return len(expected)


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("name", ACTIVE)
def test_compiled_follows_naive(name, precision):
    spikes = sum(follow(name, n, precision) for n in SIZES)
    assert spikes == 0 if name in SILENT else spikes > 100


def outcome(model, n, initial, **options):
    sim = long_free(model, n, initial, **options)
    sim.run(60.0)
    return *spikes(sim), rows(sim)


def assert_same_bits(one, other, silent):
    assert silent or len(one[0]) > 100
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("name", ACTIVE)
def test_a_parameter_for_each_neuron_gives_the_bits_of_one_for_all(name):
    model, initial = drawn(name, 130)
    assert_same_bits(
        outcome(model, 130, initial),
        outcome(for_each(model, 130), 130, initial),
        name in SILENT,
    )


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("name", ACTIVE)
def test_two_threads_give_the_bits_of_one(name, precision):
    model, initial = drawn(name, 1100, seed=1)
    one = outcome(model, 1100, initial, precision=precision)
    assert_same_bits(
        one, outcome(model, 1100, initial, precision=precision, threads=2), name in SILENT
    )


def test_neurons_may_differ_in_every_parameter():
    model, initial = drawn("LIFExp", 65)
    currents = np.linspace(14.0, 30.0, 65)
    steps, index, found = outcome(replace(model, i_ext=currents), 65, initial)
    for k in (0, 20, 64):
        own, _, row = outcome(
            replace(model, i_ext=currents[k]), 1, {key: v[k] for key, v in initial.items()}
        )
        np.testing.assert_array_equal(steps[index == k], own)
        np.testing.assert_allclose(found[:, k], row[:, 0], rtol=1e-12)
    assert len(np.unique(np.bincount(index, minlength=65))) > 5


def test_what_follows_the_last_lane_is_never_touched():
    sim = alone(*drawn("LIF", 65)[:1], n=65)
    sim.run(20.0)
    _, index = spikes(sim)
    assert index.size
    assert index.max() < 65
