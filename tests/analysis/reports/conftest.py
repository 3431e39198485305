"""A run that several files report."""

import json

import numpy as np
import pytest

from neurosparse.recording import RunStore


@pytest.fixture
def run_folder(tmp_path):
    """A run folder as `neurosparse run` leaves it, with all kinds of records."""
    folder = tmp_path / "a run"
    rng = np.random.default_rng(0)
    with RunStore.create(
        folder / "recording.zarr", dt=0.1, seed=3, config={"title": "toy"}
    ) as store:
        step = np.sort(rng.integers(0, 5000, 800))
        store.spikes("E", n=20).append(step, rng.integers(0, 20, 800))
        store.spikes("silent", n=2)
        states = store.states("E", "v", [0, 5], every=10, unit="mV")
        weights = store.weights("E->E", np.arange(30), every=2500, unit="mV")
        rates = store.rates("E", n=20, every=100)
        for k in range(0, 5000, 10):
            states.append(np.array([k]), rng.normal(size=(1, 2)).astype(np.float32))
        for k in (0, 2500):
            weights.append(np.array([k]), rng.normal(size=(1, 30)).astype(np.float32))
        rates.append(0, np.bincount(step, minlength=5000))
    summary = {
        "title": "<b>toy</b>",
        "duration_ms": 500.0,
        "synapses": {"E->E": 30},
        "seconds": {"update": 0.25},
    }
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "config.toml").write_text('title = "</pre><script>alert(1)</script>"\n')
    return folder
