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
from neurosparse.analysis.reports.page import Section, Sheet, Words
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
            rows = [
                {key: _value(text) for key, text in row.items()}
                for row in csv.DictReader(file, strict=True)
            ]
    except (csv.Error, UnicodeDecodeError, AttributeError) as error:
        raise bad_argument("source", Said(f"{path.name}: {error}"), "a CSV table") from None
    return history(rows)


def kept_history(path: Path) -> list[Section]:
    """Show the history that a `ZarrLog` keeps; lists such as distributions of degrees are left out.

    Raises:
        ImportError: PyTorch, which trained it, is missing.
    """
    from neurosparse.models import read_history

    columns = {
        name: values.tolist() for name, values in read_history(path).items() if values.ndim == 1
    }
    first = [name for name in ("epoch", "loss", "test_loss", "accuracy") if name in columns]
    names = [*first, *(name for name in columns if name not in first)]
    values = [[None if value != value else value for value in columns[name]] for name in names]
    return history([dict(zip(names, row, strict=True)) for row in zip(*values, strict=True)])


def history(rows: Sequence[Row]) -> list[Section]:
    """Show the rows of a history, one an epoch.

    Raises:
        ValueError: there is no row, or an epoch that is no number.
    """
    if not rows or any(not isinstance(row.get("epoch"), int | float) for row in rows):
        raise bad_argument(
            "source", Said(f"{len(rows)} rows"), "rows with a number in the column epoch"
        )
    names = [name for name in dict.fromkeys(key for row in rows for key in row) if name is not None]
    pictures = [
        picture(_lines(rows, [name for name in wanted if name in names], label), caption)
        for label, caption, wanted in FIGURES
        if any(name in names for name in wanted)
    ]
    if "accuracy" in names and "seconds" in names:
        pictures.append(_by_time(rows))
    table = Sheet(names, [[row.get(name) for name in names] for row in rows], "every epoch")
    return [
        Section("Result", [_result(rows)]),
        Section("Learning", pictures),
        Section("Epochs", [table]),
    ]


def _result(rows: Sequence[Row]) -> Words:
    last = rows[-1]
    text = f"{len(rows)} epochs"
    if isinstance(last.get("accuracy"), float):
        known = [row for row in rows if isinstance(row.get("accuracy"), int | float)]
        best = max(known, key=lambda row: float(row["accuracy"]))
        text += f"; accuracy {last['accuracy']:.4g} after the last, {best['accuracy']:.4g} at best (epoch {best['epoch']})"
    seconds = [row["seconds"] for row in rows if isinstance(row.get("seconds"), int | float)]
    return Words(text + (f"; {sum(seconds):.4g} s of training" if seconds else "") + ".")


def _lines(rows: Sequence[Row], names: Sequence[str], label: str) -> "Axes":
    ax = new_axes(None)
    for name, colour, style in zip(names, COLOURS, ("-", "--"), strict=False):
        seen = [(row["epoch"], row[name]) for row in rows if isinstance(row.get(name), int | float)]
        mark = "o" if len(seen) < 30 else ""
        ax.plot(
            *zip(*seen, strict=True),
            style,
            color=colour,
            linewidth=1.2,
            marker=mark,
            markersize=3,
            label=name,
        )
    if len(names) > 1:
        add_legend(ax)
    whole_numbers(ax)
    return finish_axes(ax, "epoch", label)


def _by_time(rows: Sequence[Row]) -> Picture:
    both = [
        row
        for row in rows
        if all(isinstance(row.get(name), int | float) for name in ("accuracy", "seconds"))
    ]
    ax = new_axes(None)
    spent = list(accumulate(row["seconds"] for row in both))
    ax.plot(spent, [row["accuracy"] for row in both], color=COLOURS[0], linewidth=1.2)
    return picture(
        finish_axes(ax, "seconds of training", "accuracy"), "accuracy against the time spent"
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
