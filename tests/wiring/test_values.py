"""Draws of weights and delays."""

import math

import numpy as np
import pytest
from scipy import stats

from neurosparse.wiring import (
    Bernoulli,
    LogNormal,
    Normal,
    OneToOne,
    Uniform,
)
from neurosparse.wiring.values import delay_steps


def test_weights_and_delays_are_drawn():
    c = Bernoulli(
        0.5, weight=Normal(2.0, 0.5, low=1.0), delay_steps=Uniform(0.5, 4.5)
    ).build(200, 200, rng=1)
    assert c.weights_array().min() == 1.0
    assert abs(np.median(c.weights_array()) - 2.0) < 0.02
    assert set(np.unique(c.delay_steps_array())) == {1, 2, 3, 4}
    assert stats.chisquare(np.bincount(c.delay_steps_array())[1:]).pvalue > 1e-3
    lognormal = LogNormal(median=math.exp(0.3), sigma=0.7)
    logs = np.log(Bernoulli(0.5, weight=lognormal).build(200, 200, rng=1).weights_array())
    assert abs(logs.mean() - 0.3) < 0.03
    assert abs(logs.std() - 0.7) < 0.03
    assert OneToOne(weight=[1, 2], delay_steps=[3, 4]).build(
        2, 2
    ).weights_array().tolist() == [
        1,
        2,
    ]


def test_the_ends_of_a_uniform_draw():
    ends = np.array([0, 2**32 - 1], np.uint32)
    assert np.floor(Uniform(0.5, 5.5).of_words(ends) + 0.5).tolist() == [1, 5]
    for low, high in ((10.0, 20.0), (-2.0, -1.0), (0.0, 1.0), (3.0, 3.0), (0.0, 1e-45)):
        for value in Uniform(low, high).of_words(ends):
            above = max(high, np.nextafter(np.float32(low), np.float32(np.inf)))
            assert low <= value < above


@pytest.mark.parametrize("draw", [Normal(2.0, 0.5), LogNormal(2.0, 0.5), Uniform(1.0, 3.0)])
def test_draws_of_pairs_have_the_law_of_draws_in_a_row(draw):
    c = Bernoulli(0.5, weight=draw).build(200, 200, rng=1)
    in_a_row = draw(20_000, np.random.default_rng(1))
    assert stats.ks_2samp(c.weights_array(), in_a_row).pvalue > 1e-3


def test_delays_are_rounded_to_the_nearest():
    drawn = np.array([0.49999997, 0.5, 1.4, 1.5, 2.5, 2.6], np.float32)
    rows = (np.array([0, 6]), np.arange(6, dtype=np.int32))
    assert delay_steps(lambda n, rng: drawn, rows, None).tolist() == [0, 1, 1, 2, 3, 3]
