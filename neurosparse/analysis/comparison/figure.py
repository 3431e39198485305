"""The comparison as one figure: accuracy against bytes, and against seconds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from neurosparse.analysis.comparison.contestant import REFERENCE
from neurosparse.analysis.comparison.table import Record, comparison_summary

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANELS = (
    ("bytes", "bytes stored (weights, indices, moments)"),
    ("train_seconds", "seconds of training"),
)


def comparison_figure(records: Sequence[Record]) -> "Figure":
    """Draw a line a method over its sparsities, with 95 % intervals, in both panels."""
    import matplotlib.figure

    made = matplotlib.figure.Figure(figsize=(9, 3.8), layout="constrained")
    rows = comparison_summary(records)
    axes = made.subplots(1, len(PANELS), sharey=True)
    for ax, (key, label) in zip(axes, PANELS, strict=True):
        draw_costs(rows, key, label, ax)
    axes[0].set_ylabel("accuracy, last epoch (%)", fontsize=8)
    axes[1].set_ylabel("")
    if rows:
        made.legend(
            *axes[0].get_legend_handles_labels(),
            loc="outside right center",
            fontsize=7,
            frameon=False,
        )
    return made


def draw_costs(rows: Sequence[Record], key: str, label: str, ax: "Axes") -> "Axes":
    """Draw accuracy against one cost of the rows of `comparison_summary`, on a logarithmic axis."""
    from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

    from neurosparse.analysis.plots.style import COLOURS, GREY, INK, finish_axes

    names = list(
        dict.fromkeys(
            row["method"] for row in sorted(rows, key=lambda r: (r["kernel"], r["method"]))
        )
    )
    sparse, others = 0, 0
    for name in names:
        mine = sorted(
            (row for row in rows if row["method"] == name), key=lambda row: float(row["density"])
        )
        real = mine[0]["kernel"] == "sparse kernel"
        colour = COLOURS[sparse % len(COLOURS)] if real else (INK if name == REFERENCE else GREY)
        style = "-" if real else ":"
        marker = "o" if real else "*sdv^"[others % 5]
        sparse = sparse + real
        others = others + (not real)
        high = [100 * row["accuracy"] for row in mine]
        bars = [
            [100 * (r["accuracy"] - r["low"]) for r in mine],
            [100 * (r["high"] - r["accuracy"]) for r in mine],
        ]
        x = [max(float(row[key]), 1e-9) for row in mine]
        marks: dict[str, Any] = {
            "marker": marker,
            "markersize": 4,
            "linewidth": 1,
            "elinewidth": 0.6,
        }
        ax.errorbar(
            x,
            high,
            yerr=bars,
            color=colour,
            linestyle=style,
            label=f"{name} ({mine[0]['kernel']})",
            **marks,
        )
    ax.set_xscale("log")
    # Matplotlib's own labels overlap where there is less than a decade to show
    ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    ax.xaxis.set_major_formatter(EngFormatter(sep=""))
    ax.xaxis.set_minor_formatter(NullFormatter())
    return finish_axes(ax, label, "accuracy, last epoch (%)")
