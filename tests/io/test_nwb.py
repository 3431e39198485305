"""NWB: spikes and states with their units, written by us, read by pynwb."""

from datetime import UTC, datetime

import numpy as np
import pytest

from neurosparse.io import (
    read_nwb,
    write_nwb,
)
from neurosparse.recording import RunStore, open_run

pytest.importorskip("pynwb", reason="pynwb is not installed")


STOP = 50.0


def test_nwb_comes_back(run, tmp_path):
    write_nwb(tmp_path / "a.nwb", run, stop=STOP)
    found = read_nwb(tmp_path / "a.nwb")
    for name, record in run.spikes.items():
        trains = found.spikes[name]
        order = np.argsort(record.i, kind="stable")
        np.testing.assert_allclose(trains.time, record.t[order], rtol=1e-12)
        np.testing.assert_array_equal(trains.neuron, record.i[order])
        assert (trains.n, trains.stop) == (record.n, STOP)
    v = found.signals["E v"]
    np.testing.assert_array_equal(v.values, run.states["E", "v"].values)
    assert (v.unit, v.start, v.every, v.columns["neuron"].tolist()) == (
        "mV",
        0.0,
        0.5,
        [1, 4],
    )
    weights = found.signals["E->I weights"]
    assert (weights.unit, weights.every, weights.columns["post"].tolist()) == (
        "pA",
        25.0,
        [1, 1],
    )
    np.testing.assert_allclose(found.signals["E rate"].values[:, 0], run.rates["E"].rate)
    assert [path.name for path in tmp_path.glob("*.nwb")] == ["a.nwb"]


def test_pynwb_reads_it_in_si_units_and_calls_it_valid(run, tmp_path):
    import pynwb

    begun = datetime(2026, 1, 2, tzinfo=UTC)
    write_nwb(tmp_path / "a.nwb", run, stop=STOP, description="test", begun=begun)
    with pynwb.NWBHDF5IO(str(tmp_path / "a.nwb"), "r") as source:
        assert pynwb.validate(io=source) == []
        file = source.read()
        assert (file.session_start_time, file.session_description) == (begun, "test")
        units = file.units
        assert len(units) == 9
        np.testing.assert_allclose(
            units["spike_times"][1], run.spikes["E"].t[run.spikes["E"].i == 1] / 1000
        )
        assert units["obs_intervals"][0].tolist() == [[0.0, 0.05]]
        v = file.acquisition["E v"]
        assert (v.unit, v.rate) == ("volts", pytest.approx(2000.0))
        np.testing.assert_allclose(
            v.data[:] * v.conversion, run.states["E", "v"].values * 1e-3, rtol=1e-6
        )


def test_large_states_are_written_in_pieces(tmp_path):
    values = np.random.default_rng(0).normal(size=(1100, 1000)).astype(np.float32)
    with RunStore.create(tmp_path / "run.zarr", dt=0.1, seed=1) as store:
        store.states("E", "v", np.arange(1000), unit="mV").append(np.arange(1100), values)
    write_nwb(tmp_path / "a.nwb", open_run(tmp_path / "run.zarr"), stop=110.0)
    np.testing.assert_array_equal(
        read_nwb(tmp_path / "a.nwb").signals["E v"].values, values
    )


def test_bad_nwb_input_is_named_and_leaves_nothing(run, tmp_path):
    with pytest.raises(ValueError, match="ending in .nwb"):
        write_nwb(tmp_path / "a.h5", run, stop=STOP)
    with pytest.raises(ValueError, match="stop: got 1.0"):
        write_nwb(tmp_path / "a.nwb", run, stop=1.0)
    with pytest.raises(ValueError, match="time zone"):
        write_nwb(tmp_path / "a.nwb", run, stop=STOP, begun=datetime(2026, 1, 2))
    with pytest.raises(FileNotFoundError):
        read_nwb(tmp_path / "a.nwb")
    for content in (b"", b"\x89HDF\r\n\x1a\nx", b"text"):
        (tmp_path / "b.nwb").write_bytes(content)
        with pytest.raises(ValueError, match=r"b\.nwb"):
            read_nwb(tmp_path / "b.nwb")
