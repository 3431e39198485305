"""Weights that are set in one trial."""

import numpy as np
import pytest

from neurosparse.models import Fading
from neurosparse.models.memory.afferents import Afferents
from neurosparse.sdr import SDR, pack


@pytest.mark.parametrize("fading", [None, Fading(span=3, curve=1.0)])
def test_sums_are_those_of_the_weights(fading: Fading | None) -> None:
    rng = np.random.default_rng(0)
    weights = Afferents(4, 70, fading)
    law = np.zeros((4, 70))
    for trial in range(3):
        units = np.flatnonzero(rng.random(4) < 0.6)
        sdr = SDR.random(70, 0.2, rng)
        weights.store(units, sdr, 1.0, trial)
        law[np.ix_(units, sdr.indices)] = 1.0
    x = rng.random((5, 70)) < 0.3
    sums = weights.sums_of_many(pack(x), 2)
    if fading is None:
        np.testing.assert_array_equal(sums, x @ law.T)
        assert weights.fill == law.mean()
    else:
        assert (sums <= x @ law.T).all()
        assert (sums < x @ law.T).any()


def test_full_units_only_refresh() -> None:
    weights = Afferents(1, 10, None)
    weights.store(np.array([0]), SDR(range(6), 10), 0.5, 0)
    weights.store(np.array([0]), SDR([9], 10), 0.5, 1)
    assert weights.fill == 0.6
