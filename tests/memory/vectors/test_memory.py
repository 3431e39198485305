"""Storing, retrieving, energy, margin, convergence, editing; golden values and the published
curve.
"""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.memory import Budget, HopfieldMemory, Normmax, exact_retrieval_radius

TRIANGLE = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
ALL = ("support", "energy", "margin", "convergence")


def unit(rng, *shape):
    x = rng.standard_normal(shape)
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


@pytest.mark.parametrize(
    ("beta", "alpha", "wanted"),
    [
        *[(1, a, e) for a, e in ((1.0, 1.047894), (1.5, 0.944233), (2.0, 0.843333))],
        *[(4, a, e) for a, e in ((1.0, 0.827910), (1.5, 0.739718), (2.0, 0.683333))],
    ],
)
def test_energy_golden_values(beta, alpha, wanted):
    memory = HopfieldMemory(TRIANGLE, dtype=np.float64)
    energy = memory.retrieve([0.6, 0.2], beta, alpha, ask=["energy"]).energy
    assert energy[0, 0] == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(
    ("alpha", "wanted"), [(1.5, [0.625318, 0.346655]), (2.0, [0.7, 0.3])]
)
def test_update_golden_values(alpha, wanted):
    memory = HopfieldMemory(TRIANGLE, dtype=np.float64)
    np.testing.assert_allclose(
        memory.retrieve([0.6, 0.2], 1.0, alpha).state, wanted, atol=1e-6
    )


# Published: mean error, mean support, share one-hot; ten sets of patterns, standard error of the
# error at most .002
CURVE = {
    (100, 0.0, 2): [
        (1.0, 0.909, None, 0),
        (1.5, 0.153, 23.4, 0),
        (2.0, 0.0001, 1.0, 0.996),
    ],
    (100, 0.0, 8): [(1.0, 0.046, None, 0), (1.5, 0.0, 1.0, 1.0)],
    (1000, 0.5, 1): [(1.5, 0.632, 271, 0), (2.0, 0.270, 9.56, 0)],
    (1000, 0.5, 4): [
        (1.0, 0.896, None, 0),
        (1.5, 0.0011, 1.21, 0.847),
        (2.0, 0.0, 1.0, 1.0),
    ],
}


@pytest.mark.parametrize(("setting", "rows"), CURVE.items(), ids=str)
def test_retrieval_curve(setting, rows):
    """Patterns on the unit sphere in 64 dimensions, one update from pattern + (σ/√d) noise."""
    (m, sigma, beta), rng, d = setting, np.random.default_rng(0), 64
    found = {alpha: [] for alpha, *_ in rows}
    for _ in range(10):
        x = unit(rng, m, d)
        target = x[: min(m, 100)]
        query = target + sigma / np.sqrt(d) * rng.standard_normal(target.shape)
        memory = HopfieldMemory(x)
        for alpha in found:
            got = memory.retrieve(query, beta, alpha, ask=() if alpha == 1 else ["support"])
            error = np.linalg.norm(got.state - target, axis=1)
            sizes = got.support.sizes if got.support else np.full(len(query), m)
            hit = (sizes == 1) & (error < 1e-6)
            found[alpha].append((error.mean(), sizes.mean(), hit.mean()))
    for alpha, error, size, exact in rows:
        mean = np.mean(found[alpha], axis=0)
        assert mean[0] == pytest.approx(error, abs=0.006)  # three standard errors
        assert size is None or mean[1] == pytest.approx(size, rel=0.05)
        assert mean[2] == pytest.approx(exact, abs=0.025)


@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([1.0, 1.3, 1.5, 2.0, 4.0, Normmax(2.0), Normmax(5.0), Budget(2)]),
)
def test_the_energy_never_rises_and_stays_in_its_range(seed, rule):
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((rng.integers(2, 12), rng.integers(1, 6)))
    memory = HopfieldMemory(x, dtype=np.float64)
    query = rng.dirichlet(np.ones(len(x)), 3) @ x
    energy = memory.retrieve(
        query, float(rng.choice([0.1, 1.0, 8.0])), rule, steps=5, ask=["energy"]
    ).energy
    assert energy.shape == (6, 3)
    assert np.diff(energy, axis=0).max() <= 1e-12
    if not isinstance(rule, Normmax | Budget):
        bound = 2 * (x**2).sum(1).max()
        assert -1e-9 <= energy.min() <= energy.max() <= bound + 1e-9


def test_steps_means_exactly_that_many_updates():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((30, 6))
    q = rng.standard_normal((4, 6))
    memory = HopfieldMemory(x, dtype=np.float64)
    state = q
    for steps in (1, 2, 3):
        z = 0.3 * state @ x.T
        p = np.exp(z - z.max(1, keepdims=True))
        state = p / p.sum(1, keepdims=True) @ x
        np.testing.assert_allclose(
            memory.retrieve(q, 0.3, 1.0, steps).state, state, atol=1e-12
        )


