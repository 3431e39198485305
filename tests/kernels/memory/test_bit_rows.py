"""Rows of a bit matrix against their law."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.kernels.memory.bit_rows import merge_rows, sum_rows
from tests.strategies import SEEDS


@given(seed=SEEDS, n=st.integers(1, 9), m=st.integers(1, 5), merges=st.integers(0, 30))
def test_merging_equals_the_law_in_any_order(
    seed: int, n: int, m: int, merges: int
) -> None:
    rng = np.random.default_rng(seed)
    words = rng.integers(0, 2**63, (m, 2), np.uint64)
    rows, which = (rng.integers(0, k, merges).astype(np.int32) for k in (n, m))
    outs = [np.zeros((n, 2), np.uint64) for _ in range(3)]
    merge_rows(outs[0], rows, words, which, backend="naive")
    merge_rows(outs[1], rows, words, which)
    merge_rows(outs[2], rows[::-1], words, which[::-1])
    assert (outs[0] == outs[1]).all()
    assert (outs[0] == outs[2]).all()


@given(seed=SEEDS, n=st.integers(1, 40), words=st.integers(0, 3), queries=st.integers(0, 4))
def test_summing_rows_equals_the_law(seed: int, n: int, words: int, queries: int) -> None:
    rng = np.random.default_rng(seed)
    bits = rng.integers(0, 2**64, (n, words), np.uint64, endpoint=False)
    sizes = rng.integers(0, 40, queries)
    indptr = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    rows = rng.integers(0, n, sizes.sum()).astype(np.int32)  # a row may count several times
    law = sum_rows(bits, indptr, rows, backend="naive")
    np.testing.assert_array_equal(sum_rows(bits, indptr, rows), law)
    assert law.shape == (queries, 64 * words)


def test_rows_that_do_not_fit_are_refused() -> None:
    bits = np.zeros((2, 1), np.uint64)
    one = np.zeros(1, np.int32)
    with pytest.raises(ValueError, match="rows: run from 2 to 2"):
        merge_rows(bits, one + 2, bits, one)
    with pytest.raises(ValueError, match=r"which: got shape \[0\]"):
        merge_rows(bits, one, bits, one[:0])
    with pytest.raises(ValueError, match="words: got uint64"):
        merge_rows(bits, one, np.zeros((1, 2), np.uint64), one)
    with pytest.raises(ValueError, match="backend: got 'gpu'"):
        merge_rows(bits, one, bits, one, backend="gpu")
    with pytest.raises(ValueError, match="indptr: got 1 pointers"):
        sum_rows(bits, np.zeros(1, np.int64), one)
    with pytest.raises(ValueError, match="rows: run from 2 to 2"):
        sum_rows(bits, np.array([0, 1]), one + 2)
    with pytest.raises(ValueError, match="bits: got int64"):
        sum_rows(bits.astype(np.int64), np.array([0, 1]), one)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="backend: got 'gpu'"):
        sum_rows(bits, np.array([0, 1]), one, backend="gpu")
