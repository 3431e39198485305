"""What a simulator is given besides its network, and what is refused."""

import pytest

from neurosparse.engine import Simulator
from neurosparse.recording import RunStore
from tests.engine.networks import source_network


def test_a_store_of_another_time_step_is_refused(tmp_path):
    store = RunStore.create(tmp_path / "run.zarr", dt=1.0, seed=0)
    with pytest.raises(
        ValueError, match="store: got a RunStore made for dt = 1.0 ms, wants one for dt = 0.1"
    ):
        Simulator(source_network(), dt=0.1, store=store)
    assert (tmp_path / "run.zarr").exists()
