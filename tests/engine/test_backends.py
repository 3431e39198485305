"""The choice of what runs the steps, and what the other backend cannot take."""

from dataclasses import replace

import pytest

from neurosparse.engine import Simulator
from neurosparse.network import Network
from tests.engine.networks import spikes_of
from tests.engine.on_device import DEVICE, RULE, balanced


def test_an_unknown_backend_names_the_known_ones():
    with pytest.raises(ValueError, match=r"backend.*gpu"):
        Simulator(balanced(), backend="gpus")


def test_learning_through_synapses_that_differ_in_delay_is_refused_on_the_gpu():
    pytest.importorskip("triton")
    parts = list(balanced([0, 1, 3]).projections.values())
    learns = [replace(p, plasticity=RULE) if p.name == "E->E" else p for p in parts]
    network = Network(*balanced().populations.values(), learns)
    with pytest.raises(
        ValueError, match=r"backend.*'E->E'.*differ in delay.*one delay.*'cpu'"
    ):
        Simulator(network, backend=DEVICE)


def test_synapses_that_differ_in_delay_are_rewired_on_the_gpu_as_on_the_cpu():
    pytest.importorskip("triton")
    sims = [Simulator(balanced([0, 1, 3]), seed=5, backend=b) for b in (DEVICE, "cpu")]
    for sim in sims:
        sim.run(0.9)
        more = {"pre": [1, 2], "post": [3, 4], "weight": 0.5, "delay": 0.1}
        sim.rewire("E->E", drop=range(60), **more)
        sim.run(0.5)
    gpu, cpu = sims
    assert spikes_of(gpu) == spikes_of(cpu)
    assert (cpu.spikes("E").step > 9).sum() > 10


def test_a_checkpoint_whose_spikes_wait_elsewhere_is_refused(tmp_path):
    pytest.importorskip("triton")
    many = list(range(20))  # so many that short rows wait in rings
    Simulator(balanced(many), seed=5).save(tmp_path / "rings")
    with pytest.raises(ValueError, match=r"path.*other backend.*E->I"):
        Simulator(balanced(many), seed=5, backend=DEVICE).restore(tmp_path / "rings")
