"""Chunks of steps on a GPU: one whose logs were too small is run again."""

import numpy as np
import pytest

from neurosparse.engine import Simulator
from tests.engine.on_device import DEVICE, RULE, balanced, learned, learning, same_weights

pytest.importorskip("triton")


def test_a_log_that_is_too_small_is_enlarged_without_losing_spikes():
    whole, sim = (Simulator(balanced(), seed=5, backend=b) for b in ("cpu", DEVICE))
    sim.runner.capacity = 3
    for each in (whole, sim):
        each.run(0.8)
    assert len(whole.spikes("E").i) > 10
    np.testing.assert_array_equal(sim.spikes("E").i, whole.spikes("E").i)
    assert sim.runner.capacity > 3


def test_a_chunk_that_is_run_again_does_not_learn_twice():
    tight, once = (Simulator(learning(RULE), seed=5, backend=b) for b in (DEVICE, "cpu"))
    tight.runner.capacity = 3
    for sim in (tight, once):
        sim.run(0.8)
    assert tight.runner.capacity > 3
    same_weights(tight, once)
    assert learned(once) > 0.02
