"""Figures of graph measures, by the bars and lines that are on them."""

import pytest

from neurosparse import analysis
from neurosparse.analysis import describe
from neurosparse.connectivity import Connectivity
from tests.analysis.graphs import ring
from tests.analysis.plots.helpers import ink, wired


def test_figures_of_graph_measures():
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
    trade = analysis.plot_trade_off(
        {"sparse": [(1e4, 0.9), (1e3, 0.8)], "dense": [(1e5, 0.91)]}
    )
    assert trade.lines[0].get_xdata().tolist() == [1e3, 1e4]
    short = analysis.plot_trade_off({"sparse": [(2.0, 0.8), (50.0, 0.9)]})
    places = [float(x) for x in short.xaxis.get_majorticklocs() if 2 <= x <= 50]
    assert short.xaxis.get_major_formatter().format_ticks(places) == [
        "2",
        "5",
        "10",
        "20",
        "50",
    ]
    assert len(short.xaxis.get_minorticklocs()) == 0
    for ax in (bars, club, film, trade):
        assert 0.01 < ink(ax) < 0.9
    with pytest.raises(ValueError, match="moments"):
        analysis.plot_evolution([])
    with pytest.raises(ValueError, match="methods"):
        analysis.plot_trade_off({str(k): [(1, 1)] for k in range(13)})


def test_trade_off_tells_twelve_methods_apart():
    results = {f"m{k}": [(10.0**k, 0.5)] for k in range(12)}
    lines = analysis.plot_trade_off(results).lines
    looks = {
        (line.get_color(), line.get_markerfacecolor(), line.get_marker()) for line in lines
    }
    assert len(looks) == 12
    assert analysis.plot_trade_off({"a": [(1.0, 0.5), (3.0, 0.6)]}).get_xscale() == "linear"
    assert analysis.plot_trade_off({"a": [(1.0, 0.5), (30.0, 0.6)]}).get_xscale() == "log"
    with pytest.raises(ValueError, match="at most 12"):
        analysis.plot_trade_off(results | {"one more": [(1.0, 0.5)]})
    for nothing in ({}, {"a": []}):
        with pytest.raises(ValueError, match="a point or more"):
            analysis.plot_trade_off(nothing)


def test_figures_of_layers_draw_what_there_is():
    layer = Connectivity.from_dense([[1, 1, 0], [1, 1, 1]])
    moments = analysis.graph_evolution([(0, layer), (1, layer)])
    drawn = analysis.plot_evolution(moments)
    assert [line.get_label() for line in drawn.lines][:1] == ["square clustering"]
    with pytest.raises(ValueError, match="measures: got 'clustering'"):
        analysis.plot_evolution(moments, ["clustering"])
    with pytest.raises(ValueError, match="table: got one without motifs"):
        analysis.plot_motifs(describe(layer, nulls=2, rng=0))


def test_what_cannot_be_drawn_is_named():
    graph = ring(6)
    calls = [
        (lambda: analysis.plot_motifs(graph), TypeError, r"table: .*describe\(c\)"),
        (
            lambda: analysis.plot_motifs(analysis.describe(graph, nulls=0)),
            ValueError,
            "table: got one without nulls",
        ),
        (lambda: analysis.plot_rich_club(graph), TypeError, r"curve: .*rich_club\(c\)"),
        (
            lambda: analysis.plot_eigenvalues(graph),
            TypeError,
            r"values: .*eigenvalues\(c\)",
        ),
        (
            lambda: analysis.plot_evolution(analysis.graph_evolution([(0, graph)])[0]),
            ValueError,
            "moments: .*a list",
        ),
    ]
    for call, kind, message in calls:
        with pytest.raises(kind, match=message):
            call()
