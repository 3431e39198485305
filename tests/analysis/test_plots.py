"""Figures by what is on them: dots, bars, sizes, ink and colours; never by golden pictures."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains, fit_power_law
from neurosparse.analysis.plots import matrix, style
from neurosparse.connectivity import Connectivity


@pytest.fixture
def spikes():
    rng = np.random.default_rng(0)
    return SpikeTrains.from_times(
        rng.uniform(0, 100, 500), rng.integers(0, 30, 500), 30, stop=100.0
    )


def wired(n, edges, seed=0):
    rng = np.random.default_rng(seed)
    key = np.unique(rng.integers(0, n * n, edges))
    weight = rng.normal(0.2, 1, len(key)).astype(np.float32)
    delay = rng.integers(1, 9, len(key))
    return Connectivity.from_edges(
        key // n, key % n, n_pre=n, n_post=n, weight=weight, delay_steps=delay
    )


def picture(ax):
    """The figure as pixels `[h, w, 4]`."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(ax.figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


def ink(ax):
    """Share of pixels that are not white."""
    return float((picture(ax)[..., :3].min(axis=2) < 250).mean())


def dots(ax):
    return (
        np.concatenate([c.get_offsets() for c in ax.collections])
        if ax.collections
        else np.empty((0, 2))
    )


def test_every_figure_draws_on_new_and_on_given_axes(spikes):
    from matplotlib.figure import Figure

    graph = wired(30, 200)
    degrees = graph.out_degree
    for draw in (
        lambda ax: analysis.plot_raster(spikes, ax=ax),
        lambda ax: analysis.plot_rate(spikes, ax=ax),
        lambda ax: analysis.plot_adjacency(graph, ax=ax),
        lambda ax: analysis.plot_degree_ccdf(degrees, ax=ax),
        lambda ax: analysis.plot_block_matrix(np.eye(3), list("abc"), ax=ax),
        lambda ax: analysis.plot_weights(graph, ax=ax),
        lambda ax: analysis.plot_delays(graph, 0.1, ax=ax),
    ):
        own = Figure().add_subplot()
        assert draw(own) is own
        fresh = draw(None)
        assert fresh.figure.get_figwidth() == style.COLUMN_WIDTH
        assert 0.01 < ink(fresh) < 0.9
        assert fresh.get_xlabel()
        # readable at column width: no letter below 5 points
        assert (
            min(t.get_fontsize() for t in [*fresh.texts, fresh.xaxis.label, fresh.yaxis.label]) >= 5
        )


def test_raster_shows_every_spike_sorted_by_group(spikes):
    groups = np.arange(30) % 3
    shown = dots(analysis.plot_raster(spikes, groups=groups))
    assert len(shown) == 500
    time, index = spikes.arrays()
    place = np.argsort(np.argsort(groups, kind="stable"), kind="stable")
    expected = np.column_stack([time, place[index]])
    np.testing.assert_allclose(shown[np.lexsort(shown.T)], expected[np.lexsort(expected.T)])


def test_raster_thins_by_neuron_and_says_so(spikes):
    ax = analysis.plot_raster(spikes, most=100)
    assert 0 < len(dots(ax)) <= 150
    assert "1 in 5" in ax.get_title(loc="left")
    rows = np.unique(dots(ax)[:, 1])
    assert (rows % 5 == 0).all()


def test_rate_by_group_keeps_the_spikes(spikes):
    groups = np.where(np.arange(30) < 10, "a", "b")
    ax = analysis.plot_rate(spikes, 10.0, groups=groups)
    total = sum(
        line.get_ydata().sum() * size for line, size in zip(ax.lines, (10, 20), strict=True)
    )
    assert total * 10.0 / 1000.0 == pytest.approx(500)
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["a", "b"]


def test_adjacency_places_each_edge():
    graph = wired(50, 300)
    groups = np.arange(50) % 4
    place = np.argsort(np.argsort(groups, kind="stable"), kind="stable")
    pre, post = graph.edges()
    expected = np.column_stack([place[post], place[pre]])
    shown = dots(analysis.plot_adjacency(graph, groups=groups))
    np.testing.assert_array_equal(shown[np.lexsort(shown.T)], expected[np.lexsort(expected.T)])


