"""Film strip of a run that rewires: the adjacency at several moments, what is new in another
colour.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.plots.style import COLOURS, FONT_SIZE, GREY, by_group, new_axes
from neurosparse.errors import bad_argument

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from neurosparse.connectivity import Connectivity

Float = npt.NDArray[np.float64]
FIELDS = 96
OLD, NEW = COLOURS[0], COLOURS[1]


def plot_film(
    snapshots: "Sequence[tuple[float, Connectivity]]", *, frames: int = 5, groups: npt.ArrayLike | None = None,
    unit: str = "", ax: "Axes | None" = None,
) -> "Axes":  # fmt: skip
    """Draw the adjacency of `frames` of the (time, connectivity) `snapshots`, evenly chosen, first
    and last among them.

    Presynaptic neurons run down, postsynaptic across, both sorted by `groups` `[n]` of a square
    graph. A field's depth of colour is the number of its edges (square root scale, the same in all
    frames); it is orange where at least half of them are new since the frame before, else blue. The
    line below counts the new ones.

    >>> from neurosparse.connectivity import Connectivity
    >>> first = Connectivity.from_edges([0, 1], [1, 0], n_pre=3, n_post=3)
    >>> strip = plot_film([(0, first), (1, first.without([0]).with_edges([2], [0]))])
    >>> [text.get_text() for text in strip.child_axes[1].texts]
    ['50 % new']
    """
    if frames < 1 or not snapshots:
        raise bad_argument("frames", frames, "at least 1 frame of at least one snapshot")
    shape = snapshots[0][1].shape
    if any(one.shape != shape for _, one in snapshots):
        raise bad_argument(
            "snapshots", [one.shape for _, one in snapshots], "graphs of the same neurons"
        )
    if groups is not None and shape[0] != shape[1]:
        raise bad_argument(
            "groups", groups, f"None for a bipartite graph ({shape[0]} to {shape[1]})"
        )
    chosen = np.unique(
        np.linspace(0, len(snapshots) - 1, min(frames, len(snapshots))).round().astype(int)
    )
    ax = new_axes(ax, height=1.15)
    pictures, news = _pictures([snapshots[k][1] for k in chosen], groups)
    for place, (k, picture) in enumerate(zip(chosen, pictures, strict=True)):
        inset = ax.inset_axes((place / len(chosen) + 0.01, 0.12, 1 / len(chosen) - 0.02, 0.76))
        inset.imshow(
            picture, interpolation="nearest", aspect="auto" if shape[0] != shape[1] else "equal"
        )
        inset.set_xticks([])
        inset.set_yticks([])
        inset.spines[:].set_color(GREY)
        inset.set_title(f"{snapshots[k][0]:g} {unit}".strip(), fontsize=FONT_SIZE - 1, pad=2)
        if place:
            inset.text(
                0.5, -0.04, f"{100 * news[place]:.0f} % new", transform=inset.transAxes, fontsize=FONT_SIZE - 1,
                color=NEW, ha="center", va="top",
            )  # fmt: skip
    ax.axis("off")
    return ax


def _pictures(
    graphs: "list[Connectivity]", groups: npt.ArrayLike | None
) -> tuple[list[Any], list[float]]:
    """RGB images `[fields, fields, 3]`, and the share of edges that are new."""
    shape = graphs[0].shape
    order, _, _ = by_group(groups, shape[0])
    place = np.empty(shape[0], np.int64)
    place[order] = np.arange(shape[0])
    counts: list[tuple[Float, Float]] = []
    news = []
    before = None
    for one in graphs:
        key = _keys(one)
        new = np.zeros(len(key), bool) if before is None else ~np.isin(key, before)
        counts.append(_fields(one, place if groups is not None else None, new))
        news.append(float(new.mean()) if len(new) else 0.0)
        before = key
    most = max((float(every.max(initial=0)) for every, _ in counts), default=0.0) or 1.0
    return [_colour(every, new, most) for every, new in counts], news


def _keys(graph: "Connectivity") -> npt.NDArray[np.int64]:
    pre, post = graph.edges()
    return np.asarray(pre.astype(np.int64) * graph.n_post + post)


def _fields(graph: "Connectivity", place: Any, new: npt.NDArray[np.bool_]) -> tuple[Float, Float]:
    """Edges and new edges in each field."""
    rows, columns = (min(FIELDS, max(n, 1)) for n in graph.shape)
    pre, post = (side.astype(np.int64) if place is None else place[side] for side in graph.edges())
    key = pre * rows // max(graph.n_pre, 1) * columns + post * columns // max(graph.n_post, 1)
    every, fresh = (
        np.bincount(k, minlength=rows * columns).reshape(rows, columns) for k in (key, key[new])
    )
    return every.astype(np.float64), fresh.astype(np.float64)


def _colour(every: Float, new: Float, most: float) -> Float:
    from matplotlib.colors import to_rgb

    depth = np.sqrt(every / most)[..., None]
    tint = np.where((2 * new >= every)[..., None], np.array(to_rgb(NEW)), np.array(to_rgb(OLD)))
    return np.asarray(1 - depth * (1 - tint))