@pytest.mark.parametrize("alpha", [1.5, 2.0, 3.0, Normmax(3.0)])
def test_a_margin_of_the_gap_is_exact_retrieval(alpha):
    rng = np.random.default_rng(2)
    memory = HopfieldMemory(unit(rng, 200, 16))
    gap = getattr(alpha, "gap", None) or 1 / (alpha - 1)
    got = memory.retrieve(
        memory.patterns + 0.2 * rng.standard_normal((200, 16)), 4 * gap, alpha, ask=ALL
    )
    clear = abs(got.margin - gap) > 1e-4
    one = got.support.sizes == 1
    np.testing.assert_array_equal(one[clear], (got.margin >= gap)[clear])
    assert 0.05 < one.mean() < 0.95
    np.testing.assert_array_equal(
        got.state[one], memory.patterns[got.support.indices[got.support.indptr[:-1]][one]]
    )


def test_a_budget_returns_the_mean_of_exactly_k():
    memory = HopfieldMemory(np.eye(5))
    got = memory.retrieve([0.9, 0.8, 0.1, 0.0, 0.7], 20.0, Budget(3), ask=ALL)
    assert got.support.indices.tolist() == [0, 1, 4]
    np.testing.assert_allclose(got.state, [1 / 3, 1 / 3, 0, 0, 1 / 3], atol=1e-7)
    assert got.margin[0] == pytest.approx(12.0, rel=1e-5)


def test_convergence_counts_updates():
    memory = HopfieldMemory(np.eye(3), dtype=np.float64)
    got = memory.retrieve(
        [[1.0, 0.0, 0.0], [0.5, 0.1, 0.0], [0.4, 0.3, 0.2]],
        4.0,
        2.0,
        3,
        ask=["convergence"],
    )
    assert got.steps_to_convergence.tolist()[:2] == [1, 2]
    slow = memory.retrieve([0.4, 0.3, 0.2], 0.5, 1.0, 2, ask=["convergence"])
    assert slow.steps_to_convergence.tolist() == [-1]
    assert slow.support is slow.energy is slow.margin is None


def test_a_query_within_the_radius_returns_its_pattern_in_one_step():
    rng = np.random.default_rng(3)
    x = unit(rng, 40, 32)
    memory = HopfieldMemory(x, dtype=np.float64)
    radius = exact_retrieval_radius(x, 6.0, 2.0)
    assert radius.max() > 0.05
    noisy = x + (0.999 * radius)[:, None] * unit(rng, *x.shape)
    inside = radius > 0
    np.testing.assert_array_equal(memory.retrieve(noisy, 6.0, 2.0).state[inside], x[inside])


def test_argmax_is_the_baseline_and_is_not_beaten():
    rng = np.random.default_rng(4)
    x = unit(rng, 500, 24)
    query = x + 0.18 * rng.standard_normal(x.shape)
    memory = HopfieldMemory(x)
    best = memory.best(query)[0][:, 0]
    right = (best == np.arange(500)).mean()
    got = memory.retrieve(query, 8.0, 2.0, steps=5).state
    assert 0.5 < right < 1
    assert (np.linalg.norm(got - x, axis=1) < 1e-3).mean() <= right + 0.01


def test_storing_forgetting_updating():
    memory = HopfieldMemory()
    assert len(memory) == memory.stored == 0
    assert memory.store([1.0, 0.0]).tolist() == [0]
    assert memory.store([[0.0, 1.0], [2.0, 2.0]]).tolist() == [1, 2]
    memory.update([0], [[3.0, 0.0]])
    memory.forget(1)
    assert memory.patterns.tolist() == [[3, 0], [2, 2]]
    assert len(memory) == memory.stored == 2
    assert (memory.d, repr(memory)) == (2, "HopfieldMemory(2 patterns of 2 float32)")
    with pytest.raises(ValueError, match="read-only"):
        memory.patterns[0] = 1


def test_what_is_stored_is_a_copy():
    x = np.ones(3, np.float32)
    memory = HopfieldMemory(x)
    x[:] = 7
    assert memory.patterns.tolist() == [[1, 1, 1]]


def test_a_store_that_fails_changes_nothing():
    memory = HopfieldMemory(np.eye(3))
    with pytest.raises(ValueError, match="row 1"):
        memory.store([[1.0, 2.0, 3.0], [np.nan, 0.0, 0.0]])
    with pytest.raises(ValueError, match="row 0"):
        memory.update([2], [[np.inf, 0, 0]])
    np.testing.assert_array_equal(memory.patterns, np.eye(3))


