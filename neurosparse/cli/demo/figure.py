"""The figure of the demonstration: activity above, wiring below."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from neurosparse.datasets import LarvaBrain
from neurosparse.store.single import new_file
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from neurosparse.analysis import SpikeTrains


def type_matrix(brain: LarvaBrain) -> tuple[Float64, list[str]]:
    """Share of the possible connections that exist, by cell types `[18, 18]`, and their names."""
    names, member = np.unique(brain.cell_type, return_inverse=True)
    pre, post = brain.connectivity.edges()
    count = np.zeros((names.size, names.size))
    np.add.at(count, (member[pre], member[post]), 1)
    size = np.bincount(member)
    return count / np.outer(size, size), names.tolist()


def draw(brain: LarvaBrain, spikes: "SpikeTrains", path: Path) -> None:
    """Draw raster, population rate, connection density by cell type and degrees into a PNG file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib.figure import Figure

    from neurosparse import analysis
    from neurosparse.analysis import COLOURS, FONT_SIZE

    figure = Figure(figsize=(10, 8.5), layout="constrained")
    axes = figure.subplot_mosaic(
        [["raster", "matrix"], ["rate", "degree"]], height_ratios=[3, 1.6]
    )
    analysis.plot_raster(spikes, groups=brain.cell_type, ax=axes["raster"])
    analysis.plot_rate(spikes, 5.0, ax=axes["rate"])
    share, names = type_matrix(brain)
    analysis.plot_block_matrix(
        np.sqrt(share),
        names,
        label="square root of the share of connections",
        ax=axes["matrix"],
    )
    graph = brain.connectivity
    for label, degree, colour in zip(
        ("in-degree", "out-degree"),
        (graph.in_degree, graph.out_degree),
        COLOURS[:2],
        strict=True,
    ):
        analysis.plot_degree_ccdf(
            degree, label=label, colour=colour, fit=False, ax=axes["degree"]
        )
    titles = {
        "raster": "spikes by cell type",
        "rate": "rate of all neurons",
        "matrix": "who connects to whom",
    }
    for name, title in (titles | {"degree": "connections of a neuron"}).items():
        axes[name].set_title(title, loc="left", fontsize=FONT_SIZE + 1)
    with new_file(path) as temporary:
        figure.savefig(temporary, dpi=130, format="png")
