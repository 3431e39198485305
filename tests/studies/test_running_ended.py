"""Studies whose workers die and whose process is killed; `make check` runs these."""

import csv
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import zarr

from neurosparse.analysis import ComparisonSettings, compare
from neurosparse.studies import Local, Study, run_study
from tests.house import ROOT
from tests.studies.trials import begun, eventful, slow


def test_workers_that_die_cost_nobody_else_anything(tmp_path):
    marks = tmp_path / "marks"
    marks.mkdir()
    study = Study(eventful, {"x": list(range(10))}, base={"marks": str(marks)})
    table = run_study(study, tmp_path / "study", Local(2))
    assert table["x"].tolist() == [0, 1, 2, 4, 5, 6, 8, 9]
    assert table["twice"].tolist() == [0, 2, 4, 8, 10, 12, 16, 18]
    assert np.isnan(table["nothing"]).all()
    why = {failure["point"]["x"]: failure["error"] for failure in table.failures.values()}
    assert "three is too many" in why[3]
    assert "attempt 3: the worker died" in why[7]
    assert begun(marks)["5"] == 3
    assert begun(marks)["7"] == 3
    group = zarr.open_group(tmp_path / "study", mode="r")
    assert group.attrs["function"] == "tests.studies.trials:eventful"
    whole = group["trials"][str(table["key"][1])]
    assert whole.attrs["measures"] == {"twice": 2.0, "nothing": "nan"}
    assert (tmp_path / "study" / "trials" / table["key"][1] / "note.txt").read_text() == "1"


def test_a_comparison_on_workers(tmp_path):
    settings = ComparisonSettings(
        dataset="digits",
        hidden=(16,),
        sparsities=(0.9,),
        methods=("SET",),
        seeds=2,
        epochs=1,
    )
    there = compare(settings, tmp_path / "there", cluster=Local(2))
    alone = compare(settings, tmp_path / "alone")
    assert [row["accuracy"] for row in there] == [row["accuracy"] for row in alone]
    assert len(there) == len(alone) > 1


SCRIPT = """
import sys
from tests.studies.trials import slow
from neurosparse.studies import Study, run_study
study = Study(slow, {"x": list(range(8))}, base={"marks": sys.argv[2]})
run_study(study, sys.argv[1])
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_a_study_that_is_ended_goes_on(tmp_path, number):
    marks = tmp_path / "marks"
    marks.mkdir()
    place = tmp_path / "study"
    words = [sys.executable, "-c", SCRIPT, str(place), str(marks)]
    for _ in range(2):
        process = subprocess.Popen(
            words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stderr=-3
        )
        count = len(list(marks.iterdir()))
        limit = time.monotonic() + 60
        while len(list(marks.iterdir())) < count + 3 and time.monotonic() < limit:
            time.sleep(0.02)
        process.send_signal(number)
        assert process.wait(60) != 0
    study = Study(slow, {"x": list(range(8))}, base={"marks": str(marks)})
    table = run_study(study, place)
    fresh = run_study(study, tmp_path / "other")
    assert table["seed"].tolist() == fresh["seed"].tolist()
    assert table["measure seed"].tolist() == fresh["measure seed"].tolist()
    # two were under way when the process ended; each folder had its eight
    assert sum(begun(marks).values()) <= 8 + 2 + 8
    with open(place / "table.csv", encoding="utf-8") as file:
        assert len(list(csv.reader(file))) == 9
