"""Film strip: first and last frame, and what is new."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from neurosparse import analysis
from neurosparse.analysis.plots.film import NEW, OLD
from neurosparse.connectivity import Connectivity
from tests.analysis.plots.helpers import numbered


def test_film_shows_first_and_last_and_colours_what_is_new():
    first = numbered()
    kept = first.without(np.arange(100))
    old = set(zip(*(side.tolist() for side in first.edges()), strict=True))
    grown = [(a, b) for a in range(40) for b in range(40) if (a, b) not in old][:100]
    last = kept.with_edges(*np.array(grown).T, weight=1, delay_steps=1)
    strip = analysis.plot_film(
        [(0, first), (1, first), (2, kept), (3, last)], frames=2, unit="s"
    )
    left, right = strip.child_axes
    assert (left.get_title(), right.get_title()) == ("0 s", "3 s")
    assert right.texts[0].get_text() == "50 % new"
    image = np.asarray(right.images[0].get_array())
    assert image.shape == (40, 40, 3)
    count = {
        name: (np.abs(image - np.array(to_rgb(tint))).max(axis=2) < 1e-6).sum()
        for name, tint in (("old", OLD), ("new", NEW))
    }
    assert count == {"old": 100, "new": 100}
    assert (image.min(axis=2) == 1).sum() == 1600 - 200
    assert len(analysis.plot_film([(k, first) for k in range(9)], frames=4).child_axes) == 4


def test_film_takes_large_and_bipartite_graphs_and_refuses_others():
    wide = Connectivity.from_edges([0, 499], [0, 299], n_pre=500, n_post=300)
    image = analysis.plot_film([(0, wide)]).child_axes[0].images[0].get_array()
    assert image.shape == (96, 96, 3)
    assert analysis.plot_film([(0, Connectivity.empty(3, 3))]).child_axes
    for bad in (
        {"snapshots": []},
        {"snapshots": [(0, wide)], "frames": 0},
        {"snapshots": [(0, wide), (1, numbered())]},
        {"snapshots": [(0, wide)], "groups": np.zeros(500)},
    ):
        with pytest.raises(ValueError, match="frames|snapshots|groups"):
            analysis.plot_film(**bad)
