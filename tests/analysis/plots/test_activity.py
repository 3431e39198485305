"""Raster and rate, by the dots and lines that are on them."""

from functools import partial

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains, plot_raster, plot_rate
from neurosparse.recording import SpikeRecord
from tests.analysis.plots.helpers import dots, picture


def test_raster_shows_every_spike_sorted_by_group(spikes):
    groups = np.arange(30) % 3
    shown = dots(analysis.plot_raster(spikes, groups=groups))
    assert len(shown) == 500
    time, index = spikes.arrays()
    place = np.argsort(np.argsort(groups, kind="stable"), kind="stable")
    expected = np.column_stack([time, place[index]])
    np.testing.assert_allclose(shown[np.lexsort(shown.T)], expected[np.lexsort(expected.T)])


def test_raster_thins_by_neuron_and_says_so(spikes):
    ax = analysis.plot_raster(spikes, most=100)
    assert 0 < len(dots(ax)) <= 150
    assert "1 in 5" in ax.get_title(loc="left")
    rows = np.unique(dots(ax)[:, 1])
    assert (rows % 5 == 0).all()


def test_rate_by_group_keeps_the_spikes(spikes):
    groups = np.where(np.arange(30) < 10, "a", "b")
    ax = analysis.plot_rate(spikes, 10.0, groups=groups)
    total = sum(
        line.get_ydata().sum() * size for line, size in zip(ax.lines, (10, 20), strict=True)
    )
    assert total * 10.0 / 1000.0 == pytest.approx(500)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]


@pytest.mark.parametrize("n", [0, 1])
def test_silence_is_drawn(n):
    none = SpikeTrains.from_times([], np.empty(0, int), n, stop=10.0)
    assert picture(analysis.plot_raster(none, groups=["a"] * n)).size
    assert picture(analysis.plot_rate(none, 1.0)).size


def test_bad_input_is_named(spikes):
    with pytest.raises(ValueError, match=r"groups.*shape \[30\]"):
        analysis.plot_raster(spikes, groups=["a"])
    with pytest.raises(ValueError, match="most"):
        analysis.plot_raster(spikes, most=0)


def test_a_record_is_drawn_to_its_end_or_its_last_spike():
    record = SpikeRecord(np.array([0, 5, 5]), np.array([2, 0, 2]), dt=0.5, n=3)
    for plot in (plot_raster, partial(plot_rate, width=0.5)):
        assert plot(record).get_xlim() == (0.0, 3.0)
        assert plot(record, stop=10.0).get_xlim() == (0.0, 10.0)


def test_groups_too_narrow_for_their_names_are_counted(spikes):
    assert analysis.plot_raster(spikes, groups=np.arange(30)).get_ylabel() == "30 groups"
    assert analysis.plot_raster(spikes, groups=np.arange(30) % 2).get_ylabel() == ""
