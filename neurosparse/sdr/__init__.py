"""Sparse distributed representations: a value type, its algebra, batches of it and running
metrics.
"""

from neurosparse.sdr.batch import dense_batch as dense_batch
from neurosparse.sdr.batch import overlaps as overlaps
from neurosparse.sdr.batch import pack as pack
from neurosparse.sdr.batch import packed_batch as packed_batch
from neurosparse.sdr.batch import unpack as unpack
from neurosparse.sdr.metrics import ActivationFrequency as ActivationFrequency
from neurosparse.sdr.metrics import Metrics as Metrics
from neurosparse.sdr.metrics import OverlapMetric as OverlapMetric
from neurosparse.sdr.metrics import RunningMean as RunningMean
from neurosparse.sdr.spikes import from_spikes as from_spikes
from neurosparse.sdr.spikes import to_spikes as to_spikes
from neurosparse.sdr.value import SDR as SDR

__all__ = [
    "SDR",
    "ActivationFrequency",
    "Metrics",
    "OverlapMetric",
    "RunningMean",
    "dense_batch",
    "from_spikes",
    "overlaps",
    "pack",
    "packed_batch",
    "to_spikes",
    "unpack",
]
