"""Every figure that a graph affords, one after the other."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.plots.chord import plot_chord
from neurosparse.analysis.plots.distributions import (
    plot_degree_ccdf,
    plot_delays,
    plot_weights,
)
from neurosparse.analysis.plots.graph import plot_eigenvalues, plot_motifs
from neurosparse.analysis.plots.matrix import plot_adjacency, plot_block_matrix
from neurosparse.analysis.plots.style import COLOURS, add_legend
from neurosparse.analysis.topology.blocks import block_matrix
from neurosparse.analysis.topology.communities import by_size, quick_partition
from neurosparse.analysis.topology.graph import as_connectivity, graph
from neurosparse.analysis.topology.spectrum import eigenvalues
from neurosparse.typing import Array, Int64

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurosparse.analysis.topology.table import GraphTable
    from neurosparse.connectivity import Connectivity

# neurons up to which all eigenvalues are drawn
SPECTRUM = 1500
# groups that blocks and chord tell apart
GROUPS = 18


def plot_gallery(
    connectivity: "Connectivity",
    table: "GraphTable | None" = None,
    *,
    groups: npt.ArrayLike | None = None,
) -> "Iterator[tuple[str, Axes]]":
    """Yield (name, Axes): adjacency, degrees, weights, delays, motifs, blocks, chord, eigenvalues.

    Left out are figures without content: weights or delays that are all alike, motifs without a
    `table` of nulls, blocks and chord of a graph between two populations, eigenvalues above 1,500
    neurons. Without `groups` `[n]` the communities of one search stand in for them.

    >>> from neurosparse.connectivity import Connectivity
    >>> pairs = Connectivity.from_edges([0, 1, 2, 3], [1, 0, 3, 2], n_pre=4, n_post=4)
    >>> [name for name, ax in plot_gallery(pairs)]
    ['adjacency', 'degrees', 'blocks', 'chord', 'eigenvalues']
    """
    as_connectivity(connectivity)
    # a table of a layer between as many neurons has other rows
    layer = table is not None and "neurons" not in {row.measure for row in table}
    square = connectivity.n_pre == connectivity.n_post and not layer
    labels = None
    if square:
        labels = _labels(connectivity) if groups is None else np.asarray(groups)
    yield "adjacency", plot_adjacency(connectivity, groups=labels)
    yield "degrees", _degrees(connectivity)
    if connectivity.nnz and np.ptp(connectivity.weights_array()) > 0:
        yield "weights", plot_weights(connectivity)
    if np.ndim(connectivity.delay_steps):
        yield "delays", plot_delays(connectivity)
    if table is not None and table.nulls and square:
        yield "motifs", plot_motifs(table)
    if labels is not None and connectivity.nnz:
        yield from _grouped(connectivity, labels)
    if square and 0 < connectivity.n_pre <= SPECTRUM:
        yield "eigenvalues", plot_eigenvalues(eigenvalues(connectivity))


def _degrees(connectivity: "Connectivity") -> "Axes":
    ax = plot_degree_ccdf(
        connectivity.out_degree, label="out-degree", colour=COLOURS[0], fit=False
    )
    plot_degree_ccdf(
        connectivity.in_degree, label="in-degree", colour=COLOURS[1], fit=False, ax=ax
    )
    add_legend(ax, loc="lower left")
    return ax


def _labels(connectivity: "Connectivity") -> Int64:
    """Communities by one quick search, 1 the largest."""
    return by_size(quick_partition(graph(connectivity), 0).labels) + 1


def _grouped(connectivity: "Connectivity", labels: Array) -> "Iterator[tuple[str, Axes]]":
    """Blocks and chord of the largest groups; all others together are one."""
    names, member, size = np.unique(labels, return_inverse=True, return_counts=True)
    if len(names) > GROUPS:
        large = np.argsort(-size, kind="stable")[: GROUPS - 1]
        labels = np.where(np.isin(member, large), labels.astype(str), "others")
    matrix = block_matrix(connectivity, labels)
    yield "blocks", plot_block_matrix(matrix.density, matrix.names)
    yield "chord", plot_chord(matrix.edges, matrix.names)
