"""Overlap of packed bits: the fast path against its law."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.kernels.memory.overlap import overlap
from tests.strategies import SEEDS


@given(seed=SEEDS, n=st.integers(0, 70), m=st.integers(0, 70), words=st.integers(0, 3))
def test_the_fast_path_is_the_law(seed: int, n: int, m: int, words: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.integers(0, 2**64, (n, words), np.uint64, endpoint=False)
    b = rng.integers(0, 2**64, (m, words), np.uint64, endpoint=False)
    law = overlap(a, b, backend="naive")
    np.testing.assert_array_equal(overlap(a, b), law)
    assert law.shape == (n, m)


def test_rows_that_do_not_lie_together() -> None:
    a = np.random.default_rng(0).integers(0, 2**64, (6, 4), np.uint64, endpoint=False)
    np.testing.assert_array_equal(
        overlap(a[::2, ::2], a[:, 1:3]), overlap(a[::2, ::2].copy(), a[:, 1:3].copy())
    )


def test_what_does_not_fit_is_refused() -> None:
    bits = np.zeros((2, 1), np.uint64)
    with pytest.raises(
        ValueError, match=r"a: got int64\[2, 1\], want uint64 \[rows, words\]"
    ):
        overlap(bits.astype(np.int64), bits)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="b: rows have 2 words, those of a have 1"):
        overlap(bits, np.zeros((2, 2), np.uint64))
    with pytest.raises(ValueError, match="backend: got 'tpu'"):
        overlap(bits, bits, backend="tpu")
