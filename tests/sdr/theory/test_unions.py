"""Unions of codes, against the tabled values of the papers."""

import pytest

from neurosparse import sdr

REL = 1e-9


@pytest.mark.parametrize(
    ("n", "w", "m", "ones", "match", "rel"),
    [
        (1024, 2, 20, 39.266438, 1.470425771557e-03, REL),
        (1024, 10, 20, 182.488755, 3.231182704338e-08, REL),
        (1024, 20, 20, 333.799801, 1.835364562336e-10, REL),
        (1024, 26, 20, 411.774169, 5.168180866739e-11, REL),
        (1024, 20, 40, 558.788755, 5.482189350583e-06, REL),
        (2048, 20, 50, 794.195367, 5.914907295925e-09, REL),
        (2048, 40, 29, 892.130295, 3.66e-15, 2e-3),
        (2048, 40, 69, 1522.879312, 7.14e-06, 2e-3),
        (2048, 40, 149, 1939.617386, 0.1136, 2e-3),
        (4000, 40, 10, 382.4717, None, 0),
        (4000, 40, 50, 1579.9757, None, 0),
        (4000, 40, 99, 2521.0814, None, 0),
    ],
)
def test_unions(
    n: int, w: int, m: int, ones: float, match: float | None, rel: float
) -> None:
    assert sdr.expected_ones(n, w, m) == pytest.approx(ones, abs=6e-5)
    if match is not None:
        assert sdr.union_match(n, w, m) == pytest.approx(match, rel=rel)


def test_best_weight_fills_the_union_by_half() -> None:
    best = min(range(1, 200), key=lambda w: sdr.union_match(1024, w, 20))
    assert best == 34
    assert sdr.union_match(1024, best, 20) == pytest.approx(3.142170441726e-11, rel=REL)


@pytest.mark.parametrize(
    ("theta", "match"),
    [(20, 1.23782572306e-10), (19, 5.55166122238e-9), (18, 1.18086573479e-7)],
)
def test_inexact_match_with_a_union_of_real_size(theta: int, match: float) -> None:
    assert sdr.union_inexact_match(1024, 20, 20, theta) == pytest.approx(match, rel=1e-8)


def test_larger_population_and_unions_on_a_segment() -> None:
    assert sdr.inexact_match(2048, 20, 18, 365) == pytest.approx(
        3.091383352626e-12, rel=REL
    )
    for n, m, fp, rel in [
        (1000, 1, 1.74966918e-11, 1e-8),
        (1000, 10, 0.0185736190, 1e-3),
        (4000, 1, 1.85597138e-17, 1e-8),
        (4000, 10, 3.3263594838761e-7, 1e-3),
        (4000, 20, 1.29763714e-4, 1e-3),
    ]:
        assert sdr.false_positive(n, sdr.expected_ones(n, 30, m), 20, 10) == pytest.approx(
            fp, rel=rel
        )
    assert sdr.false_positive(1000, 263, 20, 10) == pytest.approx(0.0187885, rel=1e-5)
    assert sdr.false_positive(
        8000, round(sdr.expected_ones(8000, 30, 10)), 20, 10
    ) == pytest.approx(5.325e-10, rel=1e-3)


def test_the_exponential_approximation_is_poor_for_dense_codes() -> None:
    assert sdr.union_zero(10, 2, 40) == pytest.approx(1.329e-4, rel=1e-3)
    assert sdr.union_zero_approximation(10, 2, 40) == pytest.approx(3.355e-4, rel=1e-3)
