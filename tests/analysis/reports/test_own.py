"""A page of one's own holds what it was handed, in order, and nothing else."""

from pathlib import Path

from neurosparse.analysis import (
    ReportFigure,
    ReportTable,
    ReportText,
    plot_eigenvalues,
    write_report,
)


def test_every_kind_of_part(tmp_path: Path) -> None:
    figure = ReportFigure(plot_eigenvalues([1j, -1j]), "two values")
    table = ReportTable(["name", "x"], [["a", (1.0, "1 .. 2")], ["b", None]], "numbers")
    sections = {"Text": ["plain", ReportText("{\n}")], "Rest": [figure, table], "No": []}
    page = write_report(tmp_path / "page.html", "<mine>", sections, "about it")
    text = page.read_text()
    assert (
        text.index("&lt;mine&gt;") < text.index("<h2>Text</h2>") < text.index("two values")
    )
    assert '<td data-v="1.0">1 .. 2</td>' in text
    assert "<pre>{\n}</pre>" in text
    assert "<h2>No</h2>" not in text
