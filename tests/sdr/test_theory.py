"""The tabled values of the papers, recomputed; limits; and agreement of exact, log and plain
forms.
"""

from fractions import Fraction
from math import comb, exp, isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse import sdr
from neurosparse.sdr.theory import figures

REL = 1e-9


@pytest.mark.parametrize(
    ("n", "w", "codes", "same"),
    [
        (64, 3, 41664, 2.40015360983103e-05),
        (512, 5, 287515515392, 3.47807316984823e-12),
        (1024, 2, 523776, 1.90921309872923e-06),
        (1024, 3, 178433024, 5.60434373403883e-09),
        (1024, 5, 9291185992704, 1.07628886213801e-13),
        (1024, 20, 5.479944e41, 1.82483624417666e-42),
        (2048, 40, 2.371779e84, 4.21624529900255e-85),
    ],
)
def test_capacity(n: int, w: int, codes: float, same: float) -> None:
    assert sdr.n_codes(n, w) == pytest.approx(codes, rel=3e-7)
    assert float(sdr.same_code(n, w)) == pytest.approx(same, rel=REL)
    assert exp(-sdr.log_n_codes(n, w)) == pytest.approx(same, rel=REL)


@pytest.mark.parametrize(
    ("n", "w", "theta", "fp"),
    [
        (64, 4, 1, 0.232525307849211),
        (64, 4, 2, 1.70938153156556e-02),
        (64, 4, 3, 3.79302963914281e-04),
        (64, 8, 4, 6.16926543174742e-03),
        (64, 32, 16, 0.598573850243161),
        (64, 32, 24, 6.70222949502577e-05),
        (1024, 4, 2, 6.85523984236413e-05),
        (1024, 7, 4, 2.67069117512708e-08),
        (1024, 10, 3, 7.78384628869131e-05),
        (1024, 10, 4, 9.41211276176025e-07),
        (1024, 10, 5, 6.69606562887327e-09),
        (1024, 10, 7, 6.22656616774843e-14),
        (1024, 20, 10, 9.32923862426157e-14),
        (1024, 20, 14, 9.93621155987765e-23),
        (1024, 20, 17, 3.50022991067556e-31),
    ],
)
def test_inexact_match(n: int, w: int, theta: int, fp: float) -> None:
    assert sdr.inexact_match(n, w, theta) == pytest.approx(fp, rel=REL)


def test_leading_term_is_below_the_sum() -> None:
    assert sdr.leading_term(1024, 7, 7, 4) == pytest.approx(2.66596026115235e-08, rel=REL)
    assert sdr.leading_term(1024, 7, 7, 4) < sdr.inexact_match(1024, 7, 4)


SEGMENTS = [
    (1024, 8, 4, 2, 3.18241665415146e-04),
    (20000, 40, 8, 3, 4.12150885403566e-07),
    (20000, 40, 8, 4, 9.54364994969330e-10),
    (20000, 40, 8, 5, 1.37646676239481e-12),
    (20000, 40, 8, 6, 1.20647215280274e-15),
    (200000, 2000, 10, 10, 9.77936337103045e-21),
    (200000, 2000, 20, 10, 1.64989875200799e-15),
    (100000, 2000, 6, 6, 6.35308872941916e-11),
    (100000, 2000, 8, 8, 2.52507239284961e-14),
    (100000, 2000, 10, 10, 1.00163216178113e-17),
    (100000, 2000, 12, 6, 5.29386836275369e-08),
    (100000, 2000, 16, 8, 2.81724528327272e-10),
    (100000, 2000, 20, 10, 1.54192767258720e-12),
    (100000, 2000, 24, 12, 8.58694100276592e-15),
    (100000, 2000, 40, 10, 4.91541864883645e-09),
    (100000, 2000, 80, 10, 4.62568448038216e-06),
    (100000, 2000, 120, 10, 1.58799793094939e-04),
    (100000, 2000, 240, 20, 1.07990763946553e-07),
    (2000, 40, 20, 10, 4.94363120173214e-13),
    (2000, 40, 20, 15, 2.47192330943087e-23),
    (10000, 64, 24, 12, 4.04159712277657e-21),
    (10000, 300, 24, 12, 8.37584522709849e-13),
    (10000, 300, 30, 15, 1.04919182521237e-15),
    (10000, 300, 2, 1, 0.0591029102910291),
    (10000, 300, 16, 8, 6.2448898754e-9),
    (2000, 32, 8, 4, 3.62000130960674e-6),
    (300, 64, 24, 12, 1.0946166233e-03),
    (300, 128, 24, 12, 2.9207821374e-01),
    (300, 256, 24, 12, 9.9999797344e-01),
    (500, 64, 24, 12, 5.6957110877e-06),
    (500, 256, 24, 12, 6.2937275474e-01),
    (700, 128, 24, 12, 3.2010608089e-04),
    (900, 256, 24, 12, 1.9359764596e-02),
    (1100, 64, 24, 12, 8.3624696941e-10),
    (1500, 128, 24, 12, 1.0095851278e-07),
    (2100, 64, 24, 12, 4.5126829256e-13),
    (3900, 64, 24, 12, 3.0101122299e-16),
    (3900, 128, 24, 12, 1.8054269820e-12),
    (3900, 256, 24, 12, 6.6230158404e-09),
]


