"""Dense memories: descent, and more patterns than units."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.memory import (
    DenseMemory,
    ExponentialInteraction,
    HopfieldNetwork,
    PolynomialInteraction,
    dense_memory_capacity,
    dense_memory_one_step_error,
    exponential_memory_capacity,
)
from tests.memory.binary.draws import signs
from tests.strategies import SEEDS


@given(
    seed=SEEDS,
    n=st.integers(2, 20),
    m=st.integers(1, 8),
    degree=st.integers(2, 5),
    beta=st.floats(0.1, 3),
)
def test_dense_memories_go_downhill(
    seed: int, n: int, m: int, degree: int, beta: float
) -> None:
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
    np.testing.assert_allclose(
        dense.gains(cue), 4 * 40 * cue @ classical.weights, atol=1e-3
    )


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
        flips.append((memory.gains(x[:24]) * x[:24] < 0).mean())
    assert np.mean(flips) == pytest.approx(simulated, abs=0.02)
    assert np.mean(flips) == pytest.approx(
        dense_memory_one_step_error(n, degree, m), abs=0.015
    )


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
    assert exponential_memory_capacity(50, 0.1) > 2000
    assert dense_memory_capacity(50, 2) < 2000


def test_what_cannot_be_meant_is_refused() -> None:
    one = signs(1, 4)
    for memory in (HopfieldNetwork(4), DenseMemory(4)):
        with pytest.raises(ValueError, match="an empty memory"):
            memory.retrieve(one)
        with pytest.raises(
            ValueError, match="x: got an array of float64.*values -1 and 1 only"
        ):
            memory.store(np.zeros((1, 4)))
        with pytest.raises(ValueError, match=r"x: got shape \[1, 3\]"):
            memory.store(one[:, :3])
        with pytest.raises(ValueError, match=r"x: got shape \[0, 4\]"):
            memory.store(one[:0])
        memory.store(one)
        with pytest.raises(ValueError, match="sweeps: got 0"):
            memory.retrieve(one, sweeps=0)


def test_interactions_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(ValueError, match="ExponentialInteraction.beta: got 0"):
        ExponentialInteraction(0)
    with pytest.raises(ValueError, match="PolynomialInteraction.degree: got 1"):
        PolynomialInteraction(1)
    with pytest.raises(
        ValueError,
        match=r"interaction: got PolynomialInteraction\(degree=200\), wants a function that is",
    ):
        DenseMemory(100, PolynomialInteraction(200))
    DenseMemory(100, PolynomialInteraction(150))
