"""Where columns lie: published cases."""

import numpy as np
import pytest

from neurosparse.htm import (
    Hood,
)
from neurosparse.htm.topology import (
    centres,
    connected_span,
    neighbourhood,
    neighbourhoods,
)

DUTY = np.array([0.1, 0.3, 0.02, 0.04, 0.7, 0.12])


@pytest.mark.parametrize(
    ("inputs", "columns", "expected"),
    [
        ((12,), (4,), {0: 1, 1: 4, 2: 7, 3: 10}),
        ((36, 12), (12, 4), {0: 13, 4: 49, 5: 52, 7: 58, 47: 418}),
        ((3, 5), (4, 4), {0: 0, 3: 4, 15: 14}),
    ],
)
def test_centres(
    inputs: tuple[int, ...], columns: tuple[int, ...], expected: dict[int, int]
) -> None:
    found = centres(inputs, columns)
    assert {c: int(found[c]) for c in expected} == expected


@pytest.mark.parametrize(
    ("bits", "span"),
    [
        ("01010101", 7),
        ("00010001", 5),
        ("00000010", 1),
        ("00100010", 5),
        ("00000000", 0),
        ("01100000", 2),
        ("00111000", 3),
        ("00101000", 3),
        ("11111111", 8),
    ],
)
def test_span(bits: str, span: int) -> None:
    cells = np.flatnonzero(np.array(list(bits)) == "1").astype(np.int32)
    assert connected_span(cells, (8,)) == span


def test_neighbourhood_counts_each_cell_once() -> None:
    assert neighbourhood(0, 5, (6,), wrap=True).tolist() == list(range(6))
    hood = Hood(*neighbourhoods((6,), 5, wrap=True))
    assert hood.mean(DUTY) == pytest.approx(np.full(6, 1.28 / 6))
