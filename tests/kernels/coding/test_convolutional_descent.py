"""Visits of entries on the residual: against the law, at edges, twice in a row, with none."""

import numpy as np
import pytest

from neurosparse.kernels.coding.convolutional_descent import (
    Entries,
    add,
    correlate,
    sweep,
)

SHAPE = (3, 2, 4)  # kernels
SIZE = (5, 7)  # image


def entries_of(n: int, rng: np.random.Generator) -> Entries:
    """Random places, edges and repetitions among them."""
    limits = (SHAPE[0], *SIZE)
    return Entries(*(rng.integers(0, limit, n).astype(np.int32) for limit in limits))


@pytest.mark.parametrize("n", [0, 1, 60])
@pytest.mark.parametrize("nonnegative", [False, True])
def test_sweeps_follow_the_law(n: int, nonnegative: bool) -> None:
    rng = np.random.default_rng(n)
    kernels = rng.standard_normal(SHAPE)
    image = rng.standard_normal(SIZE)
    entries = entries_of(n, rng)
    results = {}
    for backend in ("naive", "cpu"):
        residual = image.copy()
        values = np.zeros(n)
        outcome = [
            sweep(
                residual,
                kernels,
                entries,
                values,
                0.3,
                nonnegative=nonnegative,
                backend=backend,
            )
            for _ in range(3)
        ]
        results[backend] = residual, values, outcome
        whole = residual.copy()
        add(whole, kernels, entries, values, backend=backend)
        # the residual is what the entries leave
        np.testing.assert_allclose(whole, image, atol=1e-12)
        assert not nonnegative or (values >= 0).all()
    law, fast = results["naive"], results["cpu"]
    np.testing.assert_allclose(fast[0], law[0], atol=1e-12)
    np.testing.assert_allclose(fast[1], law[1], atol=1e-12)
    # later counts hang on the last bit: whether a value that is right is moved
    np.testing.assert_allclose(
        [large for large, _ in fast[2]], [large for large, _ in law[2]], atol=1e-12
    )
    assert fast[2][0] == pytest.approx(law[2][0])
    assert n < 60 or law[2][0][1] > 20


def test_a_visit_lowers_the_cost_by_what_it_may() -> None:
    """One entry: the exact minimum, and the second visit changes nothing."""
    kernel = np.array([[[3.0, 4.0]]])
    image = np.array([[1.0, 2.0, 0.0]])
    entry = Entries(*np.array([[0], [0], [0]], np.int32))
    values = np.zeros(1)
    residual = image.copy()
    first = sweep(residual, kernel, entry, values, 1.0)
    assert values[0] == pytest.approx((11 - 1) / 25)
    assert first == (pytest.approx(10), 1)
    assert sweep(residual, kernel, entry, values, 1.0)[0] == pytest.approx(0, abs=1e-12)


def test_correlations_are_the_slope_in_the_kernels() -> None:
    rng = np.random.default_rng(0)
    kernels = rng.standard_normal(SHAPE)
    residual = rng.standard_normal(SIZE)
    entries = entries_of(20, rng)
    values = rng.standard_normal(20)
    fast = correlate(residual, SHAPE, entries, values)
    law = correlate(residual, SHAPE, entries, values, backend="naive")
    np.testing.assert_allclose(fast, law, atol=1e-12)
    described = np.zeros(SIZE)
    add(described, kernels, entries, values)
    # <residual, Σ a d> is linear in the kernels
    assert (fast * kernels).sum() == pytest.approx((residual * described).sum())
