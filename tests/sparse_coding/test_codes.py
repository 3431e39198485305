"""Codes: every way in and out gives the same matrix; what does not fit is refused."""

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st

from neurosparse.sdr import SDR
from neurosparse.sparse_coding import SparseCodes

dense_codes = st.tuples(st.integers(0, 4), st.integers(1, 6), st.integers(0, 99)).map(
    lambda size: (
        np.random.default_rng(size[2]).integers(-2, 3, size[:2])
        * np.random.default_rng(size[2] + 1).integers(0, 2, size[:2])
        * 1.0
    )
)


@given(dense_codes)
def test_every_way_in_and_out_gives_the_same(dense):
    codes = SparseCodes.from_dense(dense)
    assert (codes.to_dense() == dense).all()
    assert (codes.to_scipy().toarray() == dense).all()
    assert (SparseCodes.from_scipy(codes.to_scipy()).to_dense() == dense).all()
    indices, values = codes.to_condensed()
    again = SparseCodes.from_condensed(indices, values, codes.n)
    assert (again.to_dense() == dense).all()
    assert (again.indices == codes.indices).all()
    if len(dense):
        sdrs = codes.to_sdrs()
        assert (SparseCodes.from_sdrs(sdrs).to_dense() == (dense != 0)).all()
    assert codes.shape == dense.shape
    assert codes.nnz == np.count_nonzero(dense)
    assert codes.counts.tolist() == np.count_nonzero(dense, axis=1).tolist()
    assert (codes.indptr.dtype, codes.indices.dtype) == (np.int64, np.int32)


@given(dense_codes, st.integers(0, 5), st.integers(0, 99))
def test_sums_parts_and_the_largest(dense, k, seed):
    codes = SparseCodes.from_dense(dense)
    other = np.roll(dense, 1, axis=1)
    total = codes + SparseCodes.from_dense(other)
    assert (total.to_dense() == dense + other).all()
    assert total.values.all()
    some = np.random.default_rng(seed).integers(0, max(len(dense), 1), min(3, len(dense)))
    assert (codes[some].to_dense() == dense[some]).all()
    assert (codes[1:].to_dense() == dense[1:]).all()
    assert (
        SparseCodes.concatenate([codes, codes[:1]]).to_dense()
        == np.concatenate([dense, dense[:1]])
    ).all()
    # the highest atom wins a tie
    size = np.abs(dense) + np.arange(dense.shape[1]) * 1e-3 * (dense != 0)
    kept = np.zeros_like(dense)
    order = np.argsort(-size, axis=1)[:, :k]
    np.put_along_axis(kept, order, np.take_along_axis(dense, order, 1), 1)
    assert (codes.top(k).to_dense() == kept).all()


def test_an_atom_named_twice_counts_twice():
    codes = SparseCodes.from_condensed([[2, 0, 2]], [[1.0, 5.0, 2.0]], 3)
    assert codes.to_dense().tolist() == [[5, 0, 3]]
    assert codes.astype(np.float32).dtype == np.float32


def test_codes_stay_as_they_are():
    values = np.array([1.0, 2.0])
    codes = SparseCodes([0, 2], [0, 1], values, 2)
    values[0] = 7
    assert codes.values.tolist() == [1, 2]
    with pytest.raises(ValueError, match="read-only"):
        codes.values[0] = 3


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SparseCodes([0, 2], [0], [1.0], 2), "indptr: got from and to"),
        (lambda: SparseCodes([0, 2, 1], [0], [1.0], 2), "indptr"),
        (lambda: SparseCodes([0, 2], [1, 0], [1.0, 1.0], 2), "indices: got 1 before 0"),
        (lambda: SparseCodes([0, 2], [1, 1], [1.0, 1.0], 2), "indices: got 1 before 1"),
        (lambda: SparseCodes([0, 1], [2], [1.0], 2), "indices: got 2..2"),
        (lambda: SparseCodes([0, 1], [-1], [1.0], 2), "indices: got -1"),
        (lambda: SparseCodes([0, 1], [0], [np.nan], 2), "values: got NaN"),
        (lambda: SparseCodes([0, 1], [0], [1.0, 2.0], 2), "values"),
        (lambda: SparseCodes([0, 1], [0.5], [1.0], 2), "indices"),
        (lambda: SparseCodes([0, 1], [2**31], [1.0], 2), "indices"),
        (lambda: SparseCodes.from_dense([1.0]), r"write a\[None\]"),
        (lambda: SparseCodes.from_scipy(np.eye(2)), "from_dense"),
        (lambda: SparseCodes.from_sdrs([SDR([0], 2), SDR([0], 3)]), "sdrs: got sizes"),
        (lambda: SparseCodes.from_condensed([[0]], [1.0], 2), "values"),
        (lambda: SparseCodes.from_dense([[1.0, 2.0]]).to_condensed(1), r"top\(k\)"),
        (
            lambda: SparseCodes.from_dense([[1.0]]) + SparseCodes.from_dense([[1.0, 2.0]]),
            "other",
        ),
        (lambda: SparseCodes.from_dense([[1.0]])[0], "samples"),
        (lambda: SparseCodes.from_scipy(scipy.sparse.csr_array([[np.inf]])), "values"),
    ],
)
def test_refusals(make, words):
    with pytest.raises((ValueError, TypeError), match=words):
        make()


@pytest.mark.parametrize("other", [[[1j, 0j]], [["a", "b"]]])
def test_coefficients_are_real_numbers(other):
    with pytest.raises(TypeError, match="values: got .* wants numbers"):
        SparseCodes.from_dense(other)
