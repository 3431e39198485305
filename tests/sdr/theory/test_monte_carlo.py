"""Every formula against its experiment: within five standard errors, and the event must have
happened.
"""

import pytest

from neurosparse import sdr


def close(estimate: sdr.Estimate, theory: float) -> None:
    assert estimate.error > 0, "the event never, or always, happened"
    assert abs(estimate.value - theory) < 5 * estimate.error, (estimate, theory)


@pytest.mark.parametrize(
    ("n", "a", "s", "theta"), [(64, 4, 4, 1), (300, 64, 24, 8), (500, 256, 24, 12)]
)
def test_false_positive(n: int, a: int, s: int, theta: int) -> None:
    close(
        sdr.simulated_false_positive(n, a, s, theta, rng=1),
        sdr.false_positive(n, a, s, theta),
    )


@pytest.mark.parametrize(
    ("n", "w_x", "w", "b"), [(64, 8, 12, 2), (64, 3, 3, 0), (8, 2, 2, 2)]
)
def test_overlap_set(n: int, w_x: int, w: int, b: int) -> None:
    share = sdr.overlap_set(n, w_x, w, b) / sdr.n_codes(n, w)
    close(sdr.simulated_overlap_share(n, w_x, w, b, rng=1), share)
    if b == w == w_x:
        assert share == pytest.approx(sdr.same_code(n, w))


@pytest.mark.parametrize(("theta", "v"), [(8, 24), (12, 16), (16, 8)])
def test_false_negative(theta: int, v: int) -> None:
    close(
        sdr.simulated_false_negative(40, 20, theta, v, rng=2),
        sdr.false_negative(40, 20, theta, v),
    )


@pytest.mark.parametrize("theta", [3, 4])
def test_classification(theta: int) -> None:
    estimate = sdr.simulated_classification(100, 7, theta, 500, trials=4000, rng=3)
    assert estimate.value == pytest.approx(sdr.classification(100, 7, theta, 500), abs=0.03)


def test_union_size() -> None:
    close(sdr.simulated_expected_ones(1024, 20, 20, rng=4), sdr.expected_ones(1024, 20, 20))


@pytest.mark.parametrize("theta", [8, 6])
def test_union_match(theta: int) -> None:
    # the exact size of a union scatters about its mean, so the formula is itself an approximation
    estimate = sdr.simulated_union_match(256, 8, 40, theta, trials=8000, rng=5)
    theory = (
        sdr.union_match(256, 8, 40)
        if theta == 8
        else sdr.union_inexact_match(256, 8, 40, theta)
    )
    assert estimate.value == pytest.approx(theory, rel=0.1)


def test_sequence_memory() -> None:
    close(
        sdr.simulated_sequence_jaccard(200, 20, 12, 4, 100, rng=6),
        sdr.sequence_jaccard(200, 20, 12, 4, 100),
    )
