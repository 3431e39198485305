"""What a simulator is given besides its network, and what is refused."""

import pytest

from neurosparse.engine import Simulator
from neurosparse.recording import RunStore
from tests.engine.networks import source_network
from tests.engine.refused import net, refuse, simulator


def test_a_store_of_another_time_step_is_refused(tmp_path):
    store = RunStore.create(tmp_path / "run.zarr", dt=1.0, seed=0)
    with pytest.raises(
        ValueError,
        match="store: got a RunStore made for dt = 1.0 ms, wants one for dt = 0.1",
    ):
        Simulator(source_network(), dt=0.1, store=store)
    assert (tmp_path / "run.zarr").exists()


REFUSED = {
    "precision unknown": (lambda: simulator(precision="float46"), "did you mean 'float64'"),
    "no network": (lambda: Simulator(None), "network: got None, wants a Network"),
    "seed": (lambda: simulator(seed=-1), "seed: got -1"),
    "threads": (lambda: simulator(threads=0), "threads: got 0"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case):
    refuse(*REFUSED[case])


def test_a_store_that_exists_is_refused_and_left_alone(tmp_path):
    with Simulator(net(), store=tmp_path / "run.zarr") as first:
        first.run(1.0)
    files = sorted(p.name for p in (tmp_path / "run.zarr").rglob("*"))
    with pytest.raises((ValueError, OSError), match="exist"):
        Simulator(net(), store=tmp_path / "run.zarr")
    assert sorted(p.name for p in (tmp_path / "run.zarr").rglob("*")) == files
