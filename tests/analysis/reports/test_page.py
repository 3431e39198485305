"""The page: it stands alone, nothing foreign runs in it, and a browser agrees."""

import re
import shutil
import subprocess

import pytest

from neurosparse.analysis import report
from neurosparse.analysis.reports.page import Cell, Paragraph, Section, Sheet, render
from tests.analysis.reports.helpers import Page

SORTED = """
const rows = () => [...document.querySelectorAll("tbody tr")];
const shown = () => rows().map(row => row.cells[1].textContent).join(" ");
const button = document.querySelectorAll("th button")[1];
button.click(); const up = shown(); button.click(); const down = shown();
document.querySelectorAll("th button")[0].click();
document.body.setAttribute("data-result", [up, down, shown()].join("|"));
"""


def browse(path):
    """The document after its scripts ran, and what the console said."""
    chromium = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if chromium is None:
        pytest.skip("no chromium on this machine")
    done = subprocess.run(
        [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--enable-logging=stderr",
            f"--user-data-dir={path.parent / 'profile'}",
            "--dump-dom",
            path.as_uri(),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout, [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def test_a_browser_shows_the_page_without_an_error(run_folder):
    shown, console = browse(report(run_folder))
    assert console == []
    page = Page(shown)
    assert len(page.pictures) == 5
    assert page.tables[0][1][:3] == ["E", "20", "800"]


def test_a_browser_sorts_tables_by_number_and_by_word_blanks_last(tmp_path):
    rows = [["b", 10], ["c", None], ["a", 9.5], ["d", Cell(-1.0, "−1")]]
    text = render("t", "", [Section("s", [Paragraph("w"), Sheet(["name", "value"], rows)])])
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    (tmp_path / "a.html").write_text(
        text.replace("</body>", f"<script>{SORTED}</script></body>")
    )
    shown, console = browse(tmp_path / "a.html")
    assert console == []
    assert (
        re.search('data-result="([^"]*)"', shown)[1] == "−1 9.5 10 |10 9.5 −1 |9.5 10  −1"
    )


def test_a_browser_runs_no_script_but_ours(tmp_path):
    text = render("t", "", [Section("s", [Sheet(["x"], [[1]])])])
    evil = '<script>document.body.setAttribute("data-evil", "ran")</script></body>'
    (tmp_path / "a.html").write_text(text.replace("</body>", evil))
    shown, console = browse(tmp_path / "a.html")
    assert 'data-evil="ran"' not in shown
    assert any("Content Security Policy" in line for line in console)


def test_all_text_is_escaped_and_every_tag_closes():
    sheet = Sheet(["<a>", "n"], [["<b>", 1.5], ["c", None]], "<caption>")
    page = Page(render("<t>", "<about>", [Section("<s>", [Paragraph("<p>"), sheet])]))
    assert page.titles == ["<s>"]
    assert page.tables == [[["<a>", "n"], ["<b>", "1.5"], ["c", ""]]]
    assert all(text in page.words for text in ("<t>", "<about>", "<p>", "<caption>"))
