"""Milliseconds to steps: what is a whole number of them, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.engine import Simulator
from neurosparse.engine.units import FOREVER, steps, whole_steps
from tests.engine.refused import net, refuse, simulator

REFUSED = {
    "duration beyond int64": (
        lambda: Simulator(net()).run(1e300),
        "got 1e[+]300 ms, wants fewer than 2.62",
    ),
    "dt 0": (lambda: simulator(dt=0.0), "dt: got 0.0.*write dt=0.1"),
    "dt text": (lambda: simulator(dt="0.1"), "dt: got '0.1'"),
    "duration between steps": (
        lambda: simulator().run(0.25),
        "duration: got 0.25 ms.*0.2 or 0.3",
    ),
    "long duration between steps": (
        lambda: simulator().run(3_600_000.05),
        "duration: got 3600000.05 ms.*3600000.1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])


@given(k=st.integers(0, 2**40), dt=st.sampled_from([0.1, 0.025, 0.3, 0.7, 1.0, 0.05]))
def test_whole_steps_come_back(k, dt):
    assert steps("duration", k * dt, dt) == k


def test_arrays_single_precision_and_infinity():
    found = steps("delay", np.float32([0.1, 1.5, 20.7]), 0.1)
    assert found.dtype == np.int64
    assert found.tolist() == [1, 15, 207]
    assert steps("stop", np.inf, 0.1) == FOREVER
    assert steps("stop", [1.0, np.inf], 0.1).tolist() == [10, FOREVER]


@pytest.mark.parametrize("time", [0.05, 0.149, 1e6 + 0.05, np.nan, [0.1, 0.15]])
def test_what_lies_between_steps_is_refused(time):
    with pytest.raises(ValueError, match=r"^x: got .* ms, wants a multiple of dt = 0.1 ms"):
        steps("x", time, 0.1)


def test_a_period_has_at_least_one_step():
    assert whole_steps("every", 0.1, 0.1) == 1
    for period in (0.0, -0.1):
        with pytest.raises(ValueError, match=r"^every: got"):
            whole_steps("every", period, 0.1)
