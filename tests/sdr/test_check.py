"""Cells and shapes that cannot be meant."""

import math

import pytest

from neurosparse.sdr import SDR


@pytest.mark.parametrize(
    ("indices", "shape", "words"),
    [
        ([1, 0], 4, "ascending"),
        ([1, 1], 4, "duplicates"),
        ([4], 4, "index < 4"),
        ([-1], 4, "from -1"),
        ([0.5], 4, "whole numbers"),
        ([[0]], 4, "one dimension"),
        ([0], 0, "shape"),
        ([0], math.nan, "shape"),
        ([0], (2, math.inf), "shape"),
        ([0], (2**20, 2**20), "smaller shape"),
    ],
)
def test_bad_cells_are_refused(indices: object, shape: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        SDR(indices, shape)  # type: ignore[arg-type]
