"""Chord diagram: arcs and ribbons as wide as the flow."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from neurosparse import analysis
from neurosparse.analysis.plots import style
from neurosparse.analysis.plots.chord import _bounds, _ribbons
from tests.analysis.plots.helpers import picture

FLOW = np.array([[10.0, 5, 0], [1, 0, 4], [0, 0, 20]])


def test_chord_arcs_and_ribbons_are_as_wide_as_the_flow():
    bounds = _bounds(FLOW)
    width = np.array([high - low for low, high in bounds])
    size = FLOW.sum(axis=0) + FLOW.sum(axis=1)
    np.testing.assert_allclose(width / width.sum(), size / size.sum())
    # arcs follow each other clockwise with gaps between, all within one turn
    assert all(one[0] > other[1] for one, other in pairwise(bounds))
    assert bounds[0][1] - bounds[-1][0] < 2 * np.pi
    ribbons = list(_ribbons(FLOW, bounds))
    assert len(ribbons) == 5
    unit = width[0] / size[0]
    for ribbon in ribbons:
        for low, high in (ribbon.leaves, ribbon.arrives):
            assert high - low == pytest.approx(FLOW[ribbon.source, ribbon.target] * unit)
        assert (
            bounds[ribbon.source][0] - 1e-9
            <= ribbon.leaves[0]
            < ribbon.leaves[1]
            <= bounds[ribbon.source][1] + 1e-9
        )
        assert bounds[ribbon.target][0] - 1e-9 <= ribbon.arrives[0]
    for group in range(3):
        mine = [
            end
            for r in ribbons
            for g, end in ((r.source, r.leaves), (r.target, r.arrives))
            if g == group
        ]
        mine.sort()
        assert all(one[1] <= other[0] + 1e-9 for one, other in pairwise(mine))


def test_chord_colours_the_largest_and_says_what_it_leaves_out():
    ax = analysis.plot_chord(FLOW, ["a", "b", "c"], least=0.05)
    assert ax.figure.get_figwidth() == style.COLUMN_WIDTH
    assert "left out" in ax.get_title(loc="left")
    assert "flows" not in analysis.plot_chord(FLOW, ["a", "b", "c"], least=0.0).get_title(
        loc="left"
    )
    many = np.eye(12) * np.arange(1, 13)
    drawn = {
        to_rgb(patch.get_facecolor())
        for patch in analysis.plot_chord(many, list("abcdefghijkl")).patches
    }
    assert drawn == {to_rgb(colour) for colour in (*style.COLOURS, style.GREY)}
    assert picture(ax)[..., :3].std() > 10
    assert not len(analysis.plot_chord(np.zeros((2, 2)), ["a", "b"]).patches)
    for bad in (np.ones((2, 3)), -np.eye(3), np.full((3, 3), np.nan)):
        with pytest.raises(ValueError, match="flow: got"):
            analysis.plot_chord(bad, ["a", "b", "c"])
