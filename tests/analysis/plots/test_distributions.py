"""Degrees, weights and delays, by the points and bars that are on the figures."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis import fit_power_law
from neurosparse.connectivity import Connectivity
from tests.analysis.plots.helpers import numbered, picture, wired


def test_ccdf_is_the_distribution():
    degrees = np.random.default_rng(0).zipf(2.5, 3000)
    ax = analysis.plot_degree_ccdf(degrees)
    k, share = ax.lines[0].get_data()
    np.testing.assert_allclose(share, [(degrees >= x).mean() for x in k])
    law = fit_power_law(degrees)
    assert f"{law.alpha:.2f}" in ax.lines[1].get_label()
    # the drawn tail has the slope of a survival function: 1 - alpha
    x, y = ax.lines[1].get_data()
    slope = np.polyfit(np.log(x[-20:]), np.log(y[-20:]), 1)[0]
    assert slope == pytest.approx(1 - law.alpha, abs=0.05)


def test_histograms_count_every_edge():
    graph = wired(30, 200)
    assert (
        sum(bars.get_data().values.sum() for bars in analysis.plot_weights(graph).patches)
        == graph.nnz
    )
    assert sum(bar.get_height() for bar in analysis.plot_delays(graph).patches) == graph.nnz


def test_strengths_have_the_tail_of_their_law():
    """A Pareto distribution is a straight line of slope 1 - alpha on log axes; the drawn fit
    follows the points.
    """
    from neurosparse.analysis import fit_power_law

    values = (1 - np.random.default_rng(0).random(3000)) ** (
        -1 / 1.5
    )  # P(x) ~ x^-2.5 from 1
    law = fit_power_law(values, xmin=1.0)
    x, y = analysis.plot_degree_ccdf(values, fit=law).lines[1].get_data()
    slope = np.diff(np.log(y)) / np.diff(np.log(x))
    np.testing.assert_allclose(slope, 1 - law.alpha)
    assert y[0] == pytest.approx(1.0, abs=0.01)
    for bad in (numbered(), [[1, 2]], [1.0, np.nan]):
        with pytest.raises(ValueError, match="degrees: got"):
            analysis.plot_degree_ccdf(bad)


@pytest.mark.parametrize("n", [0, 1])
def test_empty_graphs_are_drawn(n):
    graph = Connectivity.empty(n, n)
    assert picture(analysis.plot_degree_ccdf(graph.out_degree)).size
    assert picture(analysis.plot_weights(graph)).size
    assert picture(analysis.plot_delays(graph)).size


def test_matrices_are_refused():
    for draw in (analysis.plot_weights, analysis.plot_delays):
        with pytest.raises(TypeError, match="connectivity"):
            draw(np.ones(3))


def test_large_delays_have_few_bars():
    wired = Connectivity.from_edges(
        [0, 1], [1, 0], n_pre=2, n_post=2, delay_steps=[3, 65_535]
    )
    ax = analysis.plot_delays(wired, 0.1)
    heights = [bar.get_height() for bar in ax.patches]
    assert sum(heights) == 2
    assert len(heights) <= 500
    last = ax.patches[-1]
    assert last.get_x() < 6553.5 < last.get_x() + last.get_width() * 1.1
    assert "steps a bar" in ax.get_xlabel()


def test_negative_strengths_are_named():
    with pytest.raises(ValueError, match="^degrees: got"):
        analysis.plot_degree_ccdf([-1.0, 2.0])


def test_whole_strengths_have_the_tail_of_whole_numbers():
    degrees = np.random.default_rng(0).zipf(2.5, 500)
    whole = analysis.plot_degree_ccdf(degrees).lines[1].get_ydata()
    np.testing.assert_allclose(
        analysis.plot_degree_ccdf(degrees.astype(float)).lines[1].get_ydata(), whole
    )
