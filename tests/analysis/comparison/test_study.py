"""A comparison runs once, goes on where it was, and refuses records of another budget."""

import json
from dataclasses import replace

import pytest

from neurosparse.analysis import (
    compare,
    comparison_report,
    comparison_summary,
)
from neurosparse.analysis.comparison.study import trials
from tests.analysis.comparison.helpers import SMALL, here

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_compare_runs_once_resumes_and_reports(tmp_path):
    assert compare(SMALL, tmp_path, minutes=0.0, run=here) == []
    told = []
    records = compare(
        SMALL,
        tmp_path,
        run=here,
        progress=lambda done, all_, record: told.append((done, all_)),
    )
    assert len(records) == len(trials(SMALL)) == 2 * (1 + 6)
    assert told[-1] == (14, 14)
    stamps = {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    assert compare(SMALL, tmp_path, run=None) == records
    assert stamps == {p: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    rows = comparison_summary(records)
    assert {row["kernel"] for row in rows} == {"sparse kernel", "mask", "dense"}
    assert max(row["accuracy"] for row in rows) > 0.85
    paths = comparison_report(SMALL, records, tmp_path)
    assert paths["figure"].read_bytes().startswith(b"\x89PNG")
    assert paths["table"].read_text().count("\n|") == len(rows) + 2
    written = json.loads(paths["rows"].read_text())
    assert written["about"]["doubts"]
    assert len(written["runs"]) == 14
    with pytest.raises(ValueError, match="epochs = 3 there; use a new folder"):
        compare(replace(SMALL, epochs=4), tmp_path, run=here)
    more = compare(replace(SMALL, seeds=3), tmp_path, minutes=0.0, run=here)
    assert len(more) == 14


def test_what_is_no_record_is_refused(tmp_path):
    (tmp_path / "dense__same_width-1-0.json").write_text("{}")
    with pytest.raises(ValueError, match="not a record"):
        compare(SMALL, tmp_path, run=here)


class Backwards:
    """A cluster whose last trial ends first."""

    def each(self, function, items):
        for item in reversed(list(items)):
            yield item, function(item)


def test_records_of_a_cluster_are_in_the_order_of_the_plan(tmp_path):
    one = replace(SMALL, seeds=1, epochs=1)
    there = compare(one, tmp_path / "there", run=here, cluster=Backwards())
    assert [(row["name"], row["seed"]) for row in there] == [
        (trial.name, trial.seed) for trial in trials(one)
    ]
    # what is there is not run again
    assert compare(one, tmp_path / "there", run=None, cluster=Backwards()) == there
