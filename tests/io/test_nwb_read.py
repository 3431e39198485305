"""NWB files of other writers, as pynwb means them."""

from datetime import UTC, datetime

import numpy as np
import pytest

from neurosparse.io import read_nwb

pytest.importorskip("pynwb", reason="pynwb is not installed")


def foreign(path, *series, units=None, columns=None):
    """A file of another writer, with these series and spike times by unit."""
    import pynwb

    about = {"session_start_time": datetime(2026, 1, 2, tzinfo=UTC), "identifier": "x"}
    file = pynwb.NWBFile(session_description="foreign", **about)
    for one in series:
        file.add_acquisition(one(file) if callable(one) else one)
    for name in columns or {}:
        file.add_unit_column(name, name)
    for k, times in enumerate(units or ()):
        values = {name: column[k] for name, column in (columns or {}).items()}
        file.add_unit(spike_times=times, **values)
    with pynwb.NWBHDF5IO(str(path), "w") as out:
        out.write(file)
    return path


def test_conversion_and_offset_are_those_of_pynwb(tmp_path):
    from pynwb import TimeSeries

    common = {"data": np.array([1, 2, 3]), "rate": 1000.0}
    path = foreign(
        tmp_path / "a.nwb",
        TimeSeries(name="micro", unit="volts", conversion=1e-6, **common),
        TimeSeries(name="milli", unit="volts", conversion=1e-3, **common),
        TimeSeries(name="raised", unit="volts", conversion=1e-3, offset=0.5, **common),
        TimeSeries(name="plain", unit="apples", **common),
    )
    signals = read_nwb(path).signals
    np.testing.assert_allclose(signals["micro"].values[:, 0], [1e-6, 2e-6, 3e-6])
    assert signals["micro"].unit == "volts"
    np.testing.assert_array_equal(signals["milli"].values[:, 0], [1, 2, 3])
    assert signals["milli"].unit == "mV"
    np.testing.assert_allclose(signals["raised"].values[:, 0], [0.501, 0.502, 0.503])
    assert signals["plain"].unit == "apples"


def test_series_with_time_stamps_are_read(tmp_path):
    from pynwb import TimeSeries

    even = 0.25 + np.arange(5) * 0.001
    odd = np.array([0.0, 0.001, 0.01, 0.5, 0.6])
    path = foreign(
        tmp_path / "a.nwb",
        TimeSeries(name="even", unit="volts", data=np.arange(5.0), timestamps=even),
        TimeSeries(name="odd", unit="volts", data=np.ones((5, 2)), timestamps=odd),
    )
    signals = read_nwb(path).signals
    assert (signals["even"].start, signals["even"].every) == (250.0, 1.0)
    assert signals["even"].times is None
    assert np.isnan(signals["odd"].every)
    np.testing.assert_allclose(signals["odd"].times, odd * 1000)
    assert signals["odd"].values.shape == (5, 2)


def test_electrical_series_are_read_and_others_named(tmp_path):
    from pynwb.ecephys import ElectricalSeries
    from pynwb.image import ImageSeries

    def electrical(file):
        device = file.create_device("probe")
        group = file.create_electrode_group(
            "g", description="", location="here", device=device
        )
        for _ in range(2):
            file.add_electrode(group=group, location="here")
        region = file.create_electrode_table_region([0, 1], "both")
        return ElectricalSeries(
            name="raw", data=np.array([[1, 2], [3, 4]]), electrodes=region, rate=30_000.0,
            conversion=1e-6, channel_conversion=[1.0, 10.0],
        )  # fmt: skip

    film = ImageSeries(name="film", data=np.zeros((2, 3, 4)), unit="n.a.", rate=1.0)
    path = foreign(tmp_path / "a.nwb", electrical, film)
    with pytest.warns(UserWarning, match=r"a\.nwb: film \(ImageSeries\) left out"):
        signals = read_nwb(path).signals
    np.testing.assert_allclose(signals["raw"].values, [[1e-6, 2e-5], [3e-6, 4e-5]])


def test_spikes_come_back_sorted_within_each_unit(tmp_path):
    path = foreign(tmp_path / "a.nwb", units=[[0.3, 0.1, 0.2], [0.05]])
    trains = read_nwb(path).spikes["units"]
    np.testing.assert_allclose(trains.time, [100, 200, 300, 50])
    assert trains.neuron.tolist() == [0, 0, 0, 1]


def test_stimuli_and_what_was_processed_are_named(tmp_path):
    from pynwb import TimeSeries

    def with_others(file):
        about = {"data": np.arange(3.0), "unit": "volts", "rate": 1.0}
        file.add_stimulus(TimeSeries(name="light", **about))
        module = file.create_processing_module("lfp", "filtered")
        module.add(TimeSeries(name="slow", **about))
        return TimeSeries(name="raw", **about)

    path = foreign(tmp_path / "a.nwb", with_others)
    with pytest.warns(
        UserWarning, match=r"a\.nwb: module lfp, stimulus light left out: not acquired"
    ):
        assert list(read_nwb(path).signals) == ["raw"]


def test_populations_without_numbers_are_numbered_by_their_rows(tmp_path):
    times = [[0.1], [0.2], [0.3]]
    columns = {"population": ["E", "I", "E"]}
    spikes = read_nwb(foreign(tmp_path / "a.nwb", units=times, columns=columns)).spikes
    assert {name: one.neuron.tolist() for name, one in spikes.items()} == {
        "E": [0, 1],
        "I": [0],
    }
    columns["neuron"] = [5, 0, 7]
    spikes = read_nwb(foreign(tmp_path / "b.nwb", units=times, columns=columns)).spikes
    assert (spikes["E"].neuron.tolist(), spikes["E"].n, spikes["I"].n) == ([5, 7], 8, 1)


def test_spikes_at_no_time_and_rows_at_no_rate_are_refused(tmp_path):
    from pynwb import TimeSeries

    path = foreign(tmp_path / "a.nwb", units=[[0.1, np.nan]])
    with pytest.raises(ValueError, match="a.nwb: spike_times: got .* wants finite times"):
        read_nwb(path)
    series = TimeSeries(name="x", data=np.zeros(1), unit="volts", rate=0.0)
    with pytest.raises(ValueError, match="b.nwb: x.rate: got 0"):
        read_nwb(foreign(tmp_path / "b.nwb", series))


def test_a_series_without_rows(tmp_path):
    from pynwb import TimeSeries

    series = TimeSeries(name="x", data=np.zeros(0), unit="volts", rate=1.0)
    assert read_nwb(foreign(tmp_path / "a.nwb", series)).signals["x"].values.shape == (0, 1)
