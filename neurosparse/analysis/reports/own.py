"""A page of one's own: titles with text, tables that sort by a click, and figures under them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from neurosparse.analysis.reports.page import Cell, Paragraph, Section, Sheet, render
from neurosparse.analysis.reports.picture import picture
from neurosparse.store.single import new_file


class ReportTable(NamedTuple):
    """A table of a page.

    Attributes:
        head: names of the columns.
        rows: text and numbers; None and NaN are blank, a pair (number, text) is shown as its text
            and sorted by its number.
        caption: what it shows.
    """

    head: Sequence[str]
    rows: Sequence[Sequence[Any]]
    caption: str = ""


class ReportFigure(NamedTuple):
    """The figure of some axes, and the words below it."""

    ax: Any
    caption: str


class ReportText(NamedTuple):
    """Text that is shown letter by letter, as a file is."""

    text: str


def write_report(
    path: str | Path, title: str, sections: Mapping[str, Sequence[Any]], about: str = ""
) -> Path:
    """Write one self-contained HTML page, whole or not at all, and return where it is.

    It loads nothing, and all text in it is escaped.

    Args:
        path: of the page.
        title: of the page.
        sections: by title, what stands in each: text, `ReportText`, `ReportTable` and
            `ReportFigure`; those with nothing in them are left out.
        about: a line below the title.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "page.html"
    >>> table = ReportTable(["x"], [[(2.0, "2 .. 3")]])
    >>> "2 .. 3" in write_report(path, "mine", {"one": ["a < b", table]}).read_text()
    True
    """
    parts = [
        Section(name, [_part(part) for part in content])
        for name, content in sections.items()
        if content
    ]
    with new_file(path) as temporary:
        temporary.write_text(render(title, about, parts), encoding="utf-8")
    return Path(path)


def _part(part: Any) -> Any:
    if isinstance(part, str):
        return Paragraph(part)
    if isinstance(part, ReportText):
        return Paragraph(part.text, literal=True)
    if isinstance(part, ReportFigure):
        return picture(part.ax, part.caption)
    rows = [[Cell(*v) if isinstance(v, tuple) else v for v in row] for row in part.rows]
    return Sheet(part.head, rows, part.caption)
