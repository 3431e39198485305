"""Injected currents: the naive waveform step by step, noise against its closed form."""

import math

import numpy as np
import pytest

from neurosparse.engine.drives import STREAM_OF_STIMULI
from neurosparse.kernels.base.philox import philox4x32
from neurosparse.kernels.base.philox.cpu import unit53
from neurosparse.kernels.spikes.current.naive import waveform
from neurosparse.stimuli import OUCurrent, RampCurrent, SineCurrent, StepCurrent
from tests.engine.driven import SIGMAS, drives

SHAPES = {
    "step": StepCurrent("a", amplitude=3.0, start=1.0, stop=4.0),
    "endless": StepCurrent("a", amplitude=-3.0, start=1.0),
    "ramp": RampCurrent("a", amplitude=4.0, start=1.0, stop=4.0),
    "sine": SineCurrent(
        "a", amplitude=2.0, frequency=150.0, phase=0.4, start=0.5, stop=5.5
    ),
}


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("given", SHAPES.values(), ids=SHAPES)
def test_currents_follow_the_naive_waveform(given, precision):
    found = drives([given], 70, precision=precision)[:, 0]
    law = [
        waveform(given.kind, k * 0.1, given.start, given.stop, *given.shape(0.1), 1e-7)
        for k in range(70)
    ]
    np.testing.assert_allclose(
        found,
        0.5 * given.amplitude * np.array(law),
        atol=1e-11 if precision == "float64" else 2e-5,
    )
    assert abs(found).max() > 0.9


def naive_walk(seed, stream, n, steps, keep, kick):
    """x <- keep x + kick xi, xi by Box-Muller from the words at the counter (neuron, step, 0,
    stream).
    """
    x = np.zeros(n)
    rows = []
    for step in range(steps):
        counters = np.column_stack(
            [np.arange(n), np.full(n, step), np.zeros(n), np.full(n, stream)]
        ).astype(np.uint32)
        a, b, c, d = philox4x32(counters, np.array([seed, 0], np.uint32), backend="naive").T
        first, second = (
            np.array([unit53.py_func(*pair) for pair in zip(*two, strict=True)])
            for two in ((a, b), (c, d))
        )
        x = keep * x + kick * np.sqrt(-2 * np.log(first)) * np.cos(2 * math.pi * second)
        rows.append(x)
    return np.array(rows)


@pytest.mark.parametrize("n", [1, 63, 64, 65])
def test_noise_is_the_naive_walk(n):
    given = OUCurrent("a", amplitude=3.0, tau=2.0)
    law = naive_walk(17, STREAM_OF_STIMULI, n, 20, *given.shape(0.1))
    np.testing.assert_allclose(
        drives([given], 20, n=n, seed=17), 1.5 * law, rtol=1e-9, atol=1e-11
    )


def within(found, wanted, draws):
    """A correlation of `draws` pairs of unit variance is off by at most its five standard
    errors.
    """
    return abs(found - wanted) < SIGMAS * math.sqrt((1 + wanted**2) / draws)


@pytest.mark.parametrize("tau", [0.3, 2.0, 10.0])
def test_noise_has_the_variance_and_memory_of_its_process(tau):
    n = 20_000
    x = drives([OUCurrent("a", amplitude=2.0, tau=tau)], 400, n=n, seed=3)
    for k in (0, 3, 20, 399):
        growing = 1 - math.exp(-2 * (k + 1) * 0.1 / tau)
        assert abs(x[k].mean()) < SIGMAS * math.sqrt(growing / n)
        assert abs(x[k].var() / growing - 1) < SIGMAS * math.sqrt(2 / n)
    last = x[399] / math.sqrt(1 - math.exp(-2 * 40.0 / tau))
    for lag in (1, 5, 20, 60):
        then = x[399 - lag] / math.sqrt(1 - math.exp(-2 * (400 - lag) * 0.1 / tau))
        assert within((last * then).mean(), math.exp(-lag * 0.1 / tau), n)
    assert within((last[1:] * last[:-1]).mean(), 0.0, n - 1)
    kurtosis = (last**4).mean() / (last**2).mean() ** 2
    assert abs(kurtosis - 3) < SIGMAS * math.sqrt(24 / n)


def test_without_memory_it_is_white():
    x = drives([OUCurrent("a", amplitude=2.0, tau=0.0)], 60, n=5000, seed=3)
    assert abs(x.var() - 1) < SIGMAS * math.sqrt(2 / x.size)
    assert within((x[1:] * x[:-1]).mean(), 0.0, x[1:].size)
