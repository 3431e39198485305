"""Recall without a cue for each item."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.kernels.memory.entmax import entmax
from neurosparse.memory import (
    Exhaust,
    Fatigue,
    HopfieldMemory,
    capped_sparsemax,
    free_recall,
    sequential_recall,
)


def memory(n=30, d=20):
    return HopfieldMemory(np.random.default_rng(1).standard_normal((n, d)))


@given(st.integers(0, 2**32 - 1))
def test_capped_sparsemax_is_the_projection(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 12))
    z = rng.standard_normal(n)
    cap = rng.random(n) + 1 / n
    p = capped_sparsemax(z, cap)
    assert (p >= 0).all()
    assert (p <= cap + 1e-12).all()
    assert p.sum() == pytest.approx(1)
    # no feasible point is nearer
    for _ in range(20):
        other = rng.dirichlet(np.ones(n))
        if (other <= cap).all():
            assert ((p - z) ** 2).sum() <= ((other - z) ** 2).sum() + 1e-9
    np.testing.assert_allclose(
        capped_sparsemax(z, np.ones(n)), entmax(z[None], 2.0)[0], atol=1e-9
    )


@pytest.mark.parametrize("inhibition", [None, Exhaust(), Fatigue()])
def test_free_recall_visits_every_pattern_once(inhibition):
    m = memory()
    found = free_recall(m, m.patterns[3] * 0.5, 30, beta=8.0, inhibition=inhibition)
    assert found.unique == 30
    assert found.indices[0] == 3
    np.testing.assert_allclose(found.states[0], m.patterns[3], atol=1e-5)


def test_without_inhibition_the_same_comes_again():
    m = memory()
    found = free_recall(m, m.patterns[3], 10, beta=8.0, inhibition=Fatigue(strength=0.0))
    assert found.unique == 1


def test_sequential_recall_replays_the_order_of_storing():
    m = memory()
    cue = m.patterns[4] + 0.3 * np.random.default_rng(2).standard_normal(20)
    found = sequential_recall(m, cue, 28, beta=4.0)
    assert found.indices.tolist() == [*range(5, 30), 29, 29, 29]
    np.testing.assert_allclose(found.states[3], m.patterns[8], atol=1e-5)
    ring = sequential_recall(m, cue, 28, beta=4.0, ring=True)
    assert ring.indices.tolist() == [*range(5, 30), 0, 1, 2]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda m: free_recall(m, np.ones(20), 31, beta=1.0), "count: got 31"),
        (lambda m: free_recall(m, np.ones((2, 20)), 3, beta=1.0), "one vector"),
        (lambda m: free_recall(m, np.ones(20), 3, beta=0.0), "beta: got 0.0"),
        (lambda m: sequential_recall(m, np.ones(20), 0, beta=1.0), "count: got 0"),
        (lambda m: sequential_recall(m, np.ones(19), 3, beta=1.0), "query: got shape"),
        (
            lambda m: sequential_recall(m, np.ones(20), 3, beta=float("nan")),
            "beta: got nan",
        ),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call(memory())


@pytest.mark.parametrize("recall", [free_recall, sequential_recall])
def test_an_empty_memory_recalls_nothing(recall):
    with pytest.raises(ValueError, match="memory: got no patterns"):
        recall(HopfieldMemory(), [1.0], 1, beta=1.0)
    with pytest.raises(ValueError, match=r"count: got 1.5, wants a whole number"):
        recall(memory(), np.ones(20), 1.5, beta=1.0)
    with pytest.raises(TypeError, match=r"inhibition: got 'exhaust', wants Exhaust"):
        free_recall(memory(), np.ones(20), 3, beta=1.0, inhibition="exhaust")


@pytest.mark.parametrize(
    ("z", "cap", "said"),
    [
        ([np.nan, 1.0], [1.0, 1.0], "z: got NaN"),
        ([1.0, 1.0, 1.0], [0.0, 0.5, 0.4], "cap: got caps of 0.0 or more, 0.9 together"),
        ([1.0, 1.0], [-1.0, 3.0], "cap: got caps of -1.0"),
        ([1.0, 1.0, 1.0], [1.0, 1.0], "cap: got an array"),
        ([], [], "z: got an array"),
    ],
)
def test_caps_that_hold_no_distribution_are_refused(z, cap, said):
    with pytest.raises(ValueError, match=said):
        capped_sparsemax(np.array(z), np.array(cap))


@pytest.mark.parametrize("wrong", [3, Exhaust])
def test_an_inhibition_is_an_object(wrong):
    memory = HopfieldMemory(np.eye(3))
    with pytest.raises(TypeError, match="inhibition: got .* wants Exhaust"):
        free_recall(memory, np.ones(3), 2, beta=2.0, inhibition=wrong)


@pytest.mark.parametrize("number", [np.nan, -1.0, "3"])
def test_fatigue_is_a_number(number):
    for name in ("strength", "recovery"):
        with pytest.raises((TypeError, ValueError), match=f"{name}: got"):
            Fatigue(**{name: number})
