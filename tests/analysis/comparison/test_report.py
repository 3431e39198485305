"""The files of a comparison: what they say of its settings."""

import json

from neurosparse.analysis import ComparisonSettings, comparison_report
from neurosparse.analysis.comparison.report import doubts, heading
from neurosparse.analysis.comparison.table import MEANS

RUN = dict.fromkeys(MEANS, 1.0) | {
    "name": "SET",
    "kernel": "sparse kernel",
    "density": 0.1,
    "seed": 0,
    "accuracy": 0.5,
}


def test_the_heading_says_what_is_equal_and_what_to_doubt():
    text = heading(ComparisonSettings(hidden=(24, 24), seeds=1), [])
    assert text.startswith(
        "# Sparse against dense: digits\n\nEqual for all: hidden 24-24, epochs 20"
    )
    assert "**Seeds: 1. A finding needs at least 5.**\n" in text
    assert len(doubts(ComparisonSettings(seeds=1, sparsities=(0.9,)), [])) == 3


def test_three_files(tmp_path):
    paths = comparison_report(ComparisonSettings(), [RUN], tmp_path)
    assert sorted(paths) == ["figure", "rows", "table"]
    content = json.loads(paths["rows"].read_text())
    assert content["runs"] == [RUN]
    assert content["about"]["doubts"] == [
        "1 of 230 runs are done: this table is not complete."
    ]
    assert "| SET | sparse kernel | 50.00 |" in paths["table"].read_text()
    assert paths["figure"].read_bytes().startswith(b"\x89PNG")
