"""Counting coincidences in a bit matrix: group sizes around 8 and 248, slices at any word, both
precisions.
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.engine.slices import padded
from neurosparse.kernels.spikes.coincidence import MOST, PLANES, bit_rows, naive
from neurosparse.kernels.spikes.coincidence.cpu import (
    add_both_counts,
    add_coincidences,
    add_counts,
)
from tests.strategies import SEEDS, connectivities


def both(indptr, indices, n_post, spikes, real, first=0, n_words=None, weight=0.375):
    """The compiled answer for words first .. first + n_words, after checking it against the law."""
    row_words = padded(n_post) // 64
    n_words = row_words - first if n_words is None else n_words
    flat = bit_rows(indptr, indices, row_words)
    rows = flat[: len(indptr) * row_words].reshape(-1, row_words)
    law = np.ones(64 * n_words, real)
    fast = np.ones(64 * n_words, real)
    naive.add_coincidences(spikes, rows[:, first : first + n_words], weight, law)
    planes = np.full(PLANES * (n_words + 3) + 16, 2**64 - 1, np.uint64)
    n_planes = add_coincidences(
        spikes, spikes[:5], flat, row_words, first, planes, real(weight), fast
    )
    add_counts(planes, n_planes, real(weight), fast)
    np.testing.assert_array_equal(fast, law)
    # where the last eight rows began: whole registers are read from there
    read = planes[-16:-8].view(np.int64).max() + (n_words + 3) // 4 * 4
    assert len(spikes) == 0 or read <= flat.size
    return fast


def drawn(rng, n_pre, n_post, p=0.2):
    pre, post = np.nonzero(rng.random((n_pre, n_post)) < p)
    return np.searchsorted(pre, np.arange(n_pre + 1)).astype(np.int64), post.astype(
        np.uint16
    )


@pytest.mark.parametrize("many", [0, 1, 7, 8, 9, MOST - 1, MOST, MOST + 1, 600])
@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_groups_of_any_size(many, real):
    rng = np.random.default_rng(many)
    indptr, indices = drawn(rng, 600, 300)
    spikes = np.sort(rng.choice(600, many, replace=False)).astype(np.int32)
    result = both(indptr, indices, 300, spikes, real)
    counts = np.bincount(
        np.concatenate(
            [indices[:0], *(indices[indptr[i] : indptr[i + 1]] for i in spikes)]
        ),
        None,
        320,
    )
    np.testing.assert_allclose(result, 1 + 0.375 * counts)


@pytest.mark.parametrize("many", [255, 600])
def test_every_counter_full(many):
    """All to all: as many coincidences as spikes, more than a counter holds."""
    indptr = np.arange(601) * 130
    indices = np.tile(np.arange(130), 600).astype(np.uint16)
    result = both(
        indptr, indices, 130, np.arange(many, dtype=np.int32), np.float64, weight=1.0
    )
    assert (result[:130] == 1 + many).all()
    assert (result[130:] == 1).all()


@pytest.mark.parametrize(
    ("first", "n_words"), [(0, 1), (1, 1), (0, 4), (1, 5), (3, 8), (9, 2), (10, 1)]
)
@pytest.mark.parametrize("real", [np.float32, np.float64])
def test_slices_that_are_no_multiple_of_a_register(first, n_words, real):
    rng = np.random.default_rng(first)
    indptr, indices = drawn(rng, 50, 700)
    result = both(
        indptr,
        indices,
        700,
        rng.permutation(50)[:21].astype(np.int32),
        real,
        first,
        n_words,
    )
    assert (result > 1).any()


@given(connectivities(unique=True), SEEDS, st.integers(0, 20))
def test_any_matrix(c, seed, many):
    if c.n_pre and c.n_post:
        spikes = np.random.default_rng(seed).integers(0, c.n_pre, many).astype(np.int32)
        both(c.indptr, c.indices.astype(np.uint16), c.n_post, spikes, np.float64)


@pytest.mark.parametrize("real", [np.float32, np.float64])
@pytest.mark.parametrize("most", [1, 3, 4, 9, 20, 40, 100, MOST])
def test_two_matrices_share_a_pass(most, real):
    """Bit for bit what one after the other gives: float sums depend on their order."""
    rng = np.random.default_rng(most)
    indptr, indices = drawn(rng, 300, 130, 0.5)
    flat = bit_rows(indptr, indices, 3)
    target = rng.standard_normal(192).astype(real)
    apart, shared = target.copy(), target.copy()
    planes = np.full((2, PLANES * 6 + 16), 2**64 - 1, np.uint64)
    filled = []
    for own, weight in zip(planes, (0.1, -0.5), strict=True):
        spikes = rng.choice(300, rng.integers(1, most + 1), replace=False).astype(np.int32)
        naive.add_coincidences(spikes, flat[:900].reshape(-1, 3), weight, apart)
        filled.append(
            add_coincidences(spikes, spikes[:0], flat, 3, 0, own, real(weight), shared)
        )
    add_both_counts(
        planes[0], filled[0], real(0.1), planes[1], filled[1], real(-0.5), shared
    )
    np.testing.assert_array_equal(shared, apart)
    assert (shared != target).any()
