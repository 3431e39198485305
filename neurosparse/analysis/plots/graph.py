"""Figures of graph measures: motifs, rich club, eigenvalues, a run of rewiring, trade-offs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.plots.style import (
    AXES_HEIGHT,
    COLOURS,
    FONT_SIZE,
    GREY,
    INK,
    add_legend,
    columns_of,
    finish_axes,
    new_axes,
)
from neurosparse.analysis.topology.evolution import GraphMoment
from neurosparse.analysis.topology.hubs import RichClub
from neurosparse.analysis.topology.motifs import MOTIFS
from neurosparse.analysis.topology.table import GraphTable
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# one for each colour
MARKS = ("o", "s", "^", "D", "v", "P")
# what is drawn of a run unless said, as far as its graphs have it
USUAL = (
    "clustering",
    "modularity",
    "reciprocity",
    "square clustering",
    "assortativity out-in",
)


def plot_motifs(table: GraphTable, *, ax: "Axes | None" = None) -> "Axes":
    """Draw how often each of the 13 motifs occurs relative to its mean in the nulls.

    1 is chance, the scale logarithmic; the whisker is the range of 95 % of single nulls, ratios
    outside it are coloured. Motifs that no null had are left out.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.analysis import describe
    >>> ring = Connectivity.from_edges([0, 1, 2, 3], [1, 2, 3, 0], n_pre=4, n_post=4)
    >>> plot_motifs(describe(ring, nulls=3, rng=0)).get_ylabel()
    'count / null mean'
    """
    if not isinstance(table, GraphTable):
        raise bad_type("table", table, "a GraphTable", "write plot_motifs(describe(c))")
    names = [f"motif {name}" for name in MOTIFS]
    if set(names) - {row.measure for row in table}:
        expected = "a description of a graph on one population"
        raise bad_argument("table", Said("one without motifs"), expected)
    if not table.nulls:
        raise bad_argument(
            "table", Said("one without nulls"), "a description with nulls=1 or more"
        )
    ax = new_axes(ax)
    for place, row in enumerate(table[name] for name in names):
        if not (np.isfinite(row.null_mean) and row.null_mean > 0 and row.value > 0):
            continue
        ratio = row.value / row.null_mean
        low = row.low / row.null_mean
        high = row.high / row.null_mean
        colour = GREY
        if ratio > high or ratio < low:
            colour = COLOURS[0] if ratio > 1 else COLOURS[1]
        ax.bar(place, ratio - 1, bottom=1, color=colour, width=0.7)
        if np.isfinite(low):
            ax.plot([place, place], [max(low, 1e-3), high], color=INK, linewidth=0.8)
    ax.set_yscale("log")
    ax.axhline(1, color=INK, linewidth=0.6)
    ax.set_xticks(range(len(MOTIFS)), MOTIFS, rotation=90)
    ax.set_xlim(-0.6, len(MOTIFS) - 0.4)
    return finish_axes(ax, "", "count / null mean")


def plot_rich_club(curve: RichClub, *, ax: "Axes | None" = None) -> "Axes":
    """Draw the rich-club density over degree with the band of the nulls (mean ± 2 deviations).

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.analysis import rich_club
    >>> star = Connectivity.from_edges([0, 1, 0, 2], [1, 0, 2, 0], n_pre=3, n_post=3)
    >>> len(plot_rich_club(rich_club(star, nulls=2, rng=0)).lines)
    2
    """
    if not isinstance(curve, RichClub):
        raise bad_type("curve", curve, "a RichClub", "write plot_rich_club(rich_club(c))")
    ax = new_axes(ax)
    k = np.arange(len(curve.phi))
    ax.plot(k, curve.phi, color=COLOURS[0], linewidth=1.2, label="graph")
    ax.plot(k, curve.null_mean, color=GREY, linewidth=1, label="nulls")
    spread = 2 * curve.null_sd
    ax.fill_between(
        k,
        curve.null_mean - spread,
        curve.null_mean + spread,
        color=GREY,
        alpha=0.3,
        linewidth=0,
    )
    ax.set_ylim(bottom=0)
    add_legend(ax)
    return finish_axes(ax, "total degree above k", "density")


def plot_eigenvalues(
    values: npt.ArrayLike, *, radius: float | None = None, ax: "Axes | None" = None
) -> "Axes":
    """Draw eigenvalues in the complex plane, with the unit circle and a predicted radius.

    Args:
        values: complex `[n]`.
        radius: of a second circle, or None.
        ax: drawn on, or new axes.

    >>> plot_eigenvalues([1j, -1j, 0.5]).get_xlabel()
    'Re λ'
    """
    try:
        points = np.asarray(values, complex)
    except (TypeError, ValueError):
        remedy = "write plot_eigenvalues(eigenvalues(c))"
        raise bad_type("values", values, "numbers, flat [n]", remedy) from None
    ax = new_axes(ax, height=3.2)
    ax.plot(points.real, points.imag, ".", color=COLOURS[0], markersize=2.5)
    angle = np.linspace(0, 2 * np.pi, 200)
    x = np.cos(angle)
    y = np.sin(angle)
    ax.plot(x, y, color=INK, linewidth=0.7, label="|λ| = 1")
    if radius is not None:
        ax.plot(
            radius * x, radius * y, "--", color=COLOURS[1], linewidth=0.8, label="radius"
        )
    ax.set_aspect("equal")
    add_legend(ax, loc="upper right")
    return finish_axes(ax, "Re λ", "Im λ")


def plot_evolution(
    moments: Sequence[GraphMoment],
    measures: Sequence[str] | None = None,
    *,
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw measures of a rewiring run over time, and the share of its first edges left (dashed).

    Args:
        moments: from `graph_evolution`.
        measures: at most six; None takes clustering, modularity and reciprocity, or what layers
            have of shares.
        ax: drawn on, or new axes.

    >>> moment = GraphMoment(0.0, {"clustering": 0.1}, 1.0, 1.0)
    >>> len(plot_evolution([moment, moment], ["clustering"]).lines)
    2
    """
    if isinstance(moments, GraphMoment) or not moments:
        raise bad_argument(
            "moments", moments, "a list of at least one moment of graph_evolution"
        )
    common = set.intersection(*(set(moment.measures) for moment in moments))
    if measures is None:
        measures = [name for name in USUAL if name in common][:3]
    for name in measures:
        if name not in common:
            raise unknown_name("measures", name, common)
    if len(measures) > len(COLOURS):
        expected = f"at most {len(COLOURS)}, the colours there are"
        raise bad_argument("measures", len(measures), expected)
    ax = new_axes(ax)
    time = [moment.time for moment in moments]
    for name, colour in zip(measures, COLOURS, strict=False):
        values = [moment.measures[name] for moment in moments]
        ax.plot(time, values, color=colour, linewidth=1.2, label=name)
    original = [moment.original for moment in moments]
    ax.plot(time, original, "--", color=INK, linewidth=0.8, label="edges of the start")
    add_legend(ax, loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    return finish_axes(ax, "time", "")


def plot_trade_off(
    results: Mapping[str, Sequence[tuple[float, float]]],
    *,
    cost: str = "bytes",
    gain: str = "accuracy",
    ax: "Axes | None" = None,
) -> "Axes":
    """Draw what is gained at what cost, a line a method.

    Costs that span a factor of ten or more are on a log scale. From the seventh method on, colours
    come again with open marks and broken lines.

    Args:
        results: points (cost, gain) by method, at most twelve.
        cost: label of the x axis.
        gain: label of the y axis.
        ax: drawn on, or new axes.

    >>> sparse, dense = [(1e3, 0.8), (1e4, 0.9)], [(1e5, 0.91)]
    >>> len(plot_trade_off({"sparse": sparse, "dense": dense}).lines)
    2
    """
    if not results or not all(len(points) for points in results.values()):
        expected = "one method or more, each with a point or more"
        raise bad_argument("results", dict(results), expected)
    if len(results) > 2 * len(COLOURS):
        expected = f"at most {2 * len(COLOURS)} methods, the marks there are"
        raise bad_argument("results", len(results), expected)
    ax = new_axes(ax, AXES_HEIGHT + 0.13 * len(results))
    for place, (name, points) in enumerate(results.items()):
        again = place >= len(COLOURS)
        x, y = zip(*sorted(points), strict=True)
        ax.plot(
            x,
            y,
            color=COLOURS[place % len(COLOURS)],
            linestyle="--" if again else "-",
            linewidth=1,
            marker=MARKS[place % len(COLOURS)],
            markersize=4,
            markerfacecolor="white" if again else None,
            label=name,
        )
    costs = [x for points in results.values() for x, _ in points]
    if min(costs) > 0 and max(costs) >= 10 * min(costs):
        ax.set_xscale("log")
        if max(costs) < 100 * min(costs):
            _few_decades(ax)
    add_legend(ax, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns_of(list(results)))
    ax.tick_params(labelsize=FONT_SIZE - 1)
    return finish_axes(ax, cost, gain)


def _few_decades(ax: "Axes") -> None:
    """Plain numbers at 1, 2 and 5 of each decade: between too few labels and nine a decade."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,g}"))
    ax.xaxis.set_minor_locator(NullLocator())