def test_a_big_adjacency_is_binned_and_keeps_the_edges():
    n = matrix.DOTS + 1000
    graph = wired(n, 40_000)
    ax = analysis.plot_adjacency(graph)
    (image,) = ax.images
    share = np.ma.filled(np.ma.masked_invalid(image.get_array()), 0)
    assert max(share.shape) <= matrix.FIELDS
    assert share.mean() * n * n == pytest.approx(graph.nnz)
    assert ink(ax) > 0.1


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


def test_colours_differ_for_colour_blind_eyes():
    """Simulated deuteranopia (Viénot 1999) keeps every pair of colours apart."""
    from matplotlib.colors import to_rgb

    linear = np.array([to_rgb(c) for c in style.COLOURS]) ** 2.2
    blind = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])
    seen = np.clip(linear @ blind.T, 0, 1) ** (1 / 2.2)
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=2)[np.triu_indices(len(seen), 1)]
    assert apart.min() > 0.15


def test_the_map_darkens_steadily():
    import matplotlib

    grey = matplotlib.colormaps[style.COLOUR_MAP](np.linspace(0, 1, 50))[:, :3] @ [
        0.299,
        0.587,
        0.114,
    ]
    assert (np.diff(grey) < 0).all()


@pytest.mark.parametrize("n", [0, 1])
def test_empty_data_is_drawn(n):
    none = SpikeTrains.from_times([], np.empty(0, int), n, stop=10.0)
    graph = Connectivity.empty(n, n)
    for ax in (
        analysis.plot_raster(none, groups=["a"] * n),
        analysis.plot_rate(none, 1.0),
        analysis.plot_adjacency(graph, groups=["a"] * n),
        analysis.plot_degree_ccdf(graph.out_degree),
        analysis.plot_weights(graph),
        analysis.plot_delays(graph),
    ):
        assert picture(ax).size


def test_bad_input_is_named(spikes):
    with pytest.raises(ValueError, match=r"groups.*shape \[30\]"):
        analysis.plot_raster(spikes, groups=["a"])
    with pytest.raises(ValueError, match="most"):
        analysis.plot_raster(spikes, most=0)
    with pytest.raises(ValueError, match="values"):
        analysis.plot_block_matrix(np.eye(3), ["a"])
    with pytest.raises(ValueError, match="bipartite"):
        analysis.plot_adjacency(Connectivity.empty(2, 3), groups=["a", "b"])


def test_figures_of_graph_measures():
    from neurosparse import analysis

    graph = wired(60, 500)
    table = analysis.describe(graph, nulls=3, rng=0)
    bars = analysis.plot_motifs(table)
    found = [
        m
        for m in analysis.MOTIFS
        if table[f"motif {m}"].value > 0 and table[f"motif {m}"].null_mean > 0
    ]
    assert len(bars.patches) == len(found) > 8
    tops = {round(bar.get_y() + bar.get_height(), 6) for bar in bars.patches}
    row = table[f"motif {found[0]}"]
    assert round(row.value / row.null_mean, 6) in tops
    club = analysis.plot_rich_club(analysis.rich_club(graph, nulls=3, rng=0))
    assert len(club.collections) == 1
    values = analysis.eigenvalues(graph)
    assert len(analysis.plot_eigenvalues(values, radius=2.0).lines[0].get_xdata()) == 60
    run = [(0, graph), (1, graph.without([0, 1]))]
    film = analysis.plot_evolution(analysis.graph_evolution(run, rng=0))
    assert film.lines[-1].get_ydata()[-1] < 1
    trade = analysis.plot_trade_off({"sparse": [(1e4, 0.9), (1e3, 0.8)], "dense": [(1e5, 0.91)]})
    assert trade.lines[0].get_xdata().tolist() == [1e3, 1e4]
    short = analysis.plot_trade_off({"sparse": [(2.0, 0.8), (50.0, 0.9)]})
    places = [float(x) for x in short.xaxis.get_majorticklocs() if 2 <= x <= 50]
    assert short.xaxis.get_major_formatter().format_ticks(places) == ["2", "5", "10", "20", "50"]
    assert len(short.xaxis.get_minorticklocs()) == 0
    for ax in (bars, club, film, trade):
        assert 0.01 < ink(ax) < 0.9
    with pytest.raises(ValueError, match="moments"):
        analysis.plot_evolution([])
    with pytest.raises(ValueError, match="methods"):
        analysis.plot_trade_off({str(k): [(1, 1)] for k in range(13)})
