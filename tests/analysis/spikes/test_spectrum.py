"""Power spectra: laws of known processes, and Elephant."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains
from tests.analysis.spikes.helpers import RATE, N, together


def test_poisson_spectrum_is_flat_and_has_its_level(poisson):
    power = analysis.power_spectrum(poisson, 5.0, 1000.0).power[1:-1]
    # rate per neuron: one-sided density 2 r / n
    assert power.mean() == pytest.approx(2 * RATE / N, rel=0.05)


@pytest.mark.filterwarnings("ignore")
def test_the_spectrum_is_that_of_elephant(pair_of_trains):
    import neo
    import quantities as pq
    from elephant.spectral import welch_psd

    ours, _ = pair_of_trains
    rate = analysis.population_rate(ours, 5.0).rate
    signal = neo.AnalogSignal(rate, units="Hz", sampling_period=5 * pq.ms)
    frequency, power = welch_psd(signal, len_segment=100, overlap=0.5)
    found = analysis.power_spectrum(ours, 5.0, 500.0)
    np.testing.assert_allclose(found.frequency, frequency.rescale("Hz").magnitude)
    np.testing.assert_allclose(found.power, power.magnitude.ravel(), rtol=1e-9)


def test_a_clock_has_its_peak():
    assert analysis.power_spectrum(together(), 5.0, 500.0).peak == pytest.approx(50.0)


def test_segments_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="segment: got 0 of 2 bins"):
        analysis.power_spectrum(SpikeTrains.from_times([0.0], [0], 1, stop=1.0), 0.5)
    with pytest.raises(ValueError, match="segment: got nan"):
        analysis.power_spectrum(
            SpikeTrains.from_times([0.0], [0], 1, stop=99.0), 0.5, np.nan
        )


def test_what_never_changes_has_no_peak():
    silent = SpikeTrains.from_times([], np.empty(0, int), 3, stop=1000.0)
    assert np.isnan(analysis.power_spectrum(silent, 1.0).peak)
    clock = SpikeTrains.from_times(np.arange(999) + 0.5, np.zeros(999, int), 3, stop=999.0)
    assert np.isnan(analysis.power_spectrum(clock, 1.0).peak)
