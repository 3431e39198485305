"""Colours, type and size: for every eye and for one column of a paper."""

import numpy as np
import pytest

from neurosparse import analysis
from neurosparse.analysis.plots import style
from tests.analysis.graphs import ring
from tests.analysis.plots.helpers import ink, wired


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
            min(
                t.get_fontsize()
                for t in [*fresh.texts, fresh.xaxis.label, fresh.yaxis.label]
            )
            >= 5
        )


def test_colours_differ_for_colour_blind_eyes():
    """Simulated deuteranopia (Viénot 1999) keeps every pair of colours apart."""
    from matplotlib.colors import to_rgb

    linear = np.array([to_rgb(c) for c in style.COLOURS]) ** 2.2
    blind = np.array(
        [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]
    )
    seen = np.clip(linear @ blind.T, 0, 1) ** (1 / 2.2)
    apart = np.linalg.norm(seen[:, None] - seen[None], axis=2)[
        np.triu_indices(len(seen), 1)
    ]
    assert apart.min() > 0.15


def test_the_map_darkens_steadily():
    import matplotlib

    grey = matplotlib.colormaps[style.COLOUR_MAP](np.linspace(0, 1, 50))[:, :3] @ [
        0.299,
        0.587,
        0.114,
    ]
    assert (np.diff(grey) < 0).all()


def test_a_figure_is_no_axes():
    from matplotlib.figure import Figure

    with pytest.raises(TypeError, match="ax: .*figure.subplots"):
        analysis.plot_adjacency(ring(6), ax=Figure())
