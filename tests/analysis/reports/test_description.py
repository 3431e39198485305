"""Pages of described graphs."""

import json

from tests.analysis.reports.helpers import page_of


def test_a_description_with_and_without_motifs(tmp_path):
    rows = [
        {"measure": "clustering", "value": 0.5, "null_mean": 0.1, "z": None, "note": "<i>"}
    ]
    (tmp_path / "d.json").write_text(
        json.dumps({"graph": "g & h", "nulls": 2, "rows": rows})
    )
    page = page_of(tmp_path / "d.json")
    assert page.titles == ["g & h"]
    assert page.tables[0][1] == ["clustering", "0.5", "0.1", "", "", "", "", "<i>"]
    some = [{"measure": "motif 300", "value": 1, "null_mean": 1}]
    (tmp_path / "d.json").write_text(json.dumps({"graph": "g", "nulls": 2, "rows": some}))
    assert page_of(tmp_path / "d.json").pictures == []
