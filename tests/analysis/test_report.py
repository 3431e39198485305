"""Reports: what is on the page, that it stands alone, that nothing in it runs, and a browser that
agrees.
"""

import csv
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from neurosparse.analysis import report
from neurosparse.analysis.reports.build import sections_of
from neurosparse.analysis.reports.page import Cell, Paragraph, Section, Sheet, render
from neurosparse.recording import RunStore

ROOT = Path(__file__).parents[2]
VOID = {"meta", "link", "img"}


class Page(HTMLParser):
    """Reads a page strictly: tags that open and close in order, tables, pictures, addresses."""

    def __init__(self, text):
        super().__init__()
        self.open = []
        self.tables = []
        self.pictures = []
        self.addresses = []
        self.words = ""
        self.titles = []
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.addresses += [given[name] for name in ("src", "href") if name in given]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.tables[-1][-1].append("")
        elif tag == "img":
            assert given["alt"]
            self.pictures.append(given["src"])
        elif tag == "h2":
            self.titles.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.words += data
        if "h2" in self.open:
            self.titles[-1] += data
        if {"td", "th"} & set(self.open):
            self.tables[-1][-1][-1] += data


def page_of(source, **options):
    page = Page(report(source, **options).read_text(encoding="utf-8"))
    assert page.addresses
    assert all(address.startswith("data:") for address in page.addresses)
    return page


@pytest.fixture
def run_folder(tmp_path):
    """A run folder as `neurosparse run` leaves it, with all kinds of records."""
    folder = tmp_path / "a run"
    rng = np.random.default_rng(0)
    with RunStore.create(
        folder / "recording.zarr", dt=0.1, seed=3, config={"title": "toy"}
    ) as store:
        step = np.sort(rng.integers(0, 5000, 800))
        store.spikes("E", n=20).append(step, rng.integers(0, 20, 800))
        store.spikes("silent", n=2)
        states = store.states("E", "v", [0, 5], every=10, unit="mV")
        weights = store.weights("E->E", np.arange(30), every=2500, unit="mV")
        rates = store.rates("E", n=20, every=100)
        for k in range(0, 5000, 10):
            states.append(np.array([k]), rng.normal(size=(1, 2)).astype(np.float32))
        for k in (0, 2500):
            weights.append(np.array([k]), rng.normal(size=(1, 30)).astype(np.float32))
        rates.append(0, np.bincount(step, minlength=5000))
    summary = {
        "title": "<b>toy</b>",
        "duration_ms": 500.0,
        "synapses": {"E->E": 30},
        "seconds": {"update": 0.25},
    }
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "config.toml").write_text('title = "</pre><script>alert(1)</script>"\n')
    return folder


def history(epochs=6):
    return [
        {"epoch": k + 1, "loss": 2.0 * 0.7**k, "test_loss": 2.1 * 0.7**k, "accuracy": 1 - 0.5**k, "seconds": 1.5,
         "density": 0.1, "moved": 40 - k}
        for k in range(epochs)
    ]  # fmt: skip


def records():
    """Runs of a comparison in the shape in which it writes them."""
    from neurosparse.analysis.comparison.table import MEANS

    rng = np.random.default_rng(1)
    return [
        dict.fromkeys(MEANS, 1000.0 * density)
        | {
            "name": method,
            "kernel": "sparse kernel",
            "density": density,
            "seed": seed,
            "curve": [0.5, 0.7, 0.8],
        }
        | {"accuracy": 0.8 + place / 100 + rng.random() / 1000}
        for place, method in enumerate(("random static", "SET", "<RigL>"))
        for density in (0.5, 0.05)
        for seed in range(3)
    ]


def test_a_run_folder_shows_all_that_was_recorded(run_folder):
    page = page_of(run_folder)
    assert "<b>toy</b>. 500 ms in steps of 0.1 ms, seed 3; finished." in page.words
    assert "</pre><script>alert(1)</script>" in page.words
    assert page.open == []
    population = page.tables[0]
    assert population[0][:4] == ["population", "neurons", "spikes", "rate (Hz)"]
    assert population[1][:4] == ["E", "20", "800", "80"]
    assert population[2][:4] == ["silent", "2", "0", "0"]
    # raster and rate of one population, v, recorded rates, weights
    assert len(page.pictures) == 5
    assert {
        "Activity",
        "Recorded variables",
        "Synapses",
        "Where the time went",
        "How it was made",
    } <= set(page.titles)


