"""What several files of this folder write and read."""

import numpy as np
import pytest

from neurosparse.recording import RunStore, open_run


@pytest.fixture
def run(tmp_path):
    """Two populations, a voltage, a rate, weights."""
    rng = np.random.default_rng(0)
    with RunStore.create(tmp_path / "run.zarr", dt=0.1, seed=3) as store:
        for name, n in (("E", 6), ("I", 3)):
            step = np.sort(rng.integers(0, 500, 40))
            store.spikes(name, n=n).append(step, rng.integers(0, n - 1, 40))
        store.states("E", "v", [1, 4], every=5, unit="mV").append(
            np.arange(0, 500, 5), rng.normal(-60, 5, (100, 2)).astype(np.float32)
        )
        store.rates("E", n=6, every=100).append(0, rng.integers(0, 3, 500))
        store.weights(
            "E->I",
            [0, 7],
            every=250,
            unit="pA",
            along={"pre": np.array([2, 3]), "post": np.array([1, 1])},
        ).append(np.array([0, 250]), rng.normal(size=(2, 2)).astype(np.float32))
    return open_run(tmp_path / "run.zarr")
