"""Samples from memory, maps and Zarr."""

import numpy as np
import pytest
import torch

from neurosparse.models import SaeTraining, train_sae
from neurosparse.models.autoencoders.stream import Samples
from tests.models.autoencoders.test_training import data, net


@pytest.mark.parametrize("kind", ["map", "zarr", "tensor"])
def test_samples_may_lie_anywhere(kind, tmp_path):
    x = data(50)
    if kind == "map":
        np.save(tmp_path / "x.npy", x)
        source = np.load(tmp_path / "x.npy", mmap_mode="r")
    elif kind == "zarr":
        zarr = pytest.importorskip("zarr")
        source = zarr.create_array(
            tmp_path / "x.zarr", shape=x.shape, chunks=(8, 6), dtype="f4"
        )
        source[...] = x
    else:
        source = torch.from_numpy(x)
    samples = Samples(source, 16, block=None if kind == "zarr" else 9)
    seen = [part.numpy() for part in samples.epoch(3)]
    assert [len(part) for part in seen] == [16, 16, 16, 2]
    rows = np.concatenate(seen)
    assert not np.array_equal(rows, x)
    np.testing.assert_array_equal(np.sort(rows, 0), np.sort(x, 0))
    np.testing.assert_array_equal(np.concatenate(list(samples.epoch(3, 2))), rows[32:])
    history = train_sae(net(), source, SaeTraining(epochs=1, batch=16)).history
    assert np.isfinite(history[0]["loss"])


def test_maps_that_may_not_be_written_are_tested_and_encoded(tmp_path):
    np.save(tmp_path / "x.npy", data(30))
    x = np.load(tmp_path / "x.npy", mmap_mode="r")
    sae = net()
    plan = SaeTraining(epochs=1, batch=16)
    assert "test_fvu" in train_sae(sae, x, plan, test_x=x).history[0]
    assert len(sae.encode(x)) == 30
