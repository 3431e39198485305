"""Sections of a graph's description, as `neurosparse analyze --json` prints it."""

from typing import Any

from neurosparse.analysis.plots.graph import plot_motifs
from neurosparse.analysis.reports.page import Paragraph, Section, Sheet
from neurosparse.analysis.reports.picture import picture
from neurosparse.analysis.topology.motifs import MOTIFS
from neurosparse.analysis.topology.table import HEAD, GraphMeasure, GraphTable
from neurosparse.errors import Said, bad_argument


def description(document: dict[str, Any]) -> list[Section]:
    """Show the table of one graph, and its motifs where it was compared with nulls."""
    table = _table(document)
    text = "Not compared with nulls."
    if table.nulls:
        text = f"Compared with {table.nulls} random graphs of the same degrees."
    caption = "low to high: where 95 % of single random graphs lie"
    parts: list[Any] = [Paragraph(text), Sheet(HEAD, [list(row) for row in table], caption)]
    measures = {row.measure for row in table}
    if table.nulls and measures.issuperset(f"motif {name}" for name in MOTIFS):
        parts.append(picture(plot_motifs(table), "motifs of three neurons against chance"))
    return [Section(table.name, parts)]


def _table(document: dict[str, Any]) -> GraphTable:
    try:
        rows = [
            GraphMeasure(**{str(key): _nan_for_none(value) for key, value in row.items()})
            for row in document["rows"]
        ]
        return GraphTable(str(document["graph"]), int(document["nulls"]), tuple(rows))
    except (TypeError, ValueError, KeyError) as error:
        problem = Said(f"rows that do not fit ({error})")
        raise bad_argument("rows", problem, "what analyze --json prints") from None


def _nan_for_none(value: Any) -> Any:
    return float("nan") if value is None else value
