"""The comparison as one figure: accuracy against bytes, and against seconds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurosparse.analysis.comparison.contestant import REFERENCE
from neurosparse.analysis.comparison.table import Record, comparison_summary
from neurosparse.analysis.plots.style import COLOURS, GREY, INK, finish_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANELS = (
    ("bytes", "bytes stored (weights, indices, moments)"),
    ("train_seconds", "seconds of training"),
)
ACCURACY = "accuracy, last epoch (%)"


def comparison_figure(records: Sequence[Record]) -> "Figure":
    """Draw a line a method over its sparsities, with 95 % intervals, in both panels."""
    import matplotlib.figure

    figure = matplotlib.figure.Figure(figsize=(9, 3.8), layout="constrained")
    rows = comparison_summary(records)
    panels = figure.subplots(1, len(PANELS), sharey=True)
    for ax, (key, label) in zip(panels, PANELS, strict=True):
        draw_costs(rows, key, label, ax)
    panels[0].set_ylabel(ACCURACY, fontsize=8)
    panels[1].set_ylabel("")
    if rows:
        lines, labels = panels[0].get_legend_handles_labels()
        figure.legend(lines, labels, loc="outside right center", fontsize=7, frameon=False)
    return figure


def draw_costs(rows: Sequence[Record], cost: str, label: str, ax: "Axes") -> "Axes":
    """Draw accuracy against one cost of the rows of `comparison_summary`, on a log axis."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

    ordered = sorted(rows, key=lambda row: (row["kernel"], row["method"]))
    names = list(dict.fromkeys(row["method"] for row in ordered))
    sparse = 0
    others = 0
    for name in names:
        line = [row for row in rows if row["method"] == name]
        line.sort(key=lambda row: float(row["density"]))
        if line[0]["kernel"] == "sparse kernel":
            style = {
                "color": COLOURS[sparse % len(COLOURS)],
                "linestyle": "-",
                "marker": "o",
            }
            sparse += 1
        else:
            colour = INK if name == REFERENCE else GREY
            style = {"color": colour, "linestyle": ":", "marker": "*sdv^"[others % 5]}
            others += 1
        _draw_line(ax, line, cost, style)
    ax.set_xscale("log")
    # Matplotlib's own labels overlap where there is less than a decade to show
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(EngFormatter(sep=""))
    ax.xaxis.set_minor_formatter(NullFormatter())
    return finish_axes(ax, label, ACCURACY)


def _draw_line(
    ax: "Axes", line: Sequence[Record], cost: str, style: dict[str, Any]
) -> None:
    accuracy = [100 * row["accuracy"] for row in line]
    below = [100 * (row["accuracy"] - row["low"]) for row in line]
    above = [100 * (row["high"] - row["accuracy"]) for row in line]
    ax.errorbar(
        # a log axis has no place for 0
        [max(float(row[cost]), 1e-9) for row in line],
        accuracy,
        yerr=[below, above],
        label=f"{line[0]['method']} ({line[0]['kernel']})",
        markersize=4,
        linewidth=1,
        elinewidth=0.6,
        **style,
    )
