"""Matches among many codes, against the tabled values of the papers."""

import pytest

from neurosparse import sdr

REL = 1e-9


@pytest.mark.parametrize(
    ("n", "w", "theta", "m", "bound"),
    [
        (64, 3, 2, 10, 4.41628264208909e-02),
        (64, 3, 3, 10, 2.40015360983103e-04),
        (64, 12, 8, 10, 4.23111850363184e-04),
        (64, 12, 10, 10, 2.68377703558734e-07),
        (64, 12, 12, 10, 3.04486792251885e-12),
        (1024, 21, 14, 10, 8.83490180630140e-21),
        (1024, 21, 14, 10**9, 8.83490180630140e-13),
        (1024, 21, 17, 10**9, 9.58409645301765e-21),
        (1024, 21, 21, 10**9, 3.81688855853684e-35),
        (2048, 40, 14, 10**6, 1.57087846165121e-09),
        (2048, 40, 20, 10**6, 2.49125060977629e-20),
    ],
)
def test_classification_bound(n: int, w: int, theta: int, m: int, bound: float) -> None:
    assert sdr.classification_bound(n, w, theta, m) == pytest.approx(bound, rel=REL)
    chance = sdr.classification(n, w, theta, m)
    assert chance <= bound * (1 + 1e-12)
    if bound < 1e-9:
        assert chance == pytest.approx(bound, rel=1e-9)


@pytest.mark.parametrize(
    ("theta", "chance"),
    [(3, 0.9648392813), (4, 0.1347284934), (5, 2.82249409e-03), (6, 2.036516937e-05)],
)
def test_classification_of_independent_codes(theta: int, chance: float) -> None:
    assert sdr.classification(100, 7, theta, 500) == pytest.approx(chance, rel=1e-8)