def test_a_recording_alone_and_an_unfinished_one(run_folder):
    kind, sections = sections_of(run_folder / "recording.zarr")
    assert kind == "simulation"
    # the end is that of the last thing recorded: weights of 2,500 steps from step 2,500 on
    assert "500 ms in steps" in sections[0].parts[0].text
    assert report(run_folder / "recording.zarr").name == "recording.html"


def test_a_training_log(tmp_path):
    with (tmp_path / "log.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(history()[0]))
        writer.writeheader()
        writer.writerows(history())
    page = page_of(tmp_path / "log.csv")
    assert (
        "6 epochs; accuracy 0.9688 after the last, 0.9688 at best (epoch 6); 9 s of training."
        in page.words
    )
    assert len(page.tables[0]) == 7
    assert len(page.pictures) == 5
    (tmp_path / "history.json").write_text(json.dumps(history()))
    assert page_of(tmp_path / "history.json").tables == page.tables


def test_a_comparison_from_its_own_report(tmp_path):
    from neurosparse.analysis import comparison_summary

    content = {
        "about": {"doubts": ["few seeds"]},
        "rows": comparison_summary(records()),
        "runs": records(),
    }
    (tmp_path / "report.json").write_text(json.dumps(content))
    (tmp_path / "set-0.5-0.json").write_text("{}")
    page = page_of(tmp_path)
    assert "18 runs: 3 methods, 3 seeds." in page.words
    assert "few seeds" in page.words
    assert [row[1] for row in page.tables[0][1:]] == ["<RigL>", "SET", "random static"] * 2
    gap = page.tables[0][0].index("against random static")
    assert re.fullmatch(r"\+0\.0\d{3} \[\+0\.0\d{3}, \+0\.0\d{3}\]", page.tables[0][1][gap])
    assert len(page.tables[1]) == 19
    # accuracy against bytes, seconds, multiplications and density; curves at two densities
    assert len(page.pictures) == 6


def test_a_comparison_from_records_in_a_file_or_a_folder(tmp_path):
    some = [
        {key: value for key, value in one.items() if key != "curve"}
        for one in records()
        if one["density"] < 0.1
    ]
    (tmp_path / "all.json").write_text(json.dumps(some))
    page = page_of(tmp_path / "all.json")
    assert [row[1] for row in page.tables[0][1:]] == ["<RigL>", "SET", "random static"]
    (tmp_path / "runs").mkdir()
    for place, record in enumerate(some):
        (tmp_path / "runs" / f"{place:02d}.json").write_text(json.dumps(record))
    assert page_of(tmp_path / "runs").tables == page.tables


def test_benchmark_results_and_a_description(tmp_path):
    page = page_of(ROOT / "benchmarks" / "results" / "topology.json", out=tmp_path / "a.html")
    assert "goals met" in page.words
    assert len(page.pictures) == 1
    rows = [{"measure": "clustering", "value": 0.5, "null_mean": 0.1, "z": None, "note": "<i>"}]
    (tmp_path / "d.json").write_text(json.dumps({"graph": "g & h", "nulls": 2, "rows": rows}))
    page = page_of(tmp_path / "d.json")
    assert page.titles == ["g & h"]
    assert page.tables[0][1] == ["clustering", "0.5", "0.1", "", "", "", "", "<i>"]
    some = [{"measure": "motif 300", "value": 1, "null_mean": 1}]
    (tmp_path / "d.json").write_text(json.dumps({"graph": "g", "nulls": 2, "rows": some}))
    assert page_of(tmp_path / "d.json").pictures == []


def test_a_log_with_words_among_the_numbers(tmp_path):
    (tmp_path / "a.csv").write_text("epoch,accuracy\n1,0.5\n2,lost\n3,0.25\n")
    assert "0.5 at best (epoch 1)" in page_of(tmp_path / "a.csv").words


def test_a_history_in_zarr_is_the_page_of_its_rows(tmp_path):
    pytest.importorskip("torch")
    from neurosparse.models import ZarrLog

    rows = [
        {"epoch": 1, "loss": 0.5, "accuracy": 0.25, "degrees": [1, 2]},
        {"epoch": 2, "loss": 0.25, "degrees": [3]},
    ]
    ZarrLog(tmp_path / "h.zarr")(rows)
    page = page_of(tmp_path / "h.zarr")
    assert page.tables[0] == [
        ["epoch", "loss", "accuracy"],
        ["1", "0.5", "0.25"],
        ["2", "0.25", ""],
    ]
    assert len(page.pictures) == 2
    assert (tmp_path / "h.html").is_file()


def test_a_damaged_recording_is_named(run_folder):
    array = run_folder / "recording.zarr" / "spikes" / "E" / "step"
    assert array.is_dir()
    shutil.rmtree(array)
    with pytest.raises(ValueError, match="wants a recording that is whole"):
        report(run_folder)


def test_the_same_input_gives_the_same_page_whole_or_as_it_was(tmp_path, monkeypatch):
    (tmp_path / "h.json").write_text(
        json.dumps([{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 0.25}])
    )
    target = report(tmp_path / "h.json", tmp_path / "a.html")
    before = target.read_bytes()
    assert report(tmp_path / "h.json", target).read_bytes() == before
    monkeypatch.setattr(Path, "write_text", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        report(tmp_path / "h.json", target)
    assert target.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"h.json", "a.html"}


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.csv", "x,y\n1,2\n", "epoch"),
        ("a.csv", "epoch,loss\nfirst,2\n", "epoch"),
        ("a.csv", "", "0 rows"),
        ("a.json", "{", "a.json"),
        ("a.json", "[" * 100_000, "a.json"),
        ("a.json", "[1, 2]", "no rows"),
        ("a.json", '{"a": 1}', "no rows"),
        ("a.json", '[{"name": "a", "density": 1, "seed": 0, "accuracy": 0.5}]', "records without"),
        ("a.json", '{"graph": "g", "nulls": 1, "rows": [{"size": 3}]}', "rows"),
        ("a.json", '{"graph": "g", "nulls": 1, "rows": "none"}', "wants values as"),
        ("a.json", '{"graph": "g", "nulls": Infinity, "rows": []}', "wants values as"),
        ("a.json", f'[{{"epoch": 1, "loss": {10**400}}}]', "wants values as"),
        ("a.txt", "", "a.txt"),
    ],
)
def test_what_is_no_source_is_refused(tmp_path, name, content, word):
    (tmp_path / name).write_text(content)
    with pytest.raises(ValueError, match=word):
        report(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_empty_folder_and_nothing(tmp_path):
    with pytest.raises(ValueError, match="source: got"):
        report(tmp_path)
    with pytest.raises(FileNotFoundError, match="recording"):
        report(tmp_path / "gone")


SORTED = """
const shown = () => [...document.querySelectorAll("tbody tr")].map(row => row.cells[1].textContent).join(" ");
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
        [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
         "--enable-logging=stderr", f"--user-data-dir={path.parent / 'profile'}", "--dump-dom", path.as_uri()],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
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
    (tmp_path / "a.html").write_text(text.replace("</body>", f"<script>{SORTED}</script></body>"))
    shown, console = browse(tmp_path / "a.html")
    assert console == []
    assert re.search('data-result="([^"]*)"', shown)[1] == "−1 9.5 10 |10 9.5 −1 |9.5 10  −1"


def test_a_browser_runs_no_script_but_ours(tmp_path):
    text = render("t", "", [Section("s", [Sheet(["x"], [[1]])])])
    evil = '<script>document.body.setAttribute("data-evil", "ran")</script></body>'
    (tmp_path / "a.html").write_text(text.replace("</body>", evil))
    shown, console = browse(tmp_path / "a.html")
    assert 'data-evil="ran"' not in shown
    assert any("Content Security Policy" in line for line in console)