@pytest.mark.parametrize(("n", "a", "s", "theta", "fp"), SEGMENTS)
def test_segment_false_positive(n: int, a: int, s: int, theta: int, fp: float) -> None:
    assert sdr.false_positive(n, a, s, theta) == pytest.approx(fp, rel=1e-9)
    if n <= 20000:
        assert float(sdr.exact_false_positive(n, a, s, theta)) == pytest.approx(fp, rel=1e-9)


@pytest.mark.parametrize(
    ("n", "a", "s", "theta", "fp"),
    [
        (10000, 300, 4, 2, 5.17101241e-3),
        (10000, 300, 8, 4, 5.0528290675e-5),
        (2000, 32, 24, 12, 6.59697e-17),
        (16000, 4000, 8, 4, 0.113761),
        (16000, 4000, 24, 12, 7.159487e-3),
    ],
)
def test_segment_values_printed_short(n: int, a: int, s: int, theta: int, fp: float) -> None:
    assert sdr.false_positive(n, a, s, theta) == pytest.approx(fp, rel=1e-5)


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
def test_unions(n: int, w: int, m: int, ones: float, match: float | None, rel: float) -> None:
    assert sdr.expected_ones(n, w, m) == pytest.approx(ones, abs=6e-5)
    if match is not None:
        assert sdr.union_match(n, w, m) == pytest.approx(match, rel=rel)


def test_best_weight_fills_the_union_by_half() -> None:
    best = min(range(1, 200), key=lambda w: sdr.union_match(1024, w, 20))
    assert best == 34
    assert sdr.union_match(1024, best, 20) == pytest.approx(3.142170441726e-11, rel=REL)


@pytest.mark.parametrize(
    ("theta", "match"),
    [
        (20, 1.253203418639e-10),
        (19, 5.615544842568e-09),
        (18, 1.193379007583e-07),
        (17, 1.600239746878e-06),
        (16, 1.519729372552e-05),
        (14, 6.095015061754e-04),
    ],
)
def test_inexact_match_with_a_union_of_334(theta: int, match: float) -> None:
    assert sdr.inexact_match(1024, 20, theta, 334) == pytest.approx(match, rel=REL)


@pytest.mark.parametrize(
    ("theta", "match"), [(20, 1.23782572306e-10), (19, 5.55166122238e-9), (18, 1.18086573479e-7)]
)
def test_inexact_match_with_a_union_of_real_size(theta: int, match: float) -> None:
    assert sdr.union_inexact_match(1024, 20, 20, theta) == pytest.approx(match, rel=1e-8)


def test_larger_population_and_unions_on_a_segment() -> None:
    assert sdr.inexact_match(2048, 20, 18, 365) == pytest.approx(3.091383352626e-12, rel=REL)
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


@pytest.mark.parametrize(
    ("v", "values"),
    [
        (26, (3.1419333450e-16, 7.9269535220e-10, 1.9727726056e-05)),
        (32, (2.2324344323e-12, 2.1630252520e-07, 5.9007891224e-04)),
        (51, (3.4557626556e-06, 2.7955986608e-03, 1.3906725439e-01)),
        (64, (7.3542945688e-04, 7.1698516040e-02, 5.8250177303e-01)),
        (77, (2.6865715711e-02, 4.2652596958e-01, 9.3387829279e-01)),
        (90, (2.6395275423e-01, 8.8092251072e-01, 9.9831925584e-01)),
    ],
)
def test_false_negatives_under_noise(v: int, values: tuple[float, ...]) -> None:
    for theta, fn in zip((8, 12, 16), values, strict=True):
        assert sdr.false_negative(128, 30, theta, v) == pytest.approx(fn, rel=1e-9)
        assert float(sdr.exact_false_negative(128, 30, theta, v)) == pytest.approx(fn, rel=1e-9)


