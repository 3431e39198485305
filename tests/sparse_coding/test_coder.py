"""The cost that coders lower."""

import numpy as np
import pytest

from neurosparse.sparse_coding import NonNegative, Soft, SparseCodes, cost
from tests.sparse_coding.problems import TWO, TWO_X


@pytest.mark.parametrize(
    ("lam", "a", "energy"),
    [
        (0.1, (0.1875, 1.1875), 0.26875),
        (0.3, (0.0625, 1.0625), 0.51875),
        (0.4, (0, 1), 0.625),
        (0.5, (0, 0.9), 0.72),
    ],
)
def test_costs_by_hand(lam, a, energy):
    codes = SparseCodes.from_dense([a, (0.0, 0.0)])
    costs = cost(np.concatenate([TWO_X, TWO_X]), codes, TWO, Soft(lam))
    assert costs == pytest.approx([energy, 0.5 * (TWO_X**2).sum()])
    minus = SparseCodes.from_dense([(-1.0, 0.0)])
    assert cost(TWO_X, minus, TWO, NonNegative(Soft(lam)))[0] == np.inf
