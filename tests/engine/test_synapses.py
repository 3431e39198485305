"""Projections as arrays: whatever the layout, the same synapses; what a rule keeps."""

import numpy as np
import pytest

from neurosparse.engine import Simulator
from tests.engine.networks import STDP, mixed_network


def test_learning_shows_the_arrays_that_the_next_step_reads():
    sim = Simulator(mixed_network(), dt=0.1)
    sim.run(5.0)
    state = sim.learning("E->E")
    assert state.rule is STDP
    assert state.eligibility is None
    assert state.pre_traces.shape[2] == 100
    state.weight[:] = 0.25
    state.post_traces[:] = 0
    np.testing.assert_array_equal(sim.weights("E->E"), np.float32(0.25))
    with pytest.raises(
        ValueError, match="projection: got 'in->E', wants a projection with plast"
    ):
        sim.learning("in->E")