FULL = np.eye(3)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda m: m.store(np.zeros((1, 3))), "only zeros in row 0"),
        (lambda m: m.retrieve(np.ones(4), 1.0), "query: got shape"),
        (lambda m: m.retrieve([1, np.nan, 0], 1.0), "query: got NaN"),
        (lambda m: m.retrieve(np.ones(3), 0.0), "beta: got 0.0"),
        (lambda m: m.retrieve(np.ones(3), -1.0), "beta: got -1.0"),
        (lambda m: m.retrieve(np.ones(3), 1.0, 0.5), "alpha: got 0.5"),
        (lambda m: m.retrieve(np.ones(3), 1.0, steps=0), "steps: got 0"),
        (lambda m: m.retrieve(np.ones(3), 1.0, ask=["margins"]), "did you mean 'margin'"),
        (lambda m: m.retrieve(np.ones(3), 1.0, Budget(4)), "at least 4"),
        (lambda m: m.forget([3]), "indices: got 3..3"),
        (lambda m: m.forget([1, 1]), "twice"),
        (lambda m: m.update([1], np.ones((2, 3))), "1 patterns, one for each place"),
        (lambda m: m.best(np.ones(3), 4), "k: got 4"),
        (lambda m: HopfieldMemory().retrieve(np.ones(3), 1.0), "memory: got no patterns"),
        (lambda m: HopfieldMemory(np.empty((0, 3))), "patterns: got none"),
        (lambda m: HopfieldMemory(dtype=np.int32), "dtype: got 'int32'"),
        (lambda m: HopfieldMemory(threads=0), "threads: got 0"),
        (
            lambda m: m.retrieve(np.ones(3), 1.0, steps=1.5),
            "steps: got 1.5, wants a whole number",
        ),
        (lambda m: m.best(np.ones(3), 1.5), "k: got 1.5"),
        (lambda m: HopfieldMemory(FULL, threads=1.5), "threads: got 1.5"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call(HopfieldMemory(FULL))


def test_only_real_numbers_are_stored():
    with pytest.raises(TypeError, match="real numbers"):
        HopfieldMemory(np.array(["a", "b"]))
    with pytest.raises(ValueError, match="patterns: got rows of unequal length"):
        HopfieldMemory([[1, 2, 3], [1, 2]])


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda m: m.retrieve(np.ones(3), "1"), "beta: got '1', wants a number above 0"),
        (lambda m: m.retrieve(np.ones(3), None), "beta: got None"),
        (lambda m: m.retrieve(np.ones(3), np.ones(2)), "beta: got an array"),
        (
            lambda m: m.retrieve(np.ones(3), 1.0, steps="2"),
            "steps: got '2', wants a whole number",
        ),
        (lambda m: m.best(np.ones(3), True), "k: got True"),
    ],
)
def test_numbers_of_another_kind(call, said):
    with pytest.raises(TypeError, match=said):
        call(HopfieldMemory(FULL))


def test_a_memory_that_forgot_everything_says_so():
    memory = HopfieldMemory(FULL)
    memory.forget([0, 1, 2])
    assert (len(memory), memory.d) == (0, None)
    for call in (
        lambda: memory.retrieve(np.ones(3), 1.0),
        lambda: memory.best(np.ones(3)),
        lambda: memory.patterns,
    ):
        with pytest.raises(ValueError, match="memory: got no patterns"):
            call()
    with pytest.raises(ValueError, match="nothing is stored"):
        memory.forget([0])
    assert memory.store([1.0, 2.0]).tolist() == [0]  # of any width, as at first
    assert (len(memory), memory.d) == (1, 2)


@pytest.mark.parametrize("rule", [1.0, 1.5, 10.0, Normmax(2.0), Budget(1)], ids=str)
@pytest.mark.parametrize("beta", [1e-30, 1.0, 1e30])
def test_one_pattern_and_no_query(rule, beta):
    memory = HopfieldMemory([[1.0, 2.0]])
    got = memory.retrieve([0.0, 1.0], beta, rule, 2, ask=ALL)
    assert got.state.tolist() == [1, 2]
    assert (
        got.support.sizes.tolist(),
        got.margin.tolist(),
        got.steps_to_convergence.tolist(),
    ) == (
        [1],
        [np.inf],
        [2],
    )
    assert np.isfinite(got.energy).all()
    none = memory.retrieve(np.empty((0, 2)), beta, rule, 2, ask=ALL)
    assert (none.state.shape, none.energy.shape, none.margin.shape) == (
        (0, 2),
        (3, 0),
        (0,),
    )


@pytest.mark.filterwarnings("ignore:overflow")
def test_scores_that_overflow_are_refused():
    memory = HopfieldMemory(np.eye(3) * 3e38)
    for call in (
        lambda q: memory.best(q, 2),
        lambda q: memory.retrieve(q, 1.0, ask=["margin"]),
    ):
        for sign in (1, -1):
            with pytest.raises(ValueError, match="overflow; scale queries"):
                call(sign * np.full(3, 3e38))


def test_a_mask_says_what_is_forgotten_or_replaced():
    x = np.random.default_rng(0).standard_normal((6, 3)).astype(np.float32)
    mask = np.array([True, False, True, False, False, True])
    memory = HopfieldMemory(x)
    memory.update(mask, 2 * x[mask])
    np.testing.assert_array_equal(memory.patterns[mask], 2 * x[mask])
    memory.forget(mask)
    np.testing.assert_array_equal(memory.patterns, x[~mask])
    memory.forget(np.zeros(3, bool))
    assert len(memory) == 3
    with pytest.raises(
        ValueError, match=r"indices: got a mask of shape \[2\], wants a mask \[3\]"
    ):
        memory.forget([True, False])
