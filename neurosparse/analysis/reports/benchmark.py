"""Sections of a benchmark's results: ratios against peers, goals met and missed."""

from collections.abc import Sequence
from typing import Any

from neurosparse.analysis.plots.style import COLOURS, FONT_SIZE, INK, finish_axes, new_axes
from neurosparse.analysis.reports.page import Paragraph, Section, Sheet
from neurosparse.analysis.reports.picture import Picture, picture

Row = dict[str, Any]
COLUMNS = (
    "case",
    "metric",
    "unit",
    "ours",
    "peer",
    "peer_name",
    "ratio",
    "goal",
    "met",
    "repeats",
    "threads",
)


def benchmark(rows: Sequence[Row]) -> list[Section]:
    """Show the rows that a script in `benchmarks/` writes."""
    judged = [row for row in rows if isinstance(row.get("met"), bool)]
    text = f"{len(rows)} figures."
    if judged:
        met = sum(row["met"] for row in judged)
        text = f"{len(rows)} figures; {met} of {len(judged)} goals met."
    names = [name for name in COLUMNS if any(row.get(name) is not None for row in rows)]
    sheet = Sheet(names, [[_plain(row.get(name)) for name in names] for row in rows])
    sections = [Section("Result", [Paragraph(text), sheet])]
    compared = [row for row in rows if _is_number(row.get("ratio")) and row["ratio"] > 0]
    if compared:
        sections.append(Section("Against peers", [_ratios(compared)]))
    machine = _machine(rows)
    if machine.rows:
        sections.append(Section("Measured with", [machine]))
    return sections


def _machine(rows: Sequence[Row]) -> Sheet:
    """Command, machine and versions, which are those of all rows."""
    pairs = []
    for row in rows[:1]:
        for name in ("command", "machine", "versions"):
            if row.get(name) is not None:
                pairs += pairs_of(name, row[name])
    return Sheet(["", ""], [[key, str(value)] for key, value in pairs])


def _ratios(rows: Sequence[Row]) -> Picture:
    ax = new_axes(None, height=0.6 + 0.19 * len(rows))
    for place, row in enumerate(rows):
        colour = COLOURS[0] if row["ratio"] >= 1 else COLOURS[1]
        ax.barh(place, row["ratio"] - 1, left=1, color=colour, height=0.7)
        if _is_number(row.get("goal")):
            ax.plot(
                [row["goal"]] * 2, [place - 0.45, place + 0.45], color=INK, linewidth=1.2
            )
    ax.set_xscale("log")
    ax.axvline(1, color=INK, linewidth=0.6)
    ax.set_yticks(
        range(len(rows)), [str(row["case"])[:44] for row in rows], fontsize=FONT_SIZE - 2
    )
    ax.invert_yaxis()
    finish_axes(ax, "ratio to the peer", "")
    ax.tick_params(axis="y", labelsize=FONT_SIZE - 2)
    caption = "ratio to each peer, blue where we are better; a black mark is the goal"
    return picture(ax, caption)


def pairs_of(name: str, value: Any) -> list[tuple[str, Any]]:
    """What stands under a name, pair by pair where it is a dictionary."""
    return list(value.items()) if isinstance(value, dict) else [(name, value)]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _plain(value: Any) -> Any:
    if value is True:
        return "yes"
    return "no" if value is False else value
