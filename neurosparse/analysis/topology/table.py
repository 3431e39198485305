"""Tables of measures: what was measured, what chance gives, how far apart they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neurosparse.analysis.topology.powerlaw import fit_power_law
from neurosparse.errors import missing_extra, unknown_name
from neurosparse.typing import Int64


class GraphMeasure(NamedTuple):
    """One measure: its value, mean and deviation over nulls, z, and the range chance keeps to.

    `z` = (value - null mean) / null deviation. A single further null would lie between `low` and
    `high` with 95 % (Student's t). All five are NaN for measures that nulls share with the graph or
    that were not compared. `note` says what else matters: sampled or exact, the verdict of a fit.
    """

    measure: str
    value: float
    null_mean: float = float("nan")
    null_sd: float = float("nan")
    z: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    note: str = ""


def power_law_measure(measure: str, degree: Int64) -> GraphMeasure:
    """Make a row of the power law of degrees `[n]`: its exponent, with the verdict as a note.

    NaN where the package powerlaw is missing, which the note says.
    """
    try:
        law = fit_power_law(degree)
    except ImportError as error:
        return GraphMeasure(measure, float("nan"), note=str(error))
    note = f"{law.verdict}; tail of {law.tail} from {law.xmin:g}"
    return GraphMeasure(measure, law.alpha, note=note)


def compared(measure: str, value: float, nulls: Any, note: str = "") -> GraphMeasure:
    """Make a row from a value and those of the nulls `[k]`; nulls where it is NaN are left out.

    >>> round(compared("clustering", 0.5, [0.1, 0.2, 0.3]).z, 3)
    3.0
    """
    from scipy.stats import t

    finite = np.asarray(nulls, np.float64)
    finite = finite[np.isfinite(finite)]
    if len(finite) < 2:
        mean = float(finite.mean()) if len(finite) else float("nan")
        return GraphMeasure(measure, value, mean, note=note)
    mean = finite.mean()
    deviation = finite.std(ddof=1)
    # a further draw deviates from the true mean, and so does the mean of the draws
    reach = t.ppf(0.975, len(finite) - 1) * deviation * np.sqrt(1 + 1 / len(finite))
    # rounding noise of nulls that cannot differ is not a spread
    steady = deviation <= 1e-12 * max(abs(mean), 1e-300)
    z = float("nan") if steady else float((value - mean) / deviation)
    return GraphMeasure(
        measure,
        value,
        float(mean),
        float(deviation),
        z,
        float(mean - reach),
        float(mean + reach),
        note,
    )


@dataclass(frozen=True)
class GraphTable:
    """Rows of measures of one graph, compared with `nulls` null graphs.

    >>> table = GraphTable("ring", 0, (GraphMeasure("density", 0.25),))
    >>> table["density"].value
    0.25
    >>> print(table)
    ring (0 nulls)
    measure    value  null mean  null sd    z  low  high  note
    density     0.25
    """

    name: str
    nulls: int
    rows: tuple[GraphMeasure, ...]

    def __getitem__(self, measure: str) -> GraphMeasure:
        """The row of a measure, by its name."""
        for row in self.rows:
            if row.measure == measure:
                return row
        raise KeyError(
            str(unknown_name("measure", measure, [row.measure for row in self.rows]))
        )

    def __iter__(self) -> Iterator[GraphMeasure]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Rows as plain dictionaries with None for NaN, ready for JSON."""
        return [
            {key: _plain(value) for key, value in row._asdict().items()}
            for row in self.rows
        ]

    def to_pandas(self) -> Any:
        """Return a `pandas.DataFrame`, one row a measure.

        Raises:
            ImportError: pandas is missing.
        """
        try:
            import pandas as pd
        except ImportError:
            raise missing_extra("pandas", "io") from None
        return pd.DataFrame(self.rows).set_index("measure")

    def to_markdown(self) -> str:
        """Return the table in Markdown."""
        head = "| " + " | ".join(HEAD) + " |\n|---" + "|---:" * 6 + "|---|\n"
        return (
            head
            + "\n".join("| " + " | ".join(_cells(row)) + " |" for row in self.rows)
            + "\n"
        )

    def __str__(self) -> str:
        lines = [HEAD, *(_cells(row) for row in self.rows)]
        return f"{self.name} ({self.nulls} nulls)\n{columns(lines)}"


HEAD = ["measure", "value", "null mean", "null sd", "z", "low", "high", "note"]


@dataclass(frozen=True)
class GraphComparison:
    """Tables of several graphs side by side; measures that one of them lacks are blank there."""

    tables: tuple[GraphTable, ...]

    @property
    def measures(self) -> list[str]:
        """All measures, in the order in which they first appear."""
        return list(dict.fromkeys(row.measure for table in self.tables for row in table))

    def value(self, measure: str, name: str) -> GraphMeasure | None:
        """The row of a measure in the table of that name, or None."""
        tables = {table.name: table for table in self.tables}
        if name not in tables:
            raise unknown_name("name", name, tables)
        return next((row for row in tables[name] if row.measure == measure), None)

    def to_pandas(self) -> Any:
        """Return a `pandas.DataFrame` with columns (name, value) and (name, z).

        Raises:
            ImportError: pandas is missing.
        """
        try:
            import pandas as pd
        except ImportError:
            raise missing_extra("pandas", "io") from None
        parts = {table.name: table.to_pandas()[["value", "z"]] for table in self.tables}
        return pd.concat(parts, axis=1).reindex(self.measures)

    def __str__(self) -> str:
        head = ["measure", *(word for table in self.tables for word in (table.name, "z"))]
        lines = [head]
        for measure in self.measures:
            rows = [self.value(measure, table.name) for table in self.tables]
            cells = [
                (_figure(row.value), _figure(row.z)) if row else ("", "") for row in rows
            ]
            lines.append([measure, *(cell for pair in cells for cell in pair)])
        return columns(lines)


def columns(lines: list[list[str]]) -> str:
    """Set lines of cells in columns: the first and notes to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    last = len(widths) - 1
    sides = ["<", *[">"] * (last - 1), "<" if lines[0][-1] == "note" else ">"]
    rows = []
    for line in lines:
        cells = zip(line, sides, widths, strict=True)
        row = "  ".join(f"{cell:{side}{width}}" for cell, side, width in cells)
        rows.append(row.rstrip())
    return "\n".join(rows)


def _cells(row: GraphMeasure) -> list[str]:
    return [row.measure, *(_figure(value) for value in row[1:7]), row.note]


def _figure(value: float) -> str:
    if not np.isfinite(value):
        return ""
    return (
        f"{value:,.0f}" if float(value).is_integer() and abs(value) >= 1 else f"{value:.4g}"
    )


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    return float(value) if np.isfinite(value) else None
