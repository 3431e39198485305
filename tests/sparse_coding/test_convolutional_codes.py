"""Codes of images: entries, dense maps, cuts, against sums written out."""

import numpy as np
import pytest

from neurosparse.kernels.coding.convolutional_descent import Entries
from neurosparse.sparse_coding import ConvolutionalCodes, SparseCodes
from neurosparse.sparse_coding.convolutional_codes import codes_of


def test_maps_entries_and_images_agree() -> None:
    rng = np.random.default_rng(0)
    maps = rng.standard_normal((2, 3, 4, 5)) * (rng.random((2, 3, 4, 5)) < 0.2)
    kernels = rng.standard_normal((3, 2, 2))
    parts = [
        (Entries(*(p.astype(np.int32) for p in np.nonzero(m))), m[np.nonzero(m)])
        for m in maps
    ]
    codes = codes_of(parts, (3, 4, 5))
    assert codes.codes.nnz > 10
    np.testing.assert_array_equal(codes.dense(), maps)
    expected = sum(
        kernels[m, i, j] * np.roll(maps[:, m], (i, j), (1, 2))
        for m, i, j in np.ndindex(kernels.shape)
    )
    np.testing.assert_allclose(codes.reconstruct(kernels), expected, atol=1e-12)
    entries, values = codes.entries(1)
    np.testing.assert_array_equal(maps[1][entries], values)
    cut = codes.cut(1.0).dense()
    np.testing.assert_array_equal(cut, np.where(np.abs(maps) >= 1, maps, 0))
    assert codes.sparseness().tolist() == [1 - (m != 0).mean() for m in maps]


def test_an_exact_code_has_no_bound_to_its_psnr() -> None:
    codes = ConvolutionalCodes(SparseCodes([0, 1], [0], [2.0], 2), (1, 1, 2))
    assert codes.psnr([[2.0, 0.0]], [[[1.0]]]).tolist() == [np.inf]


def test_other_kernels_than_those_of_the_codes_are_refused() -> None:
    codes = ConvolutionalCodes(SparseCodes([0, 1], [0], [2.0], 2), (1, 1, 2))
    with pytest.raises(ValueError, match="the 1 of the codes"):
        codes.reconstruct(np.ones((2, 1, 1)))
