"""Sections of a training: losses, accuracy, time, and what rewiring did."""

import csv
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neurosparse.analysis.plots.style import (
    COLOURS,
    add_legend,
    finish_axes,
    new_axes,
    whole_numbers,
)
from neurosparse.analysis.reports.page import Paragraph, Section, Sheet
from neurosparse.analysis.reports.picture import Picture, picture
from neurosparse.errors import Said, bad_argument

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Row = dict[str, Any]
FIGURES = (
    ("loss", "loss a sample", ("loss", "test_loss")),
    ("accuracy", "share of right answers on test samples", ("accuracy",)),
    ("density", "share of possible synapses that exist", ("density",)),
    ("moved", "synapses that were moved in each epoch", ("moved",)),
)


def training(path: Path) -> list[Section]:
    """Read a CSV log of `fit` and show it."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file, strict=True)
            rows = [{key: _value(text) for key, text in row.items()} for row in reader]
    except (csv.Error, UnicodeDecodeError, AttributeError) as error:
        raise bad_argument("source", Said(f"{path.name}: {error}"), "a CSV table") from None
    return history(rows)


def kept_history(path: Path) -> list[Section]:
    """Show the history that a `ZarrLog` keeps; lists such as distributions of degrees are left out.

    Raises:
        ImportError: PyTorch, which trained it, is missing.
    """
    from neurosparse.models import read_history

    arrays = read_history(path)
    columns = {name: values.tolist() for name, values in arrays.items() if values.ndim == 1}
    first = [name for name in ("epoch", "loss", "test_loss", "accuracy") if name in columns]
    names = [*first, *(name for name in columns if name not in first)]
    # NaN, which is unlike itself, stands for an epoch without a value
    values = [
        [None if value != value else value for value in columns[name]] for name in names
    ]
    return history(
        [dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)]
    )


def history(rows: Sequence[Row]) -> list[Section]:
    """Show the rows of a history, one an epoch.

    Raises:
        ValueError: there is no row, or an epoch that is no number.
    """
    if not rows or not all(_is_number(row.get("epoch")) for row in rows):
        problem = Said(f"{len(rows)} rows")
        raise bad_argument("source", problem, "rows with a number in the column epoch")
    names = list(dict.fromkeys(name for row in rows for name in row if name is not None))
    pictures = []
    for label, caption, columns in FIGURES:
        shown = [name for name in columns if _with_numbers(rows, name)]
        if shown:
            pictures.append(picture(_lines(rows, shown, label), caption))
    if _with_numbers(rows, "accuracy", "seconds"):
        pictures.append(_by_time(rows))
    table = Sheet(names, [[row.get(name) for name in names] for row in rows], "every epoch")
    return [
        Section("Result", [_result(rows)]),
        Section("Learning", pictures),
        Section("Epochs", [table]),
    ]


def _result(rows: Sequence[Row]) -> Paragraph:
    last = rows[-1].get("accuracy")
    text = f"{len(rows)} epochs"
    if _is_number(last):
        best = max(_with_numbers(rows, "accuracy"), key=lambda row: float(row["accuracy"]))
        text += f"; accuracy {last:.4g} after the last, "
        text += f"{best['accuracy']:.4g} at best (epoch {best['epoch']})"
    seconds = [row["seconds"] for row in _with_numbers(rows, "seconds")]
    if seconds:
        text += f"; {sum(seconds):.4g} s of training"
    return Paragraph(text + ".")


def _with_numbers(rows: Sequence[Row], *names: str) -> list[Row]:
    """Rows that have a number under each of these names."""
    return [row for row in rows if all(_is_number(row.get(name)) for name in names)]


def _is_number(value: Any) -> bool:
    # NaN, as of an epoch without a test, is no value
    return isinstance(value, int | float) and value == value


def _lines(rows: Sequence[Row], names: Sequence[str], label: str) -> "Axes":
    ax = new_axes(None)
    for name, colour, style in zip(names, COLOURS, ("-", "--"), strict=False):
        points = [(row["epoch"], row[name]) for row in _with_numbers(rows, name)]
        mark = "o" if len(points) < 30 else ""
        x, y = zip(*points, strict=True)
        line = ax.plot(x, y, style, color=colour, linewidth=1.2, label=name)[0]
        line.set(marker=mark, markersize=3)
    if len(names) > 1:
        add_legend(ax)
    whole_numbers(ax)
    return finish_axes(ax, "epoch", label)


def _by_time(rows: Sequence[Row]) -> Picture:
    both = _with_numbers(rows, "accuracy", "seconds")
    ax = new_axes(None)
    spent = list(accumulate(row["seconds"] for row in both))
    ax.plot(spent, [row["accuracy"] for row in both], color=COLOURS[0], linewidth=1.2)
    return picture(
        finish_axes(ax, "seconds of training", "accuracy"),
        "accuracy against the time spent",
    )


def _value(text: Any) -> Any:
    if text is None or text == "":
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except (TypeError, ValueError):
            continue
    return text
