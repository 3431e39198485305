"""Logs of spikes by thread and step: what is drained, what stays under way."""

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, PoissonSource
from neurosparse.wiring import FixedInDegree


@pytest.mark.parametrize("threads", [1, 2])
def test_more_spikes_under_way_than_a_new_log_holds(threads, tmp_path):
    net = Network(
        Population("S", 400, PoissonSource(rate=5000.0)),
        Population("E", 10, LIF()),
        Projection("S", "E", FixedInDegree(3), weight=0.01, delay=6.0),
    )
    through = Simulator(net, threads=threads)
    through.run(8.0)
    assert (
        len(through.plan.groups["S"].log.in_flight(through._stepper.done)[0]) > 2 * 400 + 4096
    )
    through.save(tmp_path / "c.zarr")
    cut = Simulator(net)
    cut.restore(tmp_path / "c.zarr")
    for sim in (through, cut):
        sim.run(8.0)
    np.testing.assert_array_equal(cut.spikes("S").i, through.spikes("S").i)
    np.testing.assert_array_equal(cut.state("E", "v"), through.state("E", "v"))