@pytest.mark.parametrize(
    ("theta", "v", "accuracy"),
    [
        (8, 14, 0.999931522178),
        (8, 16, 0.998471775446),
        (8, 18, 0.987579139811),
        (8, 20, 0.943583112258),
        (8, 24, 0.626236358717),
        (8, 28, 0.150422391246),
        (12, 10, 0.995819132916),
        (12, 12, 0.958820611490),
        (12, 16, 0.626236358717),
        (12, 20, 0.171533612376),
        (16, 6, 0.909117909118),
        (16, 8, 0.652617652618),
        (16, 12, 0.150422391246),
    ],
)
def test_accuracy_of_a_noisy_memory(theta: int, v: int, accuracy: float) -> None:
    assert 1 - sdr.false_negative(40, 20, theta, v) == pytest.approx(accuracy, abs=1e-12)


def test_threshold_sweep_gives_the_published_medians() -> None:
    table = {
        3: (1.73255328e-02, 3.60969659e-02),
        6: (1.20092180e-05, 2.65242645e-04),
        8: (3.33350096e-08, 5.22762667e-06),
        9: (1.35351425e-09, 6.18067326e-07),
        10: (4.79953650e-11, 6.57333408e-08),
        12: (3.40944191e-14, 5.52533744e-10),
        16: (1.43129297e-21, 1.31075468e-14),
        20: (3.89842283e-30, 8.01327807e-20),
    }
    for row in sdr.threshold_sweep(table):
        assert (row.median, row.mean) == pytest.approx(table[row.theta], rel=1e-8)


@pytest.mark.parametrize(
    ("n", "j"),
    [
        (700, 0.7258061642),
        (800, 0.8951305190),
        (1000, 0.9846976836),
        (1500, 0.9996471912),
        (2000, 0.9999773229),
    ],
)
def test_first_order_sequences(n: int, j: float) -> None:
    assert sdr.sequence_jaccard(n, 64) == pytest.approx(j, abs=1e-10)


@pytest.mark.parametrize(("m", "fp"), [(2, 4.91541864883645e-09), (4, 4.62568448038216e-06)])
def test_mixing_patterns_on_a_segment(m: int, fp: float) -> None:
    assert sdr.mixed_segment(100_000, 2000, 10, m) == pytest.approx(fp, rel=REL)


@given(st.integers(1, 60), st.data())
def test_exact_log_and_plain_forms_agree(n: int, data: st.DataObject) -> None:
    a, s = (data.draw(st.integers(0, n)) for _ in range(2))
    theta = data.draw(st.integers(-1, n + 1))
    exact = sdr.exact_false_positive(n, a, s, theta)
    brute = sum(comb(s, b) * comb(n - s, a - b) for b in range(max(theta, 0), min(s, a) + 1))
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


def test_figures_draw_the_tabled_points() -> None:
    """Points of the papers' curves, tabled above, lie on the lines."""

    def point(line: object, x: float) -> float:
        at, y = line.get_data()  # type: ignore[attr-defined]
        return float(dict(zip(at, y, strict=True))[x])

    assert point(figures.false_positive_curves().lines[1], 500) == pytest.approx(7.3678830336e-03)
    assert point(figures.size_curves().lines[1], 24) == pytest.approx(8.37584522709849e-13)
    assert point(figures.size_curves().lines[2], 8) == pytest.approx(0.113761, rel=1e-5)
    assert point(figures.noise_curves().lines[1], 64 / 128) == pytest.approx(7.1698516040e-02)
    assert point(figures.accuracy_curves().lines[0], 20 / 40) == pytest.approx(0.943583112258)
    assert point(figures.union_curves().lines[1], 26) == pytest.approx(5.168180866739e-11)
    assert point(figures.classification_curves().lines[4], 3) == pytest.approx(0.9648392813)
    assert point(figures.classification_curves().lines[5], 3) == pytest.approx(3.33664, rel=1e-5)
    assert point(figures.sequence_curve().lines[0], 1000) == pytest.approx(0.9846976836)
    assert point(figures.threshold_curve(thetas=[10]).lines[0], 10) == pytest.approx(4.79953650e-11)
