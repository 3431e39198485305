"""Spikes given in advance: sorted for threads, and by step for a GPU."""

from itertools import pairwise

import numpy as np
import pytest

from neurosparse.engine.populations import build_group
from neurosparse.engine.sources import sort_spikes, starts_of
from neurosparse.network import Population
from neurosparse.neurons import SpikeSource


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_listed_spikes_are_sorted_by_thread_step_and_index(threads):
    rng = np.random.default_rng(threads)
    once = rng.permutation(np.arange(20 * 200))[:300]
    when = once // 200 + 5
    index = (once % 200).astype(np.int32)
    population = Population("S", 200, SpikeSource([], []))
    group = build_group(population, 0.1, threads, 0, np.float64, False)
    indices, steps, spans = sort_spikes(group, when, index)
    assert spans[0] == 0
    assert spans[-1] == len(indices) == len(once)
    assert sorted(zip(steps, indices, strict=True)) == sorted(zip(when, index, strict=True))
    for k, (begin, end) in enumerate(pairwise(spans)):
        mine = list(zip(steps[begin:end], indices[begin:end], strict=True))
        assert mine == sorted(mine)
        assert all(group.bounds[k] <= i < group.bounds[k + 1] for _, i in mine)


def test_spikes_by_step():
    starts, first = starts_of("S", np.array([4, 4, 6]))
    assert (starts.tolist(), first) == ([0, 2, 2, 3], 4)
    assert starts_of("S", np.zeros(0, np.int64))[0].tolist() == [0]
    with pytest.raises(ValueError, match=r"S.times: got a table of .* steps"):
        starts_of("S", np.array([0, 2**60]))
