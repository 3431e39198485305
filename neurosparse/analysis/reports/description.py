"""Sections of a graph's description, as `neurosparse analyze --json` prints it."""

from typing import Any

from neurosparse.analysis.plots.graph import plot_motifs
from neurosparse.analysis.reports.page import Section, Sheet, Words
from neurosparse.analysis.reports.picture import picture
from neurosparse.analysis.topology.motifs import MOTIFS
from neurosparse.analysis.topology.table import HEAD, GraphMeasure, GraphTable
from neurosparse.errors import Said, bad_argument


def description(found: dict[str, Any]) -> list[Section]:
    """Show the table of one graph, and its motifs where it was compared with nulls."""
    try:
        rows = tuple(
            GraphMeasure(**{str(key): _known(value) for key, value in row.items()})
            for row in found["rows"]
        )
        name, nulls = str(found["graph"]), int(found["nulls"])
    except (TypeError, ValueError, KeyError) as error:
        raise bad_argument(
            "rows", Said(f"rows that do not fit ({error})"), "what analyze --json prints"
        ) from None
    table = GraphTable(name, nulls, rows)
    about = Words(
        f"Compared with {nulls} random graphs of the same degrees."
        if nulls
        else "Not compared with nulls."
    )
    sheet = Sheet(
        HEAD, [list(row) for row in rows], "low to high: where 95 % of single random graphs lie"
    )
    parts: list[Any] = [about, sheet]
    if nulls and {f"motif {name}" for name in MOTIFS} <= {row.measure for row in rows}:
        parts.append(picture(plot_motifs(table), "motifs of three neurons against chance"))
    return [Section(name, parts)]


def _known(value: Any) -> Any:
    return float("nan") if value is None else value
