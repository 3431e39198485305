"""Chord diagram of ensembles: who projects to whom, and how much of everything that is."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.plots.style import COLOURS, FONT_SIZE, GREY, INK, new_axes
from neurosparse.errors import bad_argument
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# between two arcs, as a share of the circle
GAP = 0.02
# radius at which a ribbon stops before its receiver
SHORT = 0.93
# flows below this share of the total are left out
FAINT = 0.004
# arcs below this share of the circle have no name
SMALLEST_NAMED = 0.015


class Ribbon(NamedTuple):
    """A flow between two groups: where it leaves and where it arrives, as pairs of angles."""

    source: int
    target: int
    leaves: tuple[float, float]
    arrives: tuple[float, float]


def plot_chord(
    flow: npt.ArrayLike, names: list[str], *, least: float = FAINT, ax: "Axes | None" = None
) -> "Axes":
    """Draw the flow between groups as a chord diagram.

    Each group has an arc as long as what it sends and gets. A ribbon has the colour of its sender,
    begins at the sender's arc and stops short of the receiver's; its width is the flow. The six
    groups with most flow have colours of their own, all others grey.

    Args:
        flow: edges or synapses, presynaptic group first `[groups, groups]`.
        names: of the groups.
        least: flows below this share of the total are left out; the title says how much that is.
        ax: drawn on, or new axes.

    >>> ax = plot_chord([[4, 1], [0, 3]], ["E", "I"])
    >>> [text.get_text() for text in ax.texts], len(ax.patches)
    (['E', 'I'], 5)
    """
    from matplotlib.patches import PathPatch, Wedge

    table = np.asarray(flow, np.float64)
    if (
        table.shape != (len(names), len(names))
        or not np.isfinite(table).all()
        or (table < 0).any()
    ):
        expected = f"one flow, 0 or more, per pair of the {len(names)} names"
        raise bad_argument("flow", table, expected)
    ax = new_axes(ax, height=3.5)
    total = float(table.sum())
    colours = _colours(table)
    bounds = _bounds(table)
    # the widest on top
    ribbons = sorted(
        _ribbons(table, bounds), key=lambda one: float(table[one.source, one.target])
    )
    for ribbon in ribbons:
        if table[ribbon.source, ribbon.target] >= least * total:
            colour = colours[ribbon.source]
            ax.add_patch(
                PathPatch(_path(ribbon), facecolor=colour, alpha=0.55, linewidth=0)
            )
    for name, (low, high), colour in zip(names, bounds, colours, strict=True):
        if high > low:
            ends = np.degrees([low, high])
            ax.add_patch(Wedge((0, 0), 1.08, *ends, width=0.07, color=colour, linewidth=0))
        if high - low >= 2 * np.pi * SMALLEST_NAMED:
            _write_name(ax, name, (low + high) / 2)
    return _frame(ax, table, least)


def _frame(ax: "Axes", table: Float64, least: float) -> "Axes":
    total = table.sum()
    hidden = table[table < least * total].sum() / total if total else 0.0
    less = (
        f"; flows below {least:.1%} left out, {hidden:.0%} of all"
        if hidden >= 0.005
        else ""
    )
    ax.set_title(f"colour: sender{less}", fontsize=FONT_SIZE - 1, loc="left", pad=16)
    ax.set_xlim(-1.45, 1.45)
    ax.set_ylim(-1.45, 1.45)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _colours(table: Float64) -> list[str]:
    """Colours for the groups with most flow, grey for the rest."""
    colours = [GREY] * len(table)
    for group, colour in zip(
        np.argsort(-_sizes(table), kind="stable"), COLOURS, strict=False
    ):
        colours[group] = colour
    return colours


def _sizes(table: Float64) -> Float64:
    return np.asarray(table.sum(axis=0) + table.sum(axis=1))


def _bounds(table: Float64) -> list[tuple[float, float]]:
    """First and last angle of each group's arc, clockwise from the top, with gaps between."""
    size = _sizes(table)
    share = size / size.sum() if size.sum() else size
    # above twenty groups the gaps get narrower, so that arcs do not vanish
    width = share * 2 * np.pi * (1 - GAP * min(len(table), 20) / 2)
    gap = (2 * np.pi - width.sum()) / max(len(table), 1)
    high = np.pi / 2 - np.cumsum(width + gap) + width + gap
    return [(float(last - arc), float(last)) for last, arc in zip(high, width, strict=True)]


def _ribbons(table: Float64, bounds: list[tuple[float, float]]) -> Iterator[Ribbon]:
    """Cut each arc into what it sends, by receiver, then what it gets, by sender."""
    size = _sizes(table)
    length = np.array([high - low for low, high in bounds])
    # angle a unit of flow
    unit = np.divide(length, size, out=np.zeros_like(length), where=size > 0)
    top = np.array([high for _, high in bounds])
    sent = top[:, None] - np.cumsum(table, axis=1) * unit[:, None]
    # receiving parts follow the sending ones
    first = top - table.sum(axis=1) * unit
    received = first[None, :] - np.cumsum(table, axis=0) * unit[None, :]
    for source, target in np.argwhere(table > 0).tolist():
        flow = table[source, target]
        leaves = sent[source, target]
        arrives = received[source, target]
        yield Ribbon(
            source,
            target,
            (leaves, leaves + flow * unit[source]),
            (arrives, arrives + flow * unit[target]),
        )


def _path(ribbon: Ribbon) -> Any:
    """Along the sender's arc, over to the receiver's by a curve through the centre, and back."""
    from matplotlib.path import Path

    sender = _arc(*ribbon.leaves, 1.0)
    receiver = _arc(*ribbon.arrives, SHORT)
    centre = np.zeros((1, 2))
    points = np.concatenate([sender, centre, receiver, centre, sender[:1]])
    across = [Path.CURVE3] * 2
    along_sender = [Path.MOVETO] + [Path.LINETO] * (len(sender) - 1)
    along_receiver = [Path.LINETO] * (len(receiver) - 1)
    return Path(points, [*along_sender, *across, *along_receiver, *across])


def _arc(low: float, high: float, radius: float) -> Float64:
    angle = np.linspace(low, high, max(2, int((high - low) / 0.03) + 2))
    return radius * np.column_stack([np.cos(angle), np.sin(angle)])


def _write_name(ax: "Axes", name: str, angle: float) -> None:
    left = np.cos(angle) < 0
    ax.text(
        1.13 * np.cos(angle),
        1.13 * np.sin(angle),
        name,
        # upright on both sides
        rotation=np.degrees(angle) + 180 * left,
        rotation_mode="anchor",
        ha="right" if left else "left",
        va="center",
        fontsize=FONT_SIZE - 1,
        color=INK,
    )
