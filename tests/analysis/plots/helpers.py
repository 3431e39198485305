"""Graphs to draw, and ways to look at what was drawn."""

import numpy as np

from neurosparse.connectivity import Connectivity


def wired(n, edges, seed=0):
    """A random graph with weights of both signs and delays of several steps."""
    rng = np.random.default_rng(seed)
    key = np.unique(rng.integers(0, n * n, edges))
    weight = rng.normal(0.2, 1, len(key)).astype(np.float32)
    delay = rng.integers(1, 9, len(key))
    return Connectivity.from_edges(
        key // n, key % n, n_pre=n, n_post=n, weight=weight, delay_steps=delay
    )


def numbered(n=40, edges=200, seed=0):
    """A random graph whose weights are the numbers of its synapses."""
    key = np.random.default_rng(seed).choice(n * n, edges, replace=False)
    return Connectivity.from_edges(
        key // n, key % n, n_pre=n, n_post=n, weight=np.arange(edges), delay_steps=key % 7
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
    """Places of all dots `[k, 2]`."""
    return (
        np.concatenate([c.get_offsets() for c in ax.collections])
        if ax.collections
        else np.empty((0, 2))
    )
