"""The figure of the study."""

import numpy as np

from lnp_parts.records import HIGHER, MAIN, UNITS, of
from lnp_parts.rules import ABLATED, OTHERS
from neurosparse.analysis import bootstrap_interval, paired_interval


def figure(runs, seeds, densities, path):
    """Every metric against SynOps: one line a rule, points are densities."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from neurosparse import analysis

    metrics = [m for m in HIGHER if m in runs.values()[0]]
    drawing = Figure(
        figsize=(2 * analysis.COLUMN_WIDTH, 2 * analysis.AXES_HEIGHT), layout="constrained"
    )
    rows = drawing.subplots(2, len(metrics), squeeze=False)
    for ax, metric in zip(rows[0], metrics, strict=True):
        for colour, rule in zip(analysis.COLOURS, ("lnp", *OTHERS), strict=False):
            points = [("unpruned", (1.0, 1.0))] + [(rule, d) for d in densities]
            x = [np.mean(list(of(runs, r, d, "synops", seeds).values())) for r, d in points]
            y = [
                bootstrap_interval(list(of(runs, r, d, metric, seeds).values()))
                for r, d in points
            ]
            error = np.array([[p.mean - p.low for p in y], [p.high - p.mean for p in y]])
            ax.errorbar(
                x,
                [p.mean for p in y],
                error,
                color=colour,
                marker="o",
                ms=2.5,
                lw=0.9,
                label=rule,
            )
        analysis.finish_axes(ax, "SynOps a step", f"{metric}\n({UNITS[metric]})")
        ax.set_xscale("log")
    analysis.add_legend(rows[0][0])
    for ax, metric in zip(rows[1], metrics, strict=True):
        base = of(runs, "lnp", MAIN, metric, seeds)
        for at, rule in enumerate(ABLATED):
            apart = paired_interval(of(runs, rule, MAIN, metric, seeds), base)
            error = [[apart.mean - apart.low], [apart.high - apart.mean]]
            ax.errorbar(
                [apart.mean], [at], xerr=error, color=analysis.INK, marker="o", ms=3
            )
        ax.axvline(0, color=analysis.GREY, lw=0.8)
        ax.set_yticks(
            range(len(ABLATED)), list(ABLATED) if ax is rows[1][0] else [""] * len(ABLATED)
        )
        analysis.finish_axes(ax, "difference to the whole LNP", "")
    FigureCanvasAgg(drawing)
    drawing.savefig(path, dpi=160, metadata={"Software": None})
