"""Chord diagram of ensembles: who projects to whom, and how much of everything that is."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.plots.style import COLOURS, FONT_SIZE, GREY, INK, new_axes
from neurosparse.errors import bad_argument

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Float = npt.NDArray[np.float64]
GAP = 0.02
SHORT = 0.93
FAINT = 0.004
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
    """Draw the flow between groups `[groups, groups]` (edges, synapses; presynaptic first) as a
    chord diagram.

    Each group has an arc as long as what it sends and gets. A ribbon has the colour of its sender,
    begins at the sender's arc and stops short of the receiver's; its width is the flow. The six
    groups with most flow have colours of their own, all others grey. Flows below `least` of the
    total are left out, and the title says what share that is.

    >>> ax = plot_chord([[4, 1], [0, 3]], ["E", "I"])
    >>> [text.get_text() for text in ax.texts], len(ax.patches)
    (['E', 'I'], 5)
    """
    from matplotlib.patches import PathPatch, Wedge

    table = np.asarray(flow, np.float64)
    if table.shape != (len(names), len(names)) or not np.isfinite(table).all() or (table < 0).any():
        raise bad_argument(
            "flow", table, f"one flow, 0 or more, per pair of the {len(names)} names"
        )
    ax = new_axes(ax, height=3.5)
    total = float(table.sum())
    colour = _colours(table)
    bounds = _bounds(table)
    for ribbon in sorted(_ribbons(table, bounds), key=lambda one: table[one.source, one.target]):
        if table[ribbon.source, ribbon.target] >= least * total:
            ax.add_patch(
                PathPatch(_path(ribbon), facecolor=colour[ribbon.source], alpha=0.55, linewidth=0)
            )
    for name, (low, high), tint in zip(names, bounds, colour, strict=True):
        if high > low:
            ax.add_patch(
                Wedge(
                    (0, 0),
                    1.08,
                    np.degrees(low),
                    np.degrees(high),
                    width=0.07,
                    color=tint,
                    linewidth=0,
                )
            )
        if high - low >= 2 * np.pi * SMALLEST_NAMED:
            _name(ax, name, (low + high) / 2)
    return _frame(ax, table, least)


def _frame(ax: "Axes", table: Float, least: float) -> "Axes":
    total = table.sum()
    hidden = table[table < least * total].sum() / total if total else 0.0
    less = f"; flows below {least:.1%} left out, {hidden:.0%} of all" if hidden >= 0.005 else ""
    ax.set_title(f"colour: sender{less}", fontsize=FONT_SIZE - 1, loc="left")
    ax.set_xlim(-1.45, 1.45)
    ax.set_ylim(-1.45, 1.45)
    ax.set_aspect("equal")
    ax.axis("off")
    return ax


def _colours(table: Float) -> list[str]:
    """Colours for the groups with most flow, grey for the rest."""
    colour = [GREY] * len(table)
    for group, tint in zip(np.argsort(-_sizes(table), kind="stable"), COLOURS, strict=False):
        colour[group] = tint
    return colour


def _sizes(table: Float) -> Float:
    return np.asarray(table.sum(axis=0) + table.sum(axis=1))


def _bounds(table: Float) -> list[tuple[float, float]]:
    """First and last angle of each group's arc, clockwise from the top, with gaps between."""
    size = _sizes(table)
    share = size / size.sum() if size.sum() else size
    wide = share * 2 * np.pi * (1 - GAP * min(len(table), 20) / 2)
    gap = (2 * np.pi - wide.sum()) / max(len(table), 1)
    high = np.pi / 2 - np.cumsum(wide + gap) + wide + gap
    return [(float(top - width), float(top)) for top, width in zip(high, wide, strict=True)]


def _ribbons(table: Float, bounds: list[tuple[float, float]]) -> Iterator[Ribbon]:
    """Cut each arc into what it sends, by receiver, then what it gets, by sender."""
    size = _sizes(table)
    unit = np.array(
        [(high - low) / s if s else 0.0 for (low, high), s in zip(bounds, size, strict=True)]
    )
    top = np.array([high for _, high in bounds])
    sent = top[:, None] - np.cumsum(table, axis=1) * unit[:, None]
    # receiving parts follow the sending ones
    got = (top - table.sum(axis=1) * unit)[None, :] - np.cumsum(table, axis=0) * unit[None, :]
    for source, target in np.argwhere(table > 0).tolist():
        flow = table[source, target]
        leaves = sent[source, target]
        arrives = got[source, target]
        yield Ribbon(
            source, target, (leaves, leaves + flow * unit[source]), (arrives, arrives + flow * unit[target])
        )  # fmt: skip


def _path(ribbon: Ribbon) -> Any:
    """Along the sender's arc, over to the receiver's by a curve through the centre, and back."""
    from matplotlib.path import Path

    one = _arc(*ribbon.leaves, 1.0)
    two = _arc(*ribbon.arrives, SHORT)
    middle = np.zeros((1, 2))
    points = np.concatenate([one, middle, two, middle, one[:1]])
    code = (
        [Path.MOVETO]
        + [Path.LINETO] * (len(one) - 1)
        + [Path.CURVE3] * 2
        + [Path.LINETO] * (len(two) - 1)
    )
    return Path(points, [*code, Path.CURVE3, Path.CURVE3])


def _arc(low: float, high: float, radius: float) -> Float:
    angle = np.linspace(low, high, max(2, int((high - low) / 0.03) + 2))
    return radius * np.column_stack([np.cos(angle), np.sin(angle)])


def _name(ax: "Axes", name: str, angle: float) -> None:
    turn = np.degrees(angle)
    left = np.cos(angle) < 0
    ax.text(
        1.13 * np.cos(angle), 1.13 * np.sin(angle), name, rotation=turn + 180 * left, rotation_mode="anchor",
        ha="right" if left else "left", va="center", fontsize=FONT_SIZE - 1, color=INK,
    )  # fmt: skip
