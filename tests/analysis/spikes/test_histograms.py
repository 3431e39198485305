"""Histograms of intervals, of what follows events, and of lags: plain laws, and Elephant."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains
from neurosparse.analysis.spikes import histograms
from tests.analysis.spikes.helpers import silence, together, trains

DT = 0.1


def of_steps(events, dt=DT):
    step, index = np.array(events).T
    return step, index, SpikeTrains.from_steps(step, index, 5, dt=dt, steps=60)


@given(trains, st.integers(1, 7), st.integers(1, 9))
def test_intervals_fall_in_their_bins(events, long, bins):
    step, index, spikes = of_steps(events)
    seen = np.zeros(bins + 1, int)
    for neuron in range(5):
        for gap in np.diff(step[index == neuron]):
            seen[min(gap // long, bins)] += 1
    histogram = analysis.interval_histogram(spikes, long * DT, bins * long * DT)
    assert histogram.counts.tolist() == seen[:-1].tolist()
    assert histogram.longer == seen[-1]
    np.testing.assert_allclose(histogram.edge, np.arange(bins) * long * DT)
    # as far from 0 as an hour, and in 32 bits
    late = SpikeTrains.from_times(step * DT + 3.6e6, index, 5, start=3.6e6, stop=3.7e6)
    again = analysis.interval_histogram(late, long * DT, bins * long * DT)
    assert again.counts.tolist() == histogram.counts.tolist()
    single = SpikeTrains.from_times((step * DT).astype(np.float32), index, 5, stop=6.0)
    assert (
        analysis.interval_histogram(single, long * DT, bins * long * DT).counts.tolist()
        == seen[:-1].tolist()
    )


@given(trains)
def test_cv2_is_the_mean_over_neighbouring_intervals(events):
    step, index, spikes = of_steps(events)
    for neuron, measured in enumerate(analysis.cv2(spikes)):
        gaps = np.diff(step[index == neuron]).astype(float)
        pairs = [2 * abs(b - a) / (a + b) if a + b else 0.0 for a, b in pairwise(gaps)]
        expected = np.mean(pairs) if pairs else np.nan
        np.testing.assert_allclose(measured, expected, atol=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_cv2_and_correlograms_are_those_of_elephant(pair_of_trains):
    import quantities as pq
    from elephant.conversion import BinnedSpikeTrain
    from elephant.spike_train_correlation import cross_correlation_histogram
    from elephant.statistics import cv2, isi

    ours, theirs = pair_of_trains
    expected = [float(cv2(isi(one))) for one in theirs]
    np.testing.assert_allclose(analysis.cv2(ours), expected)
    binned = [
        BinnedSpikeTrain(one, bin_size=5 * pq.ms, t_start=0 * pq.ms, t_stop=2000 * pq.ms)
        for one in theirs
    ]
    histogram, lags = cross_correlation_histogram(binned[1], binned[3], window=[-20, 20])
    found = analysis.cross_correlogram(ours, 1, 3, 5.0, 100.0)
    assert found.counts.tolist() == histogram.magnitude.ravel().astype(int).tolist()
    np.testing.assert_allclose(found.lag, np.asarray(lags) * 5.0)
    assert found.counts.argmax() == 20, "a common part fires at once"


@given(trains, st.integers(1, 5), st.integers(0, 8))
def test_lags_are_those_between_bins(events, long, most):
    step, index, spikes = of_steps(events)
    bins = 60 // long
    counts = np.zeros((5, bins), int)
    kept = step // long < bins
    np.add.at(counts, (index[kept], step[kept] // long), 1)
    for neuron, other in ((0, 1), (2, 2)):
        seen = [
            sum(
                counts[neuron, t] * counts[other, t + k]
                for t in range(bins)
                if 0 <= t + k < bins
            )
            for k in range(-most, most + 1)
        ]
        found = analysis.cross_correlogram(
            spikes, neuron, other, long * DT, most * long * DT
        )
        assert found.counts.tolist() == seen
    seen[most] -= counts[2].sum()
    alone = analysis.autocorrelogram(spikes, 2, long * DT, most * long * DT)
    assert alone.counts.tolist() == seen
    assert alone.counts.tolist() == alone.counts[::-1].tolist()


@given(trains, st.lists(st.integers(0, 60), max_size=5), st.integers(1, 5))
def test_what_follows_an_event(events, centres, long):
    step, index, spikes = of_steps(events)
    early = 2
    late = 3
    kept = [k for k in centres if k >= early * long and k + late * long <= 60]
    seen = np.zeros(early + late, int)
    for centre in kept:
        for at in step[index < 3]:
            bin_ = (at - centre) // long + early
            if 0 <= bin_ < early + late:
                seen[bin_] += 1
    found = analysis.psth(
        spikes,
        np.array(centres) * DT,
        long * DT,
        before=early * long * DT,
        after=late * long * DT,
        neurons=[0, 1, 2],
    )
    assert found.events == len(kept)
    np.testing.assert_allclose(found.time, np.arange(-early, late) * long * DT)
    if kept:
        np.testing.assert_allclose(found.rate, seen * 1000 / (long * DT) / len(kept) / 3)
    else:
        assert np.isnan(found.rate).all()


def test_a_clock_fires_in_one_bin():
    clock = together()
    assert analysis.cv2(clock).tolist() == [0.0] * 10
    gaps = analysis.interval_histogram(clock, 5.0, 30.0, neurons=[0])
    assert gaps.counts.tolist() == [0, 0, 0, 0, 49, 0]
    rate = analysis.psth(clock, np.arange(0, 980, 20.0), 1.0, before=0.0, after=20.0)
    assert rate.events == 49
    assert rate.rate.tolist() == [1000.0, *[0.0] * 19]


@pytest.mark.parametrize("n", [0, 1])
def test_silence_is_defined(n):
    none = silence(n)
    assert np.isnan(analysis.cv2(none)).tolist() == [True] * n
    assert analysis.interval_histogram(none, 1.0, 3.0).counts.tolist() == [0, 0, 0]
    assert np.isnan(analysis.psth(none, [], 1.0, after=2.0).rate).all()
    if n:
        assert analysis.autocorrelogram(none, 0, 1.0, 2.0).counts.tolist() == [0] * 5
        assert analysis.psth(none, [1.0], 1.0, after=2.0).rate.tolist() == [0.0, 0.0]


def test_what_cannot_be_meant_is_refused():
    clock = together()
    with pytest.raises(ValueError, match=r"longest: got 2\.5, wants .* bins of width=1"):
        analysis.interval_histogram(clock, 1.0, 2.5)
    with pytest.raises(ValueError, match="after: got 0"):
        analysis.psth(clock, [1.0], 1.0, after=0.0)
    with pytest.raises(ValueError, match="events: got"):
        analysis.psth(clock, [[1.0]], 1.0, after=1.0)
    with pytest.raises(ValueError, match="other: got 10"):
        analysis.cross_correlogram(clock, 0, 10, 1.0, 5.0)
    with pytest.raises(ValueError, match="width: got 0"):
        analysis.autocorrelogram(clock, 0, 0.0, 5.0)
    with pytest.raises(ValueError, match="neurons: got 11"):
        analysis.psth(clock, [1.0], 1.0, after=1.0, neurons=[11])


def test_lags_are_counted_in_parts(monkeypatch):
    rng = np.random.default_rng(0)
    one = np.sort(rng.integers(0, 300, 200))
    other = np.sort(rng.integers(0, 300, 150))
    lag = (other[None, :] - one[:, None]).ravel()
    expected = [np.count_nonzero(lag == k) for k in range(-20, 21)]
    for pairs in (1, 7, 100, 1 << 22):
        monkeypatch.setattr(histograms, "PAIRS", pairs)
        assert histograms._lags(one, other, 20).tolist() == expected


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: analysis.population_rate(s, 1e-6),
        lambda s: analysis.spike_count_matrix(s, 1e-6),
        lambda s: analysis.power_spectrum(s, 1e-6),
        lambda s: analysis.avalanches(s, 1e-6),
        lambda s: analysis.fano_factor(s, 1e-6),
        lambda s: analysis.psth(s, [1e8], 1e-6, after=1e6),
        lambda s: analysis.interval_histogram(s, 1e-6, 1e6),
        lambda s: analysis.autocorrelogram(s, 0, 1e-6, 1e6),
    ],
)
def test_bins_beyond_memory_are_refused_by_name(ask):
    spikes = analysis.SpikeTrains.from_times([1.0, 2.0], [0, 0], 1, stop=1e9)
    with pytest.raises(
        ValueError, match="(width|after|longest): got .* bins .* GB that are left"
    ):
        ask(spikes)
