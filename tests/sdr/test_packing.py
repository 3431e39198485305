"""Boolean rows as words of 64 cells, and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.sdr import pack, unpack
from tests.strategies import SEEDS


@given(st.integers(0, 5), st.integers(0, 200), SEEDS)
def test_rows_come_back_and_each_bit_is_its_cell(n, size, seed):
    rows = np.random.default_rng(seed).random((n, size)) < 0.3
    words = pack(rows)
    assert words.shape == (n, -(-size // 64))
    np.testing.assert_array_equal(unpack(words, size), rows)
    for row, cell in np.argwhere(rows):
        assert words[row, cell // 64] >> np.uint64(cell % 64) & np.uint64(1)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pack([[0.3, -1.0]]), "dense: got the value 0.3, wants 0 and 1"),
        (lambda: pack([[np.nan]]), "dense: got NaN"),
        (lambda: pack([True]), r"dense: got shape \(1,\), wants \[n, size\]"),
        (lambda: unpack(np.zeros((1, 2), np.uint64), 64), r"words: got shape .*\[n, 1\]"),
        (
            lambda: unpack(np.full((1, 1), 16, np.uint64), 4),
            "words: got a bit beyond cell 3",
        ),
    ],
)
def test_bad_input_is_refused_by_name(call, words):
    with pytest.raises(ValueError, match=words):
        call()
