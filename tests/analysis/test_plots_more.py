"""Chord, film strip, gallery, trade-off: by what is on them."""

from itertools import pairwise

import numpy as np
import pytest
from graphs import ring
from matplotlib.colors import to_rgb

from neurosparse import analysis
from neurosparse.analysis import describe
from neurosparse.analysis.plots import style
from neurosparse.analysis.plots.chord import _bounds, _ribbons
from neurosparse.analysis.plots.film import NEW, OLD
from neurosparse.analysis.plots.gallery import _grouped
from neurosparse.connectivity import Connectivity


def picture(ax):
    """The figure as pixels `[h, w, 4]`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(ax.figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def wired(n=40, edges=200, seed=0):
    key = np.random.default_rng(seed).choice(n * n, edges, replace=False)
    return Connectivity.from_edges(
        key // n, key % n, n_pre=n, n_post=n, weight=np.arange(edges), delay_steps=key % 7
    )


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


def test_film_shows_first_and_last_and_colours_what_is_new():
    first = wired()
    kept = first.without(np.arange(100))
    old = set(zip(*(side.tolist() for side in first.edges()), strict=True))
    grown = [(a, b) for a in range(40) for b in range(40) if (a, b) not in old][:100]
    last = kept.with_edges(*np.array(grown).T)
    strip = analysis.plot_film([(0, first), (1, first), (2, kept), (3, last)], frames=2, unit="s")
    left, right = strip.child_axes
    assert (left.get_title(), right.get_title()) == ("0 s", "3 s")
    assert right.texts[0].get_text() == "50 % new"
    image = np.asarray(right.images[0].get_array())
    assert image.shape == (40, 40, 3)
    count = {name: (np.abs(image - np.array(to_rgb(tint))).max(axis=2) < 1e-6).sum() for name, tint in
             (("old", OLD), ("new", NEW))}  # fmt: skip
    assert count == {"old": 100, "new": 100}
    assert (image.min(axis=2) == 1).sum() == 1600 - 200
    assert len(analysis.plot_film([(k, first) for k in range(9)], frames=4).child_axes) == 4


def test_film_takes_large_and_bipartite_graphs_and_refuses_others():
    wide = Connectivity.from_edges([0, 499], [0, 299], n_pre=500, n_post=300)
    image = analysis.plot_film([(0, wide)]).child_axes[0].images[0].get_array()
    assert image.shape == (96, 96, 3)
    assert analysis.plot_film([(0, Connectivity.empty(3, 3))]).child_axes
    for bad in ({"snapshots": []}, {"snapshots": [(0, wide)], "frames": 0}, {"snapshots": [(0, wide), (1, wired())]},
                {"snapshots": [(0, wide)], "groups": np.zeros(500)}):  # fmt: skip
        with pytest.raises(ValueError, match="frames|snapshots|groups"):
            analysis.plot_film(**bad)


def test_gallery_draws_what_a_graph_affords():
    graph = wired()
    names = [name for name, _ in analysis.plot_gallery(graph, describe(graph, nulls=2, rng=0))]
    assert names == [
        "adjacency",
        "degrees",
        "weights",
        "delays",
        "motifs",
        "blocks",
        "chord",
        "eigenvalues",
    ]
    assert [name for name, _ in analysis.plot_gallery(Connectivity.empty(0, 0))] == [
        "adjacency",
        "degrees",
    ]
    assert [name for name, _ in analysis.plot_gallery(Connectivity.from_dense([[1.0, 2.0]]))] == [
        "adjacency", "degrees", "weights"
    ]  # fmt: skip
    (_, blocks), _ = _grouped(graph, np.arange(40))
    assert "others" in {label.get_text() for label in blocks.get_xticklabels()}


def test_trade_off_tells_twelve_methods_apart():
    results = {f"m{k}": [(10.0**k, 0.5)] for k in range(12)}
    lines = analysis.plot_trade_off(results).lines
    looks = {(line.get_color(), line.get_markerfacecolor(), line.get_marker()) for line in lines}
    assert len(looks) == 12
    assert analysis.plot_trade_off({"a": [(1.0, 0.5), (3.0, 0.6)]}).get_xscale() == "linear"
    assert analysis.plot_trade_off({"a": [(1.0, 0.5), (30.0, 0.6)]}).get_xscale() == "log"
    with pytest.raises(ValueError, match="at most 12"):
        analysis.plot_trade_off(results | {"one more": [(1.0, 0.5)]})
    for nothing in ({}, {"a": []}):
        with pytest.raises(ValueError, match="a point or more"):
            analysis.plot_trade_off(nothing)


def test_strengths_have_the_tail_of_their_law():
    """A Pareto distribution is a straight line of slope 1 - alpha on log axes; the drawn fit
    follows the points.
    """
    from neurosparse.analysis import fit_power_law

    values = (1 - np.random.default_rng(0).random(3000)) ** (-1 / 1.5)  # P(x) ~ x^-2.5 from 1
    law = fit_power_law(values, xmin=1.0)
    x, y = analysis.plot_degree_ccdf(values, fit=law).lines[1].get_data()
    slope = np.diff(np.log(y)) / np.diff(np.log(x))
    np.testing.assert_allclose(slope, 1 - law.alpha)
    assert y[0] == pytest.approx(1.0, abs=0.01)
    for bad in (wired(), [[1, 2]], [1.0, np.nan]):
        with pytest.raises(ValueError, match="degrees: got"):
            analysis.plot_degree_ccdf(bad)


def test_figures_of_layers_draw_what_there_is():
    from neurosparse.analysis.topology.describe import graph_evolution

    layer = Connectivity.from_dense([[1, 1, 0], [1, 1, 1]])
    moments = graph_evolution([(0, layer), (1, layer)])
    drawn = analysis.plot_evolution(moments)
    assert [line.get_label() for line in drawn.lines][:1] == ["square clustering"]
    with pytest.raises(ValueError, match="measures: got 'clustering'"):
        analysis.plot_evolution(moments, ["clustering"])
    with pytest.raises(ValueError, match="table: got one without motifs"):
        analysis.plot_motifs(describe(layer, nulls=2, rng=0))


def test_what_cannot_be_drawn_is_named():
    from matplotlib.figure import Figure

    from neurosparse import analysis

    graph = ring(6)
    calls = [
        (lambda: analysis.plot_adjacency(np.eye(3)), TypeError, "connectivity: .*from_dense"),
        (lambda: analysis.plot_weights(np.ones(3)), TypeError, "connectivity"),
        (lambda: analysis.plot_delays(np.ones(3)), TypeError, "connectivity"),
        (
            lambda: analysis.plot_adjacency(graph, groups=["a", None, "b", "a", "b", "a"]),
            ValueError,
            "groups",
        ),
        (lambda: analysis.plot_adjacency(graph, ax=Figure()), TypeError, "ax: .*figure.subplots"),
        (lambda: analysis.plot_motifs(graph), TypeError, r"table: .*describe\(c\)"),
        (
            lambda: analysis.plot_motifs(analysis.describe(graph, nulls=0)),
            ValueError,
            "table: got one without nulls",
        ),
        (lambda: analysis.plot_rich_club(graph), TypeError, r"curve: .*rich_club\(c\)"),
        (lambda: analysis.plot_eigenvalues(graph), TypeError, r"values: .*eigenvalues\(c\)"),
        (
            lambda: analysis.plot_evolution(analysis.graph_evolution([(0, graph)])[0]),
            ValueError,
            "moments: .*a list",
        ),
    ]
    for call, kind, says in calls:
        with pytest.raises(kind, match=says):
            call()


def test_the_gallery_of_a_layer_between_as_many_neurons():
    from neurosparse import analysis
    from neurosparse.analysis import plot_gallery

    layer = ring(6)
    table = analysis.describe(layer, nulls=2, rng=0, between=True)
    assert [name for name, _ in plot_gallery(layer, table)] == ["adjacency", "degrees", "weights"]
