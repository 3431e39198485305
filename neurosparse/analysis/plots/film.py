"""Film strip of a run that rewires: the adjacency at several moments, new edges in colour."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.plots.style import COLOURS, FONT_SIZE, GREY, by_group, new_axes
from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.selection import pair_keys
from neurosparse.typing import Bool, Float64, Int64

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurosparse.connectivity import Connectivity

# at most this many fields a side
FIELDS = 96
OLD = COLOURS[0]
NEW = COLOURS[1]


def plot_film(
    snapshots: "Sequence[tuple[float, Connectivity]]",
    *,
    frames: int = 5,
    groups: npt.ArrayLike | None = None,
    unit: str = "",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw the adjacency at several moments of a run, evenly chosen, first and last among them.

    Presynaptic neurons run down, postsynaptic across. A field's depth of colour is the number of
    its edges (square root scale, the same in all frames); it is orange where at least half of them
    are new since the frame before, else blue. The line below counts the new ones.

    Args:
        snapshots: (time, connectivity), all of the same neurons.
        frames: how many are drawn.
        groups: neurons of a square graph are sorted by these labels `[n]`.
        unit: of the time.
        ax: drawn on, or new axes.

    >>> from neurosparse.connectivity import Connectivity
    >>> first = Connectivity.from_edges([0, 1], [1, 0], n_pre=3, n_post=3)
    >>> strip = plot_film([(0, first), (1, first.without([0]).with_edges([2], [0]))])
    >>> [text.get_text() for text in strip.child_axes[1].texts]
    ['50 % new']
    """
    whole_number("frames", frames, 1)
    _check(snapshots, groups)
    count = min(frames, len(snapshots))
    chosen = np.unique(np.linspace(0, len(snapshots) - 1, count).round().astype(int))
    ax = new_axes(ax, height=1.15)
    strip = _frames([snapshots[k][1] for k in chosen], groups)
    most = max(float(frame.edges.max(initial=0)) for frame in strip) or 1.0
    n_pre, n_post = snapshots[0][1].shape
    for place, (k, frame) in enumerate(zip(chosen, strip, strict=True)):
        inset = ax.inset_axes(
            (place / len(chosen) + 0.01, 0.12, 1 / len(chosen) - 0.02, 0.76)
        )
        image = inset.imshow(_colour(frame, most), interpolation="nearest")
        image.axes.set_aspect("equal" if n_pre == n_post else "auto")
        inset.set_xticks([])
        inset.set_yticks([])
        inset.spines[:].set_color(GREY)
        inset.set_title(
            f"{snapshots[k][0]:g} {unit}".strip(), fontsize=FONT_SIZE - 1, pad=2
        )
        if place:
            _write_below(inset, f"{100 * frame.share_new:.0f} % new")
    ax.axis("off")
    return ax


def _check(
    snapshots: "Sequence[tuple[float, Connectivity]]", groups: npt.ArrayLike | None
) -> None:
    if not snapshots:
        raise bad_argument("snapshots", Said("none"), "at least one (time, connectivity)")
    shapes = [graph.shape for _, graph in snapshots]
    if len(set(shapes)) > 1:
        raise bad_argument("snapshots", shapes, "graphs of the same neurons")
    n_pre, n_post = shapes[0]
    if groups is not None and n_pre != n_post:
        expected = f"None for a bipartite graph ({n_pre} to {n_post})"
        raise bad_argument("groups", groups, expected)


def _write_below(ax: "Axes", text: str) -> None:
    ax.text(
        0.5,
        -0.04,
        text,
        transform=ax.transAxes,
        fontsize=FONT_SIZE - 1,
        color=NEW,
        ha="center",
        va="top",
    )


class _Frame(NamedTuple):
    """Edges and new edges of each field `[fields, fields]`, and the share of edges that are new."""

    edges: Float64
    new: Float64
    share_new: float


def _frames(graphs: "Sequence[Connectivity]", groups: npt.ArrayLike | None) -> list[_Frame]:
    n = graphs[0].n_pre
    order, _, _ = by_group(groups, n)
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    frames = []
    before = None
    for graph in graphs:
        pre, post = graph.edges()
        keys = pair_keys(pre, post, graph.n_post)
        new = np.zeros(len(keys), bool) if before is None else ~np.isin(keys, before)
        edges, fresh = _fields(graph, None if groups is None else place, new)
        frames.append(_Frame(edges, fresh, float(new.mean()) if len(new) else 0.0))
        before = keys
    return frames


def _fields(
    graph: "Connectivity", place: Int64 | None, new: Bool
) -> tuple[Float64, Float64]:
    """Edges and new edges in each field."""
    rows = min(FIELDS, max(graph.n_pre, 1))
    columns = min(FIELDS, max(graph.n_post, 1))
    pre, post = graph.edges()
    row = pre.astype(np.int64) if place is None else place[pre]
    column = post.astype(np.int64) if place is None else place[post]
    row = row * rows // max(graph.n_pre, 1)
    column = column * columns // max(graph.n_post, 1)
    field = row * columns + column
    edges = np.bincount(field, minlength=rows * columns)
    fresh = np.bincount(field[new], minlength=rows * columns)
    shape = (rows, columns)
    return edges.reshape(shape).astype(np.float64), fresh.reshape(shape).astype(np.float64)


def _colour(frame: _Frame, most: float) -> Float64:
    """An RGB image `[fields, fields, 3]`."""
    from matplotlib.colors import to_rgb

    depth = np.sqrt(frame.edges / most)[..., None]
    mostly_new = (2 * frame.new >= frame.edges)[..., None]
    colour = np.where(mostly_new, np.array(to_rgb(NEW)), np.array(to_rgb(OLD)))
    return np.asarray(1 - depth * (1 - colour))
