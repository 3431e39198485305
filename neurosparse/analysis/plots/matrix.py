"""Figures of matrices: adjacency sorted by group, and the group-to-group block matrix."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.plots.style import (
    COLOUR_MAP,
    FONT_SIZE,
    GREY,
    INK,
    by_group,
    finish_axes,
    group_ticks,
    new_axes,
)
from neurosparse.analysis.topology.graph import as_connectivity
from neurosparse.errors import bad_argument
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurosparse.connectivity import Connectivity

# up to this size every edge is a dot; above it, edges are counted in at most FIELDS x FIELDS
# fields, fewer when there would be less than about PER_FIELD edges in each
DOTS = 5000
FIELDS = 400
PER_FIELD = 12


def plot_adjacency(
    connectivity: "Connectivity",
    *,
    groups: npt.ArrayLike | None = None,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw where edges are: presynaptic neurons down, postsynaptic across, sorted by group.

    Up to 5,000 neurons a side every edge is a dot; above, the grey of a field is the share of its
    edges that exist (log scale), so a big graph costs no more than a small one.

    Args:
        connectivity: the graph.
        groups: labels `[n]`; a graph between two populations takes none.
        ax: drawn on, or new axes.

    >>> from neurosparse.connectivity import Connectivity
    >>> chain = Connectivity.from_edges([0, 1], [1, 2], n_pre=3, n_post=3)
    >>> plot_adjacency(chain, groups=["a", "b", "b"]).get_xlabel()
    'postsynaptic'
    """
    n_pre, n_post = as_connectivity(connectivity).shape
    ax = new_axes(ax, height=3.4)
    if groups is not None and n_pre != n_post:
        raise bad_argument(
            "groups", groups, f"None for a bipartite graph ({n_pre} to {n_post})"
        )
    order, names, bounds = by_group(groups, n_pre)
    place = np.empty(n_pre, np.int64)
    place[order] = np.arange(n_pre)
    pre, post = connectivity.edges()
    row = place[pre]
    column = place[post] if groups is not None else post.astype(np.int64)
    if max(n_pre, n_post) <= DOTS:
        size = float(np.clip(2e4 / max(len(row), 1), 0.05, 12.0))
        ax.scatter(column, row, s=size, c=INK, linewidths=0, rasterized=True)
        ax.set_aspect("equal")
    else:
        _fields(ax, row, column, (n_pre, n_post))
    ax.set_xlim(-0.5, max(n_post, 1) - 0.5)
    ax.set_ylim(max(n_pre, 1) - 0.5, -0.5)
    finish_axes(ax, "postsynaptic", "presynaptic")
    _bounds(ax, names, bounds, n_pre)
    ax.spines[["top", "right"]].set_visible(True)
    return ax


def _fields(ax: "Axes", row: Any, column: Any, shape: tuple[int, int]) -> None:
    from matplotlib.colors import LogNorm

    finest = int(np.clip(np.sqrt(len(row) / PER_FIELD), 50, FIELDS))
    rows = min(finest, max(shape[0], 1))
    columns = min(finest, max(shape[1], 1))
    field = row * rows // shape[0] * columns + column * columns // shape[1]
    count = np.bincount(field, minlength=rows * columns).reshape(rows, columns)
    share = count * (rows * columns) / (shape[0] * shape[1])
    extent = (-0.5, shape[1] - 0.5, shape[0] - 0.5, -0.5)
    least = share[share > 0].min(initial=np.inf)
    scale = LogNorm(least, max(share.max(), least * 1.01)) if np.isfinite(least) else None
    picture = ax.imshow(
        np.where(share > 0, share, np.nan),
        cmap=COLOUR_MAP,
        norm=scale,
        extent=extent,
        interpolation="nearest",
    )
    bar = ax.figure.colorbar(picture, ax=ax, shrink=0.8, pad=0.02)
    bar.set_label("density", fontsize=FONT_SIZE)
    bar.ax.tick_params(labelsize=FONT_SIZE - 2, which="both")


def _bounds(ax: "Axes", names: list[Any], bounds: Any, n: int) -> None:
    if not names:
        return
    for line in bounds[1:-1]:
        ax.axhline(line - 0.5, color=GREY, linewidth=0.3)
        ax.axvline(line - 0.5, color=GREY, linewidth=0.3)
    ticks = group_ticks(names, bounds, 0.045 * n)
    places = [middle - 0.5 for middle, _ in ticks]
    labels = [name for _, name in ticks]
    ax.set_yticks(places, labels, fontsize=FONT_SIZE - 1)
    ax.set_xticks(places, labels, fontsize=FONT_SIZE - 1, rotation=90)
    ax.tick_params(length=0)


def plot_block_matrix(
    values: npt.ArrayLike,
    names: list[str],
    *,
    label: str = "density",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw a value per pair of groups, presynaptic down; with its number up to eight groups.

    Args:
        values: `[groups, groups]`.
        names: of the groups.
        label: of the values.
        ax: drawn on, or new axes.

    >>> plot_block_matrix([[0.5, 0.1], [0.0, 0.4]], ["E", "I"]).get_ylabel()
    'presynaptic'
    """
    table = np.asarray(values, np.float64)
    if table.shape != (len(names), len(names)):
        raise bad_argument("values", table, f"one value per pair of the {len(names)} names")
    if np.isinf(table).any():
        raise bad_argument("values", table, "finite numbers, or NaN for an empty cell")
    ax = new_axes(ax, height=2.9)
    if not len(names):
        # an image of nothing has no limits
        return finish_axes(ax, "postsynaptic", "presynaptic")
    picture = ax.imshow(
        table, cmap=COLOUR_MAP, vmin=min(0.0, float(np.nanmin(table, initial=0.0)))
    )
    if len(names) <= 8:
        _numbers(ax, table, picture)
    ax.set_xticks(range(len(names)), names, rotation=90)
    ax.set_yticks(range(len(names)), names)
    bar = ax.figure.colorbar(picture, ax=ax, shrink=0.8, pad=0.02)
    bar.set_label(label, fontsize=FONT_SIZE)
    bar.ax.tick_params(labelsize=FONT_SIZE - 1)
    finish_axes(ax, "postsynaptic", "presynaptic")
    if len(names) > 25:
        ax.tick_params(labelsize=4)
    return ax


def _numbers(ax: "Axes", table: Float64, picture: Any) -> None:
    for (row, column), value in np.ndenumerate(table):
        red, green, blue, _ = picture.cmap(picture.norm(value))
        # the brightness that an eye sees (ITU-R BT.601)
        dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
        ax.text(
            column,
            row,
            f"{value:.2g}",
            ha="center",
            va="center",
            fontsize=FONT_SIZE - 2,
            color="white" if dark else INK,
        )
