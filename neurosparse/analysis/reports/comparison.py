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
from neurosparse.analysis.reports.page import Cell, Section, Sheet, Words
from neurosparse.analysis.reports.picture import Picture, picture
from neurosparse.errors import Said, bad_argument, missing_extra

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Record = dict[str, Any]
MOST = 12
COSTS = (
    (
        "bytes",
        "accuracy against bytes of weights, indices and optimiser state, the mean over seeds",
    ),
    ("train_seconds", "accuracy against seconds of training, the mean over seeds"),
    ("macs", "accuracy against multiply-accumulates a sample, the mean over seeds"),
    ("density", "accuracy against the share of weights that exist, the mean over seeds"),
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
    sheet = Sheet(
        [_head(name) for name in columns],
        [[_cell(name, row) for name in columns] for row in rows],
        "means over seeds; in brackets 95 % intervals, of differences between runs of the same seed; best first",
    )
    seeds = sorted({run["seed"] for run in runs})
    counted = f"{len(runs)} runs: {len({method(run) for run in runs})} methods, {len(seeds)} seeds."
    doubts = [Words(str(doubt)) for doubt in (about or {}).get("doubts", ())]
    return [
        Section("Result", [Words(counted), *doubts, sheet]),
        Section("Accuracy and what it costs", _costs(rows)),
        *_curves(runs),
        Section("Every run", [_every(runs)]),
        *([Section("Held equal, and measured with", [_about(about)])] if about else []),
    ]


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
        raise bad_argument(
            "source", Said(f"records without {error}"), "records as compare() writes them"
        ) from None


def _about(about: Record) -> Sheet:
    pairs = [
        pair for name, value in about.items() for pair in pairs_of(name, value) if name != "doubts"
    ]
    return Sheet(["", ""], [[key, str(value)] for key, value in pairs])


def _costs(rows: Sequence[Record]) -> list[Picture]:
    pictures = []
    for cost, caption in COSTS:
        points: dict[str, list[tuple[float, float]]] = {}
        for row in rows:
            if isinstance(row.get(cost), int | float) and row[cost] > 0:
                points.setdefault(str(row["method"]), []).append((row[cost], row["accuracy"]))
        # more lines than a figure can tell apart go on in the next
        names = list(points)
        for low in range(0, len(names), MOST):
            shown = {name: points[name] for name in names[low : low + MOST]}
            pictures.append(picture(plot_trade_off(shown, cost=cost.replace("_", " ")), caption))
    return pictures


def _curves(records: Sequence[Record]) -> list[Section]:
    """Accuracy by epoch at the density that most methods share, the mean over seeds."""
    known = [
        record for record in records if isinstance(record.get("curve"), list) and record["curve"]
    ]
    pictures = []
    for density in sorted({record["density"] for record in known}):
        methods: dict[str, list[list[float]]] = {}
        for record in known:
            if record["density"] == density:
                methods.setdefault(method(record), []).append(record["curve"])
        caption = f"accuracy by epoch at density {density:g}, the mean over seeds"
        pictures.append(picture(_curve(methods), caption))
    return [Section("Learning", pictures)] if pictures else []


def _curve(methods: dict[str, list[list[float]]]) -> "Axes":
    ax = new_axes(None, 2.4 + 0.1 * len(methods))
    for place, (name, curves) in enumerate(list(methods.items())[:MOST]):
        length = min(map(len, curves))
        mean = np.mean([curve[:length] for curve in curves], axis=0)
        style = "-" if place < len(COLOURS) else "--"
        colour = COLOURS[place % len(COLOURS)]
        ax.plot(np.arange(1, length + 1), mean, style, color=colour, linewidth=1.1, label=name)
    add_legend(ax, loc="lower left", bbox_to_anchor=(0, 1), ncols=columns_of(list(methods)))
    whole_numbers(ax)
    return finish_axes(ax, "epoch", "accuracy")


def _every(records: Sequence[Record]) -> Sheet:
    names = [
        name
        for name in dict.fromkeys(key for record in records for key in record)
        if all(not isinstance(record.get(name), list | dict) for record in records)
    ]
    return Sheet(names, [[record.get(name) for name in names] for record in records])


def _head(name: str) -> str:
    return {"train_seconds": "train s", "rewiring_seconds": "rewire s"}.get(name, name)


def _cell(name: str, row: Record) -> Any:
    value = row[name]
    if isinstance(value, tuple | list):
        return Cell(value[0], "{:+.4f} [{:+.4f}, {:+.4f}]".format(*value[:3]))
    if name == "accuracy":
        return Cell(value, f"{value:.4f} [{row['low']:.4f}, {row['high']:.4f}]")
    return value
