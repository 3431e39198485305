"""The covariance memory: its fields, and the loads at which it fails."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.memory import (
    CovarianceMemory,
    rolls_treves_patterns,
    tsodyks_feigelman_load,
)
from tests.memory.binary.draws import drawn
from tests.strategies import SEEDS


@given(seed=SEEDS, n=st.integers(2, 30), m=st.integers(1, 6), f=st.floats(0.05, 0.6))
def test_covariance_fields_are_those_of_the_matrix(
    seed: int, n: int, m: int, f: float
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.random((m, n)) < f
    x[:, 0] = True
    memory = CovarianceMemory(n, f)
    memory.store(x[: m // 2 + 1])
    if len(x[m // 2 + 1 :]):
        memory.store(x[m // 2 + 1 :])
    s = rng.random((3, n))
    np.testing.assert_allclose(memory.fields(s), s @ memory.weights.T, atol=1e-9)
    law = (x - f).T @ (x - f) / (n * f * (1 - f))
    np.testing.assert_allclose(memory.weights, law - np.diag(np.diag(law)), atol=1e-12)


# f, patterns, share of the pattern's units recovered; 2000 units, a tenth of the active ones moved
LOADS = [
    (0.05, 667, 1.0),
    (0.05, 2002, 0.909),
    (0.05, 2670, 0.715),
    (0.02, 3834, 0.950),
    (0.1, 1302, 0.775),
]


@pytest.mark.parametrize(("f", "m", "expected"), LOADS)
def test_covariance_recall_at_finite_size(f: float, m: int, expected: float) -> None:
    n = 2000
    k = round(2000 * f)
    x = drawn(m, n, k, 3)
    memory = CovarianceMemory(n, f)
    memory.store(x)
    rng = np.random.default_rng(4)
    asked = x[:40]
    cue = asked.copy()
    for row in cue:
        off = rng.choice(np.flatnonzero(row), k // 10, replace=False)
        on = rng.choice(np.flatnonzero(~row), k // 10, replace=False)
        row[off], row[on] = False, True
    got = memory.retrieve(cue, k)
    assert ((got.patterns & asked).sum(axis=1) / k).mean() == pytest.approx(
        expected, abs=0.03 if expected > 0.9 else 0.08
    )
    assert (got.patterns.sum(axis=1) == k).all()


def test_capacity_formulas_of_sparse_patterns() -> None:
    assert round(2000 * tsodyks_feigelman_load(0.02)) == 12781
    assert rolls_treves_patterns(1000, 0.1, 0.2) == pytest.approx(200 / (0.1 * np.log(10)))


def test_covariance_refuses_what_cannot_be_meant() -> None:
    with pytest.raises(ValueError, match="activity: got 1.5"):
        CovarianceMemory(5, 1.5)
    sparse = CovarianceMemory(5, 0.2)
    with pytest.raises(ValueError, match="an empty memory"):
        sparse.retrieve(np.eye(5)[:1], 1)
    sparse.store(np.eye(5)[:1])
    with pytest.raises(ValueError, match="k: got 6, wants at most n = 5"):
        sparse.retrieve(np.eye(5)[:1], 6)
    with pytest.raises(ValueError, match="state: got an array"):
        sparse.fields(np.full((1, 5), np.nan))
