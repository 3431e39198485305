"""Figures of exponents, by the lines that are on them."""

import matplotlib.figure
import numpy as np
import pytest

from neurosparse.analysis import plot_lyapunov_convergence, plot_lyapunov_spectrum
from neurosparse.lyapunov import LinearMap, spectrum


def test_a_spectrum_is_drawn_in_descending_order_on_the_given_axes():
    ax = matplotlib.figure.Figure().add_subplot()
    assert (
        plot_lyapunov_spectrum(
            {"one": [-3.0, 1.0, -2.0], "two": np.linspace(-1, 0, 40)}, ax, unit="1/s"
        )
        is ax
    )
    one, two, zero = ax.get_lines()
    assert one.get_ydata().tolist() == [1.0, -2.0, -3.0]
    assert (np.diff(two.get_ydata()) < 0).all()
    assert list(zero.get_ydata()) == [0.0, 0.0]
    assert ax.get_ylabel() == "exponent (1/s)"
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["one", "two"]


def test_convergence_ends_at_the_estimate():
    found = spectrum(LinearMap([[0.5, 1.0], [0.0, 2.0]]), [0.0, 0.0], 30, rng=0)
    ax = plot_lyapunov_convergence(found, most=1)
    (line,) = ax.get_lines()
    assert line.get_ydata()[-1] == found.exponents[0]
    assert line.get_xdata()[-1] == 30
    assert len(plot_lyapunov_spectrum(found).get_lines()) == 2


@pytest.mark.parametrize("wrong", [[], [np.nan], [[1.0]]])
def test_nothing_to_draw_is_refused(wrong):
    with pytest.raises(ValueError, match="spectra"):
        plot_lyapunov_spectrum({"a": wrong})
