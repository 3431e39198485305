"""Logs of spikes by thread and step: what is drained, what stays under way."""

import numpy as np
import pytest

from neurosparse.engine import Simulator
from neurosparse.engine.slices import slices
from neurosparse.engine.spike_log import SpikeLog
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
        len(through.plan.groups["S"].log.in_flight(through._stepper.done)[0])
        > 2 * 400 + 4096
    )
    through.save(tmp_path / "c.zarr")
    cut = Simulator(net)
    cut.restore(tmp_path / "c.zarr")
    for sim in (through, cut):
        sim.run(8.0)
    np.testing.assert_array_equal(cut.spikes("S").i, through.spikes("S").i)
    np.testing.assert_array_equal(cut.state("E", "v"), through.state("E", "v"))


def filled(log, bounds, spikes):
    """Write spikes (steps since the last chunk, index), sorted, as the time loop does."""
    steps = max((step for step, _ in spikes), default=-1) + 1
    for k in range(log.n_threads):
        end = log.ends[k, log.history]
        for step in range(steps):
            for s, i in spikes:
                if s == step and bounds[k] <= i < bounds[k + 1]:
                    log.index[k, end] = i
                    end += 1
            log.ends[k, log.history + step + 1] = end
    return steps


SPIKES = [(0, 3), (0, 70), (1, 2), (1, 65), (1, 127), (3, 0), (3, 1), (4, 90)]


@pytest.mark.parametrize("threads", [1, 2])
def test_spikes_are_drained_by_step_and_then_by_index(threads):
    bounds = slices(128, threads)
    log = SpikeLog(np.diff(bounds), history=2)
    done = filled(log, bounds, SPIKES)
    steps, index = log.drain(done, first_step=100)
    assert list(zip(steps - 100, index, strict=True)) == SPIKES


@pytest.mark.parametrize("threads", [1, 2])
def test_the_last_steps_stay_under_way_when_a_chunk_begins(threads):
    bounds = slices(128, threads)
    log = SpikeLog(np.diff(bounds), history=2)
    done = filled(log, bounds, SPIKES)
    assert not log.turn(done)
    ago, index = log.in_flight(0)
    assert list(zip(ago, index, strict=True)) == [(-2, 0), (-2, 1), (-1, 90)]
    filled(log, bounds, [(0, 5)])
    ago, index = log.in_flight(1)
    assert list(zip(ago, index, strict=True)) == [(-2, 90), (-1, 5)]


@pytest.mark.parametrize("threads", [1, 2])
def test_what_is_under_way_goes_into_a_log_of_other_threads(threads):
    bounds = slices(128, 2)
    log = SpikeLog(np.diff(bounds), history=5)
    done = filled(log, bounds, SPIKES)
    under_way = log.in_flight(done)
    other_bounds = slices(128, threads)
    other = SpikeLog(np.diff(other_bounds), history=5)
    other.put_in_flight(*under_way, other_bounds)
    for found, expected in zip(other.in_flight(0), under_way, strict=True):
        np.testing.assert_array_equal(found, expected)
    assert len(under_way[0]) == len(SPIKES)
