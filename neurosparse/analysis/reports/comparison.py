"""Sections of a comparison: accuracy with intervals, against memory, time and density."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.analysis.plots.graph import plot_trade_off
from neurosparse.analysis.plots.style import (
    COLOURS,
    add_legend,
    columns_of,
    finish_axes,
    new_axes,
    whole_numbers,
)
from neurosparse.analysis.reports.benchmark import pairs_of
from neurosparse.analysis.reports.page import Cell, Paragraph, Section, Sheet
from neurosparse.analysis.reports.picture import Picture, picture
from neurosparse.errors import Said, bad_argument, missing_extra

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Record = dict[str, Any]
# lines that a figure can tell apart
MOST = 12
COSTS = {
    "bytes": "bytes of weights, indices and optimiser state",
    "train_seconds": "seconds of training",
    "macs": "multiply-accumulates a sample",
    "density": "the share of weights that exist",
}
BRACKETS = (
    "means over seeds; in brackets 95 % intervals, "
    "of differences between runs of the same seed; best first"
)


def comparison(
    runs: Sequence[Record], rows: Sequence[Record] = (), about: Record | None = None
) -> list[Section]:
    """Show the records of `analysis.compare`: one JSON object for each method, density and seed.

    Args:
        runs: the records.
        rows: their summary, as `report.json` of a comparison holds it; made here when missing.
        about: what else that file says of the comparison.

    Raises:
        ImportError: the summary is missing, and PyTorch, which the comparison stands on, is too.
        ValueError: a record lacks a field.
    """
    rows = rows or _summary(runs)
    columns = [name for name in rows[0] if name not in ("low", "high")]
    cells = [[_cell(name, row) for name in columns] for row in rows]
    sheet = Sheet([_head(name) for name in columns], cells, BRACKETS)
    seeds = sorted({run["seed"] for run in runs})
    methods = {method(run) for run in runs}
    counted = f"{len(runs)} runs: {len(methods)} methods, {len(seeds)} seeds."
    doubts = [Paragraph(str(doubt)) for doubt in (about or {}).get("doubts", ())]
    sections = [
        Section("Result", [Paragraph(counted), *doubts, sheet]),
        Section("Accuracy and what it costs", _costs(rows)),
        *_curves(runs),
        Section("Every run", [_every(runs)]),
    ]
    if about:
        sections.append(Section("Held equal, and measured with", [_about(about)]))
    return sections


def method(run: Record) -> str:
    """The name of the method of a record."""
    return str(run.get("name", run.get("method")))


def _summary(runs: Sequence[Record]) -> list[Record]:
    try:
        from neurosparse.analysis.comparison.table import comparison_summary
    except ImportError as error:
        raise missing_extra(error.name or "torch", "torch") from error
    try:
        return list(comparison_summary(runs))
    except (KeyError, TypeError) as error:
        problem = Said(f"records without {error}")
        raise bad_argument("source", problem, "records as compare() writes them") from None


def _about(about: Record) -> Sheet:
    rows = []
    for name, value in about.items():
        if name != "doubts":
            rows += [[key, str(one)] for key, one in pairs_of(name, value)]
    return Sheet(["", ""], rows)


def _costs(rows: Sequence[Record]) -> list[Picture]:
    pictures = []
    for cost, words in COSTS.items():
        caption = f"accuracy against {words}, the mean over seeds"
        points: dict[str, list[tuple[float, float]]] = {}
        for row in rows:
            if isinstance(row.get(cost), int | float) and row[cost] > 0:
                points.setdefault(str(row["method"]), []).append(
                    (row[cost], row["accuracy"])
                )
        # what one figure has no room for stands in the next
        names = list(points)
        for low in range(0, len(names), MOST):
            shown = {name: points[name] for name in names[low : low + MOST]}
            ax = plot_trade_off(shown, cost=cost.replace("_", " "))
            pictures.append(picture(ax, caption))
    return pictures


def _curves(records: Sequence[Record]) -> list[Section]:
    """Accuracy by epoch at each density, the mean over seeds."""
    with_curve = [
        record
        for record in records
        if isinstance(record.get("curve"), list) and record["curve"]
    ]
    pictures = []
    for density in sorted({record["density"] for record in with_curve}):
        methods: dict[str, list[list[float]]] = {}
        for record in with_curve:
            if record["density"] == density:
                methods.setdefault(method(record), []).append(record["curve"])
        caption = f"accuracy by epoch at density {density:g}, the mean over seeds"
        # what one figure has no room for stands in the next
        names = list(methods)
        for low in range(0, len(names), MOST):
            shown = {name: methods[name] for name in names[low : low + MOST]}
            pictures.append(picture(_curve(shown), caption))
    return [Section("Learning", pictures)] if pictures else []


def _curve(methods: dict[str, list[list[float]]]) -> "Axes":
    ax = new_axes(None, 2.4 + 0.1 * len(methods))
    for place, (name, curves) in enumerate(methods.items()):
        length = min(map(len, curves))
        mean = np.mean([curve[:length] for curve in curves], axis=0)
        style = "-" if place < len(COLOURS) else "--"
        colour = COLOURS[place % len(COLOURS)]
        ax.plot(
            np.arange(1, length + 1), mean, style, color=colour, linewidth=1.1, label=name
        )
    add_legend(ax, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns_of(list(methods)))
    whole_numbers(ax)
    return finish_axes(ax, "epoch", "accuracy")


def _every(records: Sequence[Record]) -> Sheet:
    names = dict.fromkeys(name for record in records for name in record)
    # lists, such as curves, have no place in a cell
    plain = [
        name
        for name in names
        if not any(isinstance(record.get(name), list | dict) for record in records)
    ]
    return Sheet(plain, [[record.get(name) for name in plain] for record in records])


def _head(name: str) -> str:
    return {"train_seconds": "train s", "rewiring_seconds": "rewire s"}.get(name, name)


def _cell(name: str, row: Record) -> Any:
    value = row[name]
    if isinstance(value, tuple | list):
        return Cell(value[0], "{:+.4f} [{:+.4f}, {:+.4f}]".format(*value[:3]))
    if name == "accuracy":
        return Cell(value, f"{value:.4f} [{row['low']:.4f}, {row['high']:.4f}]")
    return value
