"""The choice of what runs the steps, and what the other backend cannot take."""

import pytest

from neurosparse.engine import Simulator
from tests.engine.on_device import DEVICE, balanced


def test_an_unknown_backend_names_the_known_ones():
    with pytest.raises(ValueError, match=r"backend.*gpu"):
        Simulator(balanced(), backend="gpus")


def test_rewiring_synapses_that_differ_in_delay_is_refused_on_the_gpu():
    pytest.importorskip("triton")
    sim = Simulator(balanced([0, 1, 3]), backend=DEVICE)
    with pytest.raises(
        ValueError, match=r"backend.*'E->E'.*differ in delay.*one delay.*'cpu'"
    ):
        sim.rewire("E->E", drop=[0])


def test_a_checkpoint_whose_spikes_wait_elsewhere_is_refused(tmp_path):
    pytest.importorskip("triton")
    Simulator(balanced([0, 2]), seed=5).save(tmp_path / "rings")
    with pytest.raises(ValueError, match=r"path.*other backend.*E->E"):
        Simulator(balanced([0, 2]), seed=5, backend=DEVICE).restore(tmp_path / "rings")
