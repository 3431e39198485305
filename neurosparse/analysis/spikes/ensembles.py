"""Ensembles: groups of neurons that fire together more than chance."""

from typing import NamedTuple

import numpy as np

from neurosparse.analysis.spikes.counts import correlation_matrix
from neurosparse.analysis.spikes.source import SpikeTrains, check_spikes
from neurosparse.checks import generator as generator_of
from neurosparse.checks import share, whole_number
from neurosparse.typing import Int64, Seed


class Ensembles(NamedTuple):
    """Ensemble of each neuron `[n]` (0 the largest, -1 none), their number, least r to join."""

    labels: Int64
    number: int
    threshold: float


def ensembles(
    spikes: SpikeTrains,
    width: float,
    *,
    least: int = 3,
    p: float = 1e-3,
    rng: Seed = None,
) -> Ensembles:
    """Find groups of neurons joined by significant correlations of counts in bins of `width` ms.

    Two neurons are joined, with weight r, where r is above what independent neurons reach in one of
    1/p pairs, z_p / √bins (a normal approximation: at least some spikes per neuron are needed).
    Communities of that graph with `least` neurons or more are ensembles. At most 20,000 neurons.

    Source of the idea: V. Lopes-dos-Santos et al., PLoS ONE 6 (2011),
    doi:10.1371/journal.pone.0020996.

    >>> time = np.repeat([1.0, 5.0, 8.0], 3)
    >>> three = SpikeTrains.from_times(time, np.tile([0, 1, 2], 3), n=4, stop=10.0)
    >>> ensembles(three, 1.0, p=0.01, rng=0).labels.tolist()
    [0, 0, 0, -1]
    """
    whole_number("least", least, 1)
    from scipy.stats import norm

    from neurosparse.kernels.graphs.modularity import partition

    check_spikes(spikes)
    share("p", p)
    bins = spikes.bins(width)
    threshold = float(norm.isf(p) / np.sqrt(bins))
    matrix = np.nan_to_num(correlation_matrix(spikes, width))
    np.fill_diagonal(matrix, 0.0)
    pre, post = np.nonzero(matrix > threshold)
    indptr = np.concatenate(([0], np.cumsum(np.bincount(pre, minlength=spikes.n))))
    seed = int(generator_of(rng).integers(2**32))
    weight = matrix[pre, post].astype(np.float32)
    member = partition(indptr, post.astype(np.int32), weight, seed).labels
    size = np.bincount(member, minlength=1)
    rank = np.empty(len(size), np.int64)
    rank[np.argsort(-size, kind="stable")] = np.arange(len(size))
    count = int(np.count_nonzero(size >= least))
    labels = np.where(size[member] >= least, rank[member], -1)
    return Ensembles(labels, count, threshold)
