"""Draws of weights and delays."""

import math

import numpy as np
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


class Constant:
    """A generator whose every draw of [0, 1) is the same."""

    def __init__(self, value):
        self.value = value

    def random(self, dtype, out):
        out[:] = np.asarray(self.value, dtype)


def test_the_ends_of_a_uniform_draw():
    lowest = Constant(0.0)
    highest = Constant(1 - 2**-24)
    assert delay_steps(Uniform(0.5, 5.5), 2, lowest).tolist() == [1, 1]
    assert delay_steps(Uniform(0.5, 5.5), 2, highest).tolist() == [5, 5]
    for low, high in ((10.0, 20.0), (-2.0, -1.0), (0.0, 1.0), (3.0, 3.0), (0.0, 1e-45)):
        for draw in (lowest, highest):
            value = Uniform(low, high)(1, draw)[0]
            assert (
                low <= value < max(high, np.nextafter(np.float32(low), np.float32(np.inf)))
            )


def test_delays_are_rounded_to_the_nearest():
    drawn = np.array([0.49999997, 0.5, 1.4, 1.5, 2.5, 2.6], np.float32)
    assert delay_steps(lambda n, rng: drawn, 6, None).tolist() == [0, 1, 1, 2, 3, 3]
