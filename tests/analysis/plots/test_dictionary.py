"""Figures of sparse coding, by what is on them."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis.plots import dictionary
from neurosparse.sparse_coding import Dictionary, SparseCodes
from tests.analysis.plots.helpers import dots, ink, picture

CODES = SparseCodes.from_dense([[0.0, 2.0, 0.0], [-1.0, 0.5, 0.0]])


def test_a_mosaic_holds_every_atom_at_its_place():
    rows = np.random.default_rng(0).standard_normal((5, 6))
    (image,) = analysis.plot_atoms(rows, (2, 3), columns=3).images
    shown = np.ma.filled(image.get_array(), np.nan)
    assert shown.shape == (5, 11)
    scaled = rows / np.abs(rows).max(1, keepdims=True)
    np.testing.assert_allclose(shown[3:, 4:7].ravel(), scaled[4])
    assert np.isnan(shown[2]).all()
    kernels = rows.reshape(5, 2, 3)
    again = analysis.plot_atoms(kernels, columns=3).images[0].get_array()
    np.testing.assert_array_equal(np.ma.filled(again, np.nan), shown)
    assert ink(analysis.plot_atoms(Dictionary.random(9, 16, rng=0))) > 0.1


def test_every_coefficient_is_a_dot():
    ax = analysis.plot_codes(CODES)
    assert sorted(map(tuple, dots(ax).tolist())) == [(0, 1), (1, 0), (1, 1)]
    up, down = (collection.get_sizes() for collection in ax.collections)
    assert up[0] == pytest.approx(4 * up[1])
    assert len(down) == 1


def test_many_coefficients_are_thinned_and_it_is_said(monkeypatch):
    monkeypatch.setattr(dictionary, "DOTS", 2)
    ax = analysis.plot_codes(CODES)
    assert ax.get_title(loc="left") == "1 in 2 samples shown"
    assert dots(ax).tolist() == [[1, 0]]


def test_reconstruction_says_what_is_missed():
    image = np.random.default_rng(0).standard_normal((2, 4, 4))
    ax = analysis.plot_reconstruction(image, image * 0 + image.mean())
    assert "100.0 %" in ax.get_title(loc="left")
    assert ax.images[0].get_array().shape == (14, 9)


def test_usage_is_sorted():
    ax = analysis.plot_usage(CODES)
    np.testing.assert_allclose(ax.lines[0].get_ydata(), [1.0, 0.5])
    assert ax.get_title(loc="left") == "1 of 3 atoms unused"


@pytest.mark.filterwarnings("error")
def test_empty_codes_are_drawn():
    assert picture(analysis.plot_codes(SparseCodes([0, 0], [], [], 0))).size
    assert picture(analysis.plot_usage(SparseCodes([0, 0], [], [], 2))).size


def test_bad_input_is_named():
    with pytest.raises(ValueError, match=r"shape: got .* wants 6 pixels"):
        analysis.plot_atoms(np.ones((2, 6)))
    with pytest.raises(ValueError, match="atoms"):
        analysis.plot_atoms([[np.nan]])
    with pytest.raises(ValueError, match="described"):
        analysis.plot_reconstruction(np.ones((1, 2, 2)), np.ones((2, 2)))
    with pytest.raises(ValueError, match="no sample"):
        analysis.plot_usage(SparseCodes([0], [], [], 2))
