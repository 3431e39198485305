"""Pages of comparisons."""

import json
import re

from neurosparse.analysis.reports import comparison
from tests.analysis.reports.helpers import page_of, records


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


def test_every_method_is_in_some_figure_of_learning():
    runs = [{"method": f"m{k}", "density": 0.1, "curve": [0.1, 0.2]} for k in range(15)]
    pictures = comparison._curves(runs)[0].parts
    assert len(pictures) == 2
