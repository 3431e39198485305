"""The tail itself: exact, logarithmic and plain forms agree, and nothing underflows."""

from fractions import Fraction
from math import comb, isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse import sdr


@given(st.integers(1, 60), st.data())
def test_exact_log_and_plain_forms_agree(n: int, data: st.DataObject) -> None:
    a, s = (data.draw(st.integers(0, n)) for _ in range(2))
    theta = data.draw(st.integers(-1, n + 1))
    exact = sdr.exact_false_positive(n, a, s, theta)
    brute = sum(
        comb(s, b) * comb(n - s, a - b) for b in range(max(theta, 0), min(s, a) + 1)
    )
    assert exact == Fraction(brute, comb(n, a))
    assert sdr.false_positive(n, a, s, theta) == pytest.approx(float(exact), rel=1e-12)
    assert (sdr.false_positive(n, a, s, theta) == 0) == (exact == 0)
    codes = sum(sdr.overlap_set(n, s, a, b) for b in range(a + 1))
    assert codes == sdr.n_codes(n, a)


@given(st.integers(2, 400), st.data())
def test_laws_of_the_tail(n: int, data: st.DataObject) -> None:
    a, s = (data.draw(st.integers(0, n)) for _ in range(2))
    theta = data.draw(st.integers(0, n))
    p = sdr.false_positive(n, a, s, theta)
    assert 0 <= p <= 1
    assert sdr.false_positive(n, a, s, theta + 1) <= p * (1 + 1e-12)
    assert sdr.false_positive(n, s, a, theta) == pytest.approx(
        p, rel=1e-9
    )  # the two sets may change places


def test_nothing_underflows_to_a_wrong_zero() -> None:
    assert sdr.false_positive(200_000, 2000, 1000, 1000) > 0
    assert isclose(
        sdr.log_false_positive(200_000, 2000, 1000, 1000), -2132.0 * log(10), rel_tol=1e-4
    )
    assert sdr.classification(200_000, 1000, 1000, 10) > 0
    assert sdr.union_match(100_000, 1000, 1) > 0
    assert sdr.union_zero(10, 9, 2000) > 0
    assert sdr.false_positive(100, 10, 10, 11) == 0
    assert sdr.false_positive(100, 5, 10, 6) == 0
    assert sdr.union_zero(10, 10, 1) == 0
    assert sdr.union_match(10, 3, 0) == 0


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sdr.false_positive(10, 11, 3, 1), "a: got 11"),
        (lambda: sdr.false_positive(10, 3, 11, 1), "s: got 11"),
        (lambda: sdr.false_positive(0, 0, 0, 1), "n: got 0"),
        (lambda: sdr.false_negative(10, 4, 2, 11), "v: got 11"),
        (lambda: sdr.expected_ones(10, 4, -1), "m: got -1"),
        (lambda: sdr.classification(10, 4, 2, -1), "m: got -1"),
        (lambda: sdr.mixed_segment(10, 4, 2, 0), "m: got 0"),
        (lambda: sdr.n_codes(10, 11), "w: got 11"),
    ],
)
def test_impossible_counts_are_refused(call: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()  # type: ignore[operator]


COUNTS = {
    "n_codes": (20, 5),
    "overlap_set": (20, 5, 5, 2),
    "exact_false_positive": (20, 5, 5, 2),
    "exact_false_negative": (20, 5, 5, 2),
    "false_negative": (20, 5, 5, 2),
    "classification": (20, 5, 2, 3),
    "classification_bound": (20, 5, 2, 3),
    "expected_ones": (20, 5, 3),
    "union_zero": (20, 5, 3),
    "union_zero_approximation": (20, 5, 3),
    "union_match": (20, 5, 3),
    "union_inexact_match": (20, 5, 3, 2),
    "mixed_segment": (200, 20, 2, 3),
    "simulated_overlap_share": (20, 5, 5, 2),
    "simulated_false_positive": (20, 5, 5, 2),
    "simulated_false_negative": (20, 5, 5, 2),
    "simulated_classification": (20, 5, 2, 3),
    "simulated_expected_ones": (20, 5, 3),
    "simulated_union_match": (20, 5, 3, 2),
    "simulated_sequence_jaccard": (20, 5, 5, 2, 9),
}


@pytest.mark.parametrize("name", COUNTS)
@pytest.mark.parametrize("wrong", [2.5, float("nan"), "3", True])
def test_of_half_a_code_there_is_no_probability(name: str, wrong: object) -> None:
    formula = getattr(sdr, name)
    formula(*COUNTS[name])
    for place in range(len(COUNTS[name])):
        if name == "mixed_segment" and place == 1 and wrong == 2.5:
            continue  # activity may be the size of a union, which is real
        counts = list(COUNTS[name])
        counts[place] = wrong  # type: ignore[call-overload]
        with pytest.raises((TypeError, ValueError), match=": got .*, wants"):
            formula(*counts)
