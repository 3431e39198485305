"""Power spectrum of the population activity."""

from typing import NamedTuple

import numpy as np

from neurosparse.analysis.spikes.counts import population_rate
from neurosparse.analysis.spikes.source import SpikeTrains
from neurosparse.checks import positive
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Float64


class PowerSpectrum(NamedTuple):
    """One-sided power spectrum: frequency in Hz `[f]`, density in Hz²/Hz `[f]`."""

    frequency: Float64
    power: Float64

    @property
    def peak(self) -> float:
        """Frequency in Hz with most power, the constant part aside; NaN where there is none."""
        if not np.any(self.power[1:] > 0):
            return float("nan")
        return float(self.frequency[1:][np.argmax(self.power[1:])])


def power_spectrum(
    spikes: SpikeTrains, width: float, segment: float | None = None
) -> PowerSpectrum:
    """Welch's spectrum of the population rate in bins of `width` ms, from segments of `segment` ms.

    The mean is taken off; without `segment` an eighth of the window is used. The resolution is
    1000 / segment Hz, the highest frequency 500 / width Hz.

    Source: P. Welch, IEEE Trans. Audio Electroacoust. 15 (1967), doi:10.1109/TAU.1967.1161901.

    >>> times = np.arange(0.0, 1000.0, 25.0)
    >>> beat = SpikeTrains.from_times(times, np.zeros(40, int), n=1, stop=1000.0)
    >>> power_spectrum(beat, 5.0, 500.0).peak
    40.0
    """
    from scipy.signal import welch

    rate = population_rate(spikes, width).rate
    if segment is not None:
        positive("segment", segment, "ms")
    length = len(rate) // 8 if segment is None else round(segment / width)
    if not 4 <= length <= len(rate):
        bins = Said(f"{length} of {len(rate)} bins of {width:g} ms")
        remedy = "use smaller bins or record longer"
        raise bad_argument("segment", bins, "4 bins or more, all recorded", remedy)
    frequency, power = welch(rate, fs=1000.0 / width, nperseg=length, detrend="constant")
    if rate.min() == rate.max():
        # a rate that never changes has rounding, not power
        power = np.zeros_like(power)
    return PowerSpectrum(np.asarray(frequency), np.asarray(power))
