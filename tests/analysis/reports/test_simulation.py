"""Pages of runs and recordings."""

import shutil

import pytest

from neurosparse.analysis import report
from neurosparse.analysis.reports.build import sections_of
from tests.analysis.reports.helpers import page_of


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


def test_a_damaged_recording_is_named(run_folder):
    array = run_folder / "recording.zarr" / "spikes" / "E" / "step"
    assert array.is_dir()
    shutil.rmtree(array)
    with pytest.raises(ValueError, match="wants a recording that is whole"):
        report(run_folder)
