"""Wiring at its edges: the ends of a uniform draw, populations beyond the index type, kernels that
are none.
"""

import numpy as np
import pytest

from neurosparse.wiring import AllToAll, Bernoulli, DistanceDependent, GroupLayer, Uniform
from neurosparse.wiring.values import delays


class Constant:
    """A generator whose every draw of [0, 1) is the same."""

    def __init__(self, value):
        self.value = value

    def random(self, n, kind):
        return np.full(n, self.value, kind)


def test_the_ends_of_a_uniform_draw():
    lowest = Constant(0.0)
    highest = Constant(1 - 2**-24)
    assert delays(Uniform(0.5, 5.5), 2, lowest).tolist() == [1, 1]
    assert delays(Uniform(0.5, 5.5), 2, highest).tolist() == [5, 5]
    for low, high in ((10.0, 20.0), (-2.0, -1.0), (0.0, 1.0), (3.0, 3.0), (0.0, 1e-45)):
        for draw in (lowest, highest):
            value = Uniform(low, high)(1, draw)[0]
            assert low <= value < max(high, np.nextafter(np.float32(low), np.float32(np.inf)))


def test_delays_are_rounded_to_the_nearest():
    drawn = np.array([0.49999997, 0.5, 1.4, 1.5, 2.5, 2.6], np.float32)
    assert delays(lambda n, rng: drawn, 6, None).tolist() == [0, 1, 1, 2, 3, 3]


@pytest.mark.parametrize("rule", [Bernoulli(0.1), AllToAll()])
def test_populations_beyond_int32_are_refused_at_once(rule):
    with pytest.raises(ValueError, match="n_pre: got 3000000000, wants at most 2147483647 neurons"):
        rule.build(3_000_000_000, 3_000_000_000)


def test_a_kernel_must_be_a_function():
    with pytest.raises(ValueError, match="kernel: got 0.5, wants a function"):
        DistanceDependent(np.arange(5.0)[:, None], 0.5)


def test_group_layers_take_numbers_of_numpy_and_refuse_nan():
    assert GroupLayer(np.int64(2)).expected_density == GroupLayer(2).expected_density
    assert GroupLayer(np.int64(2)).build(4, 4, 0) == GroupLayer(2).build(4, 4, 0)
    for groups in ((1.0, np.nan), (1.0, np.inf), (), 0, -1):
        with pytest.raises(ValueError, match="groups: got"):
            GroupLayer(groups)
    with pytest.raises(ValueError, match="assignment: got"):
        GroupLayer(2, assignment=("index",))
