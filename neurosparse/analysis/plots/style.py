"""Colours that a colour-blind reader tells apart, and axes sized for one column of a paper."""

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from neurosparse.errors import bad_argument, bad_type
from neurosparse.typing import Int64

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# M. Okabe, K. Ito, "Color universal design" (2008), without its yellow, which is lost on white;
# ink is for data without a group
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
INK = "#222222"
GREY = "#8A8A8A"
# from white (nothing) to dark blue, in grey print too
COLOUR_MAP = "Blues"

# inches: one column, and a height that leaves room for two figures on a page
COLUMN_WIDTH = 3.5
AXES_HEIGHT = 2.4
FONT_SIZE = 8


def new_axes(ax: "Axes | None", height: float = AXES_HEIGHT) -> "Axes":
    """Return the given axes, or new ones at the width of one column.

    >>> new_axes(None).figure.get_size_inches().tolist()
    [3.5, 2.4]
    """
    if ax is not None:
        if not hasattr(ax, "plot"):
            raise bad_type("ax", ax, "matplotlib Axes", "write ax=figure.subplots()")
        return ax
    import matplotlib.figure

    # a figure outside pyplot's list is freed with its last reference
    figure = matplotlib.figure.Figure(figsize=(COLUMN_WIDTH, height), layout="constrained")
    return figure.add_subplot()


def figure_of(ax: "Axes") -> "Figure":
    """The whole figure that some axes are on, to be saved."""
    import matplotlib.figure

    figure = ax.figure
    while not isinstance(figure, matplotlib.figure.Figure):
        figure = figure.figure
    return figure


def finish_axes(ax: "Axes", x: str, y: str, title: str | None = None) -> "Axes":
    """Label the axes, set small type and take off the frame that carries nothing."""
    ax.set_xlabel(x, fontsize=FONT_SIZE)
    ax.set_ylabel(y, fontsize=FONT_SIZE)
    if title:
        ax.set_title(title, fontsize=FONT_SIZE, loc="left")
    ax.tick_params(labelsize=FONT_SIZE - 1)
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def add_legend(ax: "Axes", **options: Any) -> None:
    """Add a small legend without a frame, when anything has a label."""
    if ax.get_legend_handles_labels()[0]:
        ax.legend(fontsize=FONT_SIZE - 1, frameon=False, **options)


def columns_of(names: list[str]) -> int:
    """How many columns of a legend with these names fit above one column of a paper.

    >>> columns_of(["sparse", "dense"]), columns_of(["dense, equal weights", "magnitude pruning"])
    (2, 1)
    """
    # 36 letters, found by looking
    return 2 if sum(sorted(map(len, names))[-2:]) <= 36 else 1


def whole_numbers(ax: "Axes") -> None:
    """Put ticks of the x axis at whole numbers only."""
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator("auto", integer=True))


def by_group(groups: npt.ArrayLike | None, n: int) -> tuple[Int64, list[Any], Int64]:
    """Sort neurons by group: their order `[n]`, the names, and the bounds `[groups + 1]`.

    >>> by_group(["b", "a", "b"], 3)
    (array([1, 0, 2]), ['a', 'b'], array([0, 1, 3]))
    """
    if groups is None:
        return np.arange(n), [], np.array([0, n])
    labels = np.asarray(groups)
    if labels.shape != (n,):
        raise bad_argument("groups", labels, f"one label per neuron, shape [{n}]")
    try:
        names, member = np.unique(labels, return_inverse=True)
    except TypeError:
        remedy = "name the neurons without a group too"
        raise bad_argument("groups", groups, "names or numbers alone", remedy) from None
    bounds = np.concatenate(([0], np.cumsum(np.bincount(member, minlength=len(names)))))
    return np.argsort(member, kind="stable"), names.tolist(), bounds


def group_ticks(names: list[Any], bounds: Any, least: float) -> list[tuple[float, str]]:
    """Where to write which group's name: the middle of each group that is at least `least` wide.

    >>> group_ticks(["a", "b"], [0, 1, 10], least=2)
    [(5.5, 'b')]
    """
    return [
        (float((low + high) / 2), str(name))
        for name, (low, high) in zip(names, pairwise(bounds), strict=True)
        if high - low >= least
    ]
