"""Schedules at their ends and between."""

import numpy as np
import pytest

from neurosparse.rewiring import (
    Constant,
    Cosine,
    Cubic,
    Sigmoid,
)


@pytest.mark.parametrize(
    ("schedule", "first", "last"),
    [
        (Constant(0.2), 0.2, 0.2),
        (Cosine(0.4, 0.5), 0.4, 0.0),
        (Cubic(0.9, 0.2, 0.1, 0.6), 0.9, 0.2),
        (Sigmoid(0.5, 0.1, 0.7), 0.5, 0.1),
    ],
)
def test_ends_are_met_and_the_way_there_only_falls(schedule, first, last):
    values = [schedule(progress) for progress in np.linspace(0, 1, 101)]
    assert values[0] == pytest.approx(first)
    assert values[-1] == pytest.approx(last)
    assert (np.diff(values) <= 1e-12).all()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Constant(1.5), r"value: got 1.5, wants a number in \[0, 1\]"),
        (lambda: Cosine(-0.1), "start: got -0.1"),
        (lambda: Cosine(0.3, end=0.0), "end: got 0"),
        (lambda: Cubic(1.0, 0.1, 0.5, 0.5), "end: got 0.5, .*behind begin"),
        (lambda: Sigmoid(2.0), "start: got 2"),
    ],
)
def test_numbers_that_cannot_be_meant_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()
