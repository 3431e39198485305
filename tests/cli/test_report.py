"""`neurosparse report` writes a page and says where."""

from pathlib import Path

from typer.testing import CliRunner

from neurosparse.cli import app


def test_report_writes_a_page_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,loss\n1,0.5\n2,0.25\n")
    found = CliRunner().invoke(
        app, ["report", str(tmp_path / "log.csv"), "--title", "a & b"]
    )
    assert (found.exit_code, found.stdout) == (0, f"{tmp_path / 'log.html'}\n")
    assert "<h1>a &amp; b</h1>" in (tmp_path / "log.html").read_text()
