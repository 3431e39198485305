"""Projections as arrays: whatever the layout, the same synapses; what a rule keeps."""

from unittest import mock

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator, bundles
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from tests.engine.networks import STDP, mixed_network


def test_learning_shows_the_arrays_that_the_next_step_reads():
    sim = Simulator(mixed_network(), dt=0.1)
    sim.run(5.0)
    state = sim.learning("E->E")
    assert state.rule is STDP
    assert state.eligibility is None
    assert state.pre_traces.shape == (1, 100)
    state.weight[:] = 0.25
    state.post_traces[:] = 0
    np.testing.assert_array_equal(sim.weights("E->E"), np.float32(0.25))
    with pytest.raises(
        ValueError, match="projection: got 'in->E', wants a projection with plast"
    ):
        sim.learning("in->E")


@pytest.mark.parametrize("threads", [1, 2])
def test_whatever_the_layout_the_synapses_are_those_declared(threads):
    rng = np.random.default_rng(4)
    wiring = Connectivity.from_dense((rng.random((90, 130)) < 0.4).astype(np.float32))
    delays = rng.integers(1, 30, wiring.nnz) / 10
    own = rng.random(wiring.nnz).astype(np.float32)
    kinds = {
        "bits": {"weight": 0.5, "delay": 0.3},
        "rows": {"weight": own, "delay": 0.3},
        "rows by delay": {"weight": own, "delay": delays // 1.5 / 10},
        "rows, ring": {"weight": 0.5, "delay": delays},
        "rows, learning": {"weight": 0.5, "delay": 0.3, "plasticity": STDP},
        "rows by delay, learning": {"weight": own, "delay": delays, "plasticity": STDP},
    }
    parts = [
        Population("S", 90, PoissonSource(1.0)),
        Population("E", 130, LIF(), mode="clock"),
    ]
    paths = [Projection("S", "E", wiring, label=k, **more) for k, more in kinds.items()]
    with mock.patch.object(bundles, "SMALLEST", 10**9):
        sim = Simulator(Network(*parts, *paths), threads=threads)
    positions = np.array([700, 0, wiring.nnz - 1])
    pre, post = (part[positions] for part in wiring.edges())
    for name, more in kinds.items():
        synapses = sim.plan.synapses[name]
        assert synapses.layout == name
        found = synapses.connectivity()
        np.testing.assert_array_equal(found.indptr, wiring.indptr)
        np.testing.assert_array_equal(found.indices, wiring.indices)
        np.testing.assert_array_equal(found.weights_array(), np.float32(more["weight"]))
        steps = np.rint(np.asarray(more["delay"]) * 10)
        np.testing.assert_array_equal(found.delay_steps_array(), steps)
        ends = synapses.ends(positions)
        np.testing.assert_array_equal(ends["pre"], pre)
        np.testing.assert_array_equal(ends["post"], post)
    assert sim.plan.synapses["bits"].nbytes < sim.plan.synapses["rows"].nbytes
