"""Graphs named on the command line: files, data sets, and what is neither."""

from pathlib import Path

import pytest

from neurosparse.cli import status
from neurosparse.cli.graphs import read_options
from neurosparse.io import read_graph

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["analyze", "nowhere.npz"], "wants a file that exists"),
        (["analyze", "mnist"], "holds samples, not a graph"),
        (["analyze", "celegans:varshny_chem"], "did you mean 'varshney_chem'"),
        (["analyze", "celegans", "celegans"], "each only once"),
        (["analyze", "celegans", "--nulls", "-1"], "--nulls"),
        (["convert", "larva_brain", "a.what"], "ending in"),
        (["convert", "nowhere.csv", "a.npz"], "wants a file that exists"),
        (["analyze", "celegans", "--seed", "-1"], "--seed"),
        (["analyze", "celegans", "--figures", __file__], "wants a folder"),
        (["report", "nowhere"], "source: got 'nowhere'"),
        (["datasets", "get", "mnst"], "did you mean 'mnist'"),
    ],
)
def test_bad_input_ends_with_two(arguments: list[str], says: str, capsys: Captured) -> None:
    assert status(arguments) == 2
    said = capsys.readouterr()
    assert says in said.err
    assert "Traceback" not in said.err


def test_a_damaged_file_is_named(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "a.csv").write_text("pre,post\n0,x\n")
    assert status(["analyze", str(tmp_path / "a.csv")]) == 2
    assert "post" in capsys.readouterr().err


def test_a_folder_of_that_name_does_not_hide_a_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "celegans").mkdir()
    assert status(["convert", "celegans", "worm.npz"]) == 0
    assert read_graph(tmp_path / "worm.npz").nnz == 2194


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (None, None),
        ("source,target", {"pre": "source", "post": "target"}),
        ("weight=n", {"weight": "n"}),
        ("a, b ,delay=d", {"pre": "a", "post": "b", "delay": "d"}),
    ],
)
def test_names_of_columns(text, expected):
    assert read_options(None, None, text, None, False).columns == expected


@pytest.mark.parametrize("text", ["", "a,,b", "pre=a,pre=b", "a,b,c,d,e"])
def test_names_of_columns_that_cannot_be_meant(text):
    with pytest.raises(ValueError, match="columns: got"):
        read_options(None, None, text, None, False)
