"""Rows of what a published model should do and what it does here."""

from typing import NamedTuple


class Row(NamedTuple):
    """A figure: what it is, what came out, between what it should lie, and who says so."""

    what: str
    value: float
    low: float
    high: float
    source: str

    @property
    def good(self) -> bool:
        """Whether it lies there."""
        return self.low <= self.value <= self.high


def near(what: str, value: float, reference: float, share: float, source: str) -> Row:
    """A figure that should lie within a share of a reference."""
    margin = share * abs(reference)
    return Row(what, value, reference - margin, reference + margin, source)


def show(rows: list[Row]) -> None:
    """Print rows as a table."""
    width = max(len(row.what) for row in rows)
    for row in rows:
        expected = f"{row.low:.3g} to {row.high:.3g} ({row.source})"
        verdict = "" if row.good else "  MISSED"
        print(f"{row.what:{width}}  {row.value:8.3g}   expected {expected}{verdict}")
