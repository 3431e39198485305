"""Binned transfer entropy."""

import numpy as np
import pytest

from neurosparse.analysis import binned_transfer_entropy
from tests.analysis.functional.test_estimate import CYCLE, recorded


def test_a_cycle_is_seen_in_its_direction():
    x = recorded(3 * CYCLE / 2, 8000)
    entropy = binned_transfer_entropy(x, levels=3)
    joined = CYCLE > 0
    others = ~joined & ~np.eye(3, dtype=bool)
    assert entropy[joined].min() > 5 * np.abs(entropy[others]).max()


def test_independent_neurons_have_none_in_the_mean():
    counts = np.random.default_rng(0).poisson(0.5, (500, 20))
    entropy = binned_transfer_entropy(counts, threads=1)
    pairs = entropy[~np.eye(20, dtype=bool)]
    assert abs(pairs.mean()) < 3 * pairs.std() / np.sqrt(len(pairs))
    assert pairs.std() > 0
    for arguments in ({"levels": 1}, {"levels": 17}, {"lag": 0}, {"threads": 0}):
        with pytest.raises(ValueError, match=next(iter(arguments))):
            binned_transfer_entropy(counts, **arguments)
