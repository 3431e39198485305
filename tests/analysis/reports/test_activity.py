"""Sections of recorded activity: what a table says of spikes."""

import numpy as np
import pytest

from neurosparse.analysis import SpikeTrains
from neurosparse.analysis.reports.activity import MANY, _width, _window, activity
from neurosparse.recording import SpikeRecord


def test_statistics_and_two_figures_of_a_population():
    clock = SpikeRecord(np.arange(0, 5000, 100), np.zeros(50, int), dt=0.1, n=2)
    (section,) = activity({"E": clock}, 500.0)
    _, sheet, *pictures = section.parts
    row = dict(zip(sheet.head, sheet.rows[0], strict=True))
    assert (row["population"], row["neurons"], row["spikes"], row["active"]) == (
        "E",
        2,
        50,
        0.5,
    )
    assert row["rate (Hz)"] == pytest.approx(50.0)
    assert row["CV"] == pytest.approx(0.0, abs=1e-9)
    assert [picture.caption for picture in pictures] == [
        "E: spikes",
        "E: mean rate of a neuron",
    ]
    assert activity({}, 500.0) == []


def test_bins_are_round_and_long_recordings_are_cut():
    spikes = SpikeTrains.from_times([1.0], [0], n=1, stop=1000.0)
    assert _width(spikes) == 5.0
    assert _width(spikes.window(0.0, 0.3)) == pytest.approx(0.1)
    assert _window(spikes, 4 * MANY).duration == 250.0
    assert _window(spikes, MANY) is spikes
