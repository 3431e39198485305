"""Covariance, classical and dense memories: descent, closed forms, the loads at which they fail."""

from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.memory import (
    CovarianceMemory,
    DenseMemory,
    ExponentialInteraction,
    HopfieldNetwork,
    PolynomialInteraction,
)
from neurosparse.memory.binary.attractor_theory import (
    critical_load,
    dense_memory_capacity,
    dense_one_step_error,
    exponential_capacity,
    one_step_error,
    retrieval_overlap,
)
from neurosparse.memory.binary.covariance import rolls_treves_patterns, tsodyks_feigelman_load
from tests.strategies import SEEDS


def signs(m: int, n: int, rng: Any = 0) -> Any:
    return np.random.default_rng(rng).choice(np.float32([-1, 1]), (m, n))


def drawn(m: int, n: int, k: int, rng: Any = 0) -> Any:
    rows = np.zeros((m, n), np.bool_)
    np.put_along_axis(
        rows,
        np.argpartition(np.random.default_rng(rng).random((m, n)), k, axis=1)[:, :k],
        True,
        axis=1,
    )
    return rows


@given(seed=SEEDS, n=st.integers(2, 30), m=st.integers(1, 6), f=st.floats(0.05, 0.6))
def test_covariance_fields_are_those_of_the_matrix(seed: int, n: int, m: int, f: float) -> None:
    rng = np.random.default_rng(seed)
    x = rng.random((m, n)) < f
    x[:, 0] = True
    memory = CovarianceMemory(n, f)
    memory.store(x[: m // 2 + 1])
    if len(x[m // 2 + 1 :]):
        memory.store(x[m // 2 + 1 :])
    s = rng.random((3, n))
    np.testing.assert_allclose(memory.fields(s), s @ memory.weights().T, atol=1e-9)
    law = (x - f).T @ (x - f) / (n * f * (1 - f))
    np.testing.assert_allclose(memory.weights(), law - np.diag(np.diag(law)), atol=1e-12)


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


@given(seed=SEEDS, n=st.integers(2, 40), m=st.integers(1, 12))
def test_hopfield_goes_downhill_to_a_fixed_point(seed: int, n: int, m: int) -> None:
    memory = HopfieldNetwork(n)
    memory.store(signs(m, n, seed))
    cue = signs(3, n, seed + 1)
    done = memory.retrieve(cue, rng=seed)
    assert done.settled.all()
    assert (memory.energy(done.states) <= memory.energy(cue) + 1e-5).all()
    h = done.states @ memory.weights
    assert (h * done.states >= -1e-5).all()
    one = memory.retrieve(cue, sweeps=1, rng=seed)
    assert (memory.energy(one.states) <= memory.energy(cue) + 1e-5).all()


def test_a_sweep_is_one_unit_after_the_other() -> None:
    n = 30
    memory = HopfieldNetwork(n)
    memory.store(signs(12, n, 1))
    state = signs(1, n, 2)[0]
    order = np.random.default_rng(3).permutation(n)
    law = state.copy()
    for i in order:
        h = memory.weights[i] @ law
        law[i] = law[i] if h == 0 else np.sign(h)
    got = memory.retrieve(state[None], sweeps=1, rng=3).states[0]
    np.testing.assert_array_equal(got, law)
    assert (law != state).any()


@pytest.mark.parametrize(
    ("load", "m"), [(0.05, 0.999992), (0.10, 0.99800), (0.13, 0.98721), (0.137, 0.97544)]
)
def test_the_overlap_of_theory(load: float, m: float) -> None:
    assert retrieval_overlap(load) == pytest.approx(m, abs=1e-5)


def test_where_retrieval_ends() -> None:
    assert critical_load() == pytest.approx(0.1379, abs=1e-4)
    assert retrieval_overlap(critical_load() - 1e-5) == pytest.approx(0.967, abs=2e-3)
    assert retrieval_overlap(0.15) == 0


@pytest.mark.parametrize(
    ("load", "expected", "within"), [(0.05, 1.0, 0.001), (0.12, 0.9926, 0.006), (0.20, 0.32, 0.12)]
)
def test_hopfield_recall_across_the_transition(load: float, expected: float, within: float) -> None:
    n = 2000
    x = signs(round(load * n), n, 5)
    memory = HopfieldNetwork(n)
    memory.store(x)
    done = memory.retrieve(x[:3], rng=6)
    overlap = (done.states * x[:3]).mean(axis=1)
    assert np.median(overlap) == pytest.approx(expected, abs=within)


@pytest.mark.parametrize("load", [0.138, 0.185, 0.37])
def test_flips_in_one_update(load: float) -> None:
    n = 2000
    x = signs(round(load * n), n, 7)
    memory = HopfieldNetwork(n)
    memory.store(x)
    flips = ((x @ memory.weights) * x < 0).mean()
    assert flips == pytest.approx(one_step_error(load), rel=0.12)


@given(
    seed=SEEDS,
    n=st.integers(2, 20),
    m=st.integers(1, 8),
    degree=st.integers(2, 5),
    beta=st.floats(0.1, 3),
)
def test_dense_memories_go_downhill(seed: int, n: int, m: int, degree: int, beta: float) -> None:
    for interaction in (PolynomialInteraction(degree), ExponentialInteraction(beta)):
        memory = DenseMemory(n, interaction)
        memory.store(signs(m, n, seed))
        cue = signs(3, n, seed + 1)
        before = memory.energy(cue)
        for sweeps in (1, 50):
            after = memory.energy(memory.retrieve(cue, sweeps=sweeps, rng=seed).states)
            assert (after <= before + 1e-6 * np.abs(before) + 1e-9).all()
        done = memory.retrieve(cue, rng=seed)
        assert (
            memory.gains(done.states) * done.states >= -1e-6 * np.abs(before).max() - 1e-9
        ).all()


def test_degree_two_is_hopfield() -> None:
    x, cue = signs(4, 40, 1), signs(5, 40, 2)
    classical = HopfieldNetwork(40)
    dense = DenseMemory(40, PolynomialInteraction(2))
    for memory in (classical, dense):
        memory.store(x)
    # F(rest + x) - F(rest - x) = 4 x rest, and h = sum of x rest / n
    np.testing.assert_allclose(dense.gains(cue), 4 * 40 * cue @ classical.weights, atol=1e-3)


@pytest.mark.parametrize(
    ("n", "degree", "m", "simulated"),
    [(100, 3, 1000, 0.0333), (100, 3, 2000, 0.0905), (60, 4, 5000, 0.046)],
)
def test_flips_of_a_dense_memory(n: int, degree: int, m: int, simulated: float) -> None:
    flips = []
    for seed in range(2):
        x = signs(m, n, seed)
        memory = DenseMemory(n, PolynomialInteraction(degree))
        memory.store(x)
        flips.append((memory.gains(x[:60]) * x[:60] < 0).mean())
    assert np.mean(flips) == pytest.approx(simulated, abs=0.02)
    assert np.mean(flips) == pytest.approx(dense_one_step_error(n, degree, m), abs=0.015)


def test_an_exponential_memory_holds_more_patterns_than_units() -> None:
    x = signs(2000, 50, 8)
    memory = DenseMemory(50)
    memory.store(x)
    cue = x[:40].copy()
    cue[:, :5] *= -1
    assert ((memory.retrieve(cue, rng=0).states == x[:40]).all(axis=1)).mean() > 0.95
    weak = DenseMemory(50, PolynomialInteraction(2))
    weak.store(x)
    assert ((weak.retrieve(cue, rng=0).states == x[:40]).all(axis=1)).mean() == 0
    assert exponential_capacity(50, 0.1) > 2000
    assert dense_memory_capacity(50, 2) < 2000


def test_capacities_beyond_every_number_are_infinite() -> None:
    assert dense_memory_capacity(1000, 120) < dense_memory_capacity(10**6, 60) < np.inf
    assert dense_memory_capacity(10**6, 80) == exponential_capacity(10_000, 0.0) == np.inf
    assert dense_memory_capacity(100, 3) == pytest.approx(100**2 / (6 * np.log(100)))


def test_what_cannot_be_meant_is_refused() -> None:
    one = signs(1, 4)
    for memory in (HopfieldNetwork(4), DenseMemory(4)):
        with pytest.raises(ValueError, match="an empty memory"):
            memory.retrieve(one)
        with pytest.raises(ValueError, match="x: got an array of float64.*values -1 and 1 only"):
            memory.store(np.zeros((1, 4)))
        with pytest.raises(ValueError, match=r"x: got shape \[1, 3\]"):
            memory.store(one[:, :3])
        with pytest.raises(ValueError, match=r"x: got shape \[0, 4\]"):
            memory.store(one[:0])
        memory.store(one)
        with pytest.raises(ValueError, match="sweeps: got 0"):
            memory.retrieve(one, sweeps=0)
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
    with pytest.raises(ValueError, match="ExponentialInteraction.beta: got 0"):
        ExponentialInteraction(0)
    with pytest.raises(ValueError, match="PolynomialInteraction.degree: got 1"):
        PolynomialInteraction(1)
    with pytest.raises(
        ValueError,
        match=r"interaction: got PolynomialInteraction\(degree=200\), wants a function that is finite",
    ):
        DenseMemory(100, PolynomialInteraction(200))
    DenseMemory(100, PolynomialInteraction(150))
    with pytest.raises(ValueError, match="load: got -1"):
        one_step_error(-1)
    with pytest.raises(ValueError, match="share_wrong: got 0.5"):
        exponential_capacity(10, 0.5)
