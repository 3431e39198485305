"""Layers wired by correlation."""

import numpy as np

from neurosparse.wiring import (
    CorrelatedInputs,
)


def test_correlated_inputs_are_the_strongest_pairs():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 6))
    x[:, 4] = -x[:, 1] + 0.01 * rng.standard_normal(50)
    c = CorrelatedInputs(x, 2 / 36).build(6, 6)
    assert {*zip(*(e.tolist() for e in c.edges()), strict=True)} == {(1, 4), (4, 1)}
    # features that never change correlate with nothing, whatever their unit; rounding must not make
    # a pair of them
    still = np.column_stack([x, np.full(50, 255.3), np.full(50, 1e7 / 3)])
    assert CorrelatedInputs(still, 4 / 64).build(8, 8).indices.max() < 6
    wide = CorrelatedInputs(x, 4 / 72).build(6, 12)
    assert {*zip(*(e.tolist() for e in wide.edges()), strict=True)} == {
        (1, 4),
        (4, 1),
        (1, 10),
        (4, 7),
    }
