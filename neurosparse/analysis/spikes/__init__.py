"""Spike statistics from flat arrays or chunks: rates, regularity, correlation, spectra,
avalanches.
"""

from neurosparse.analysis.spikes.avalanches import Avalanches as Avalanches
from neurosparse.analysis.spikes.avalanches import avalanches as avalanches
from neurosparse.analysis.spikes.avalanches import mean_interval as mean_interval
from neurosparse.analysis.spikes.counts import RateCurve as RateCurve
from neurosparse.analysis.spikes.counts import correlation_matrix as correlation_matrix
from neurosparse.analysis.spikes.counts import count_matrix as count_matrix
from neurosparse.analysis.spikes.counts import fano as fano
from neurosparse.analysis.spikes.counts import mean_correlation as mean_correlation
from neurosparse.analysis.spikes.counts import participation_ratio as participation_ratio
from neurosparse.analysis.spikes.counts import population_rate as population_rate
from neurosparse.analysis.spikes.counts import synchrony as synchrony
from neurosparse.analysis.spikes.ensembles import Ensembles as Ensembles
from neurosparse.analysis.spikes.ensembles import ensembles as ensembles
from neurosparse.analysis.spikes.intervals import Summary as Summary
from neurosparse.analysis.spikes.intervals import intervals as intervals
from neurosparse.analysis.spikes.intervals import rates as rates
from neurosparse.analysis.spikes.intervals import summary as summary
from neurosparse.analysis.spikes.source import Spikes as Spikes
from neurosparse.analysis.spikes.spectrum import Spectrum as Spectrum
from neurosparse.analysis.spikes.spectrum import power_spectrum as power_spectrum
