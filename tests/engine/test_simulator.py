"""Simulators that were left open, closed, or never came to be."""

import gc
import warnings

import numpy as np
import pytest

from neurosparse.engine import Simulator, Weights
from neurosparse.recording import open_run
from tests.engine.networks import mixed_network, source_network


def test_left_open_with_a_store_it_warns(tmp_path):
    sim = Simulator(mixed_network(), dt=0.1, store=tmp_path / "run.zarr")
    sim.run(1.0)
    with pytest.warns(
        ResourceWarning, match=r"left open: its run at .*run\.zarr is not marked"
    ):
        del sim
    assert not open_run(tmp_path / "run.zarr").finished


def test_closed_or_without_a_store_it_does_not_warn(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Simulator(mixed_network(), dt=0.1).run(1.0)
        with Simulator(mixed_network(), dt=0.1, store=tmp_path / "a.zarr") as sim:
            sim.run(1.0)
        sim = Simulator(mixed_network(), dt=0.1, store=tmp_path / "b.zarr")
        sim.close()
        with pytest.raises(TypeError, match="network"):
            Simulator("no network", store=tmp_path / "c.zarr")
        del sim
        gc.collect()
    assert open_run(tmp_path / "b.zarr").finished


@pytest.mark.parametrize("given", [{"delay": 0.05}, {}])
def test_a_failed_call_leaves_no_store_behind(given, tmp_path):
    beyond = [Weights("S->E", 1.0, [99])]
    with pytest.raises(ValueError, match=r"multiple of dt|positions of synapses"):
        Simulator(source_network(**given), record=beyond, store=tmp_path / "run.zarr")
    assert not (tmp_path / "run.zarr").exists()
    with Simulator(
        source_network(), store=tmp_path / "run.zarr", threads=np.int64(2)
    ) as sim:
        sim.run(1.0)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_closed_simulator_says_so(threads):
    sim = Simulator(source_network(), threads=threads)
    sim.run(1.0)
    sim.close()
    with pytest.raises(ValueError, match="closed"):
        sim.run(1.0)
    assert sim.now == 10
    assert sim.spikes("S").n == 4


def test_run_until_asks_every_so_often_and_gives_up_at_the_limit():
    sim = Simulator(source_network())
    asked = []

    def condition(simulation):
        asked.append(simulation.now)
        return simulation.now >= 40

    assert sim.run_until(condition, every=1.5, limit=100.0)
    assert asked == [0, 15, 30, 45]
    assert not sim.run_until(lambda s: False, every=1.0, limit=2.5)
    assert sim.time == 7.0
