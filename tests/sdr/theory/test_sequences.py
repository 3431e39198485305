"""Segments of several patterns and sequence memories, against the tabled values."""

import pytest

from neurosparse import sdr

REL = 1e-9


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


@pytest.mark.parametrize(
    ("m", "fp"), [(2, 4.91541864883645e-09), (4, 4.62568448038216e-06)]
)
def test_mixing_patterns_on_a_segment(m: int, fp: float) -> None:
    assert sdr.mixed_segment(100_000, 2000, 10, m) == pytest.approx(fp, rel=REL)
