"""Intervals cover what they promise, and pair by seed."""

import numpy as np
import pytest

from neurosparse.analysis import bootstrap_interval, paired_interval


def test_intervals_cover_and_pair():
    rng = np.random.default_rng(0)
    inside = [
        low <= 0 <= high
        for _, low, high in (
            bootstrap_interval(rng.standard_normal(20), 500) for _ in range(200)
        )
    ]
    assert 0.85 < np.mean(inside) < 0.99
    a = {s: 0.5 + 0.1 * s for s in range(5)}
    gap = paired_interval({s: v + 0.01 for s, v in a.items()}, a)
    assert gap.high - gap.low < 1e-9
    assert gap.mean == pytest.approx(0.01)
    assert paired_interval({0: 1.0}, {1: 1.0}) is None


@pytest.mark.parametrize("values", [[], [0.9, float("nan")], 0.9])
def test_an_interval_wants_numbers(values):
    with pytest.raises(ValueError, match="values: got"):
        bootstrap_interval(values)
