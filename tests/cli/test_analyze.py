"""`neurosparse analyze`: tables, JSON, figures, graphs side by side."""

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from neurosparse.cli import app, status
from neurosparse.io import write_graph
from tests.cli.helpers import graph

Captured = pytest.CaptureFixture[str]


def test_analyze_prints_the_table_of_describe(tmp_path: Path) -> None:
    from neurosparse.analysis import describe

    write_graph(tmp_path / "a.npz", graph())
    found = CliRunner().invoke(
        app, ["analyze", str(tmp_path / "a.npz"), "--nulls", "3", "--seed", "5"]
    )
    assert found.exit_code == 0, found.output
    assert found.stdout == f"{describe(graph(), nulls=3, rng=5, name='a')}\n"


def test_analyze_as_json_and_several_side_by_side(tmp_path: Path, capsys: Captured) -> None:
    for name, seed in (("a.csv", 0), ("b.zarr", 1)):
        write_graph(tmp_path / name, graph(seed=seed))
    files = [str(tmp_path / "a.csv"), str(tmp_path / "b.zarr")]
    assert status(["analyze", *files, "--nulls", "2", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["graph"] for one in found] == ["a", "b"]
    rows = {row["measure"]: row for row in found[0]["rows"]}
    assert rows["edges"]["value"] == 150 - np.count_nonzero(np.equal(*graph().edges()))
    assert rows["clustering"]["null_mean"] is not None
    assert rows["density"]["z"] is None
    assert status(["analyze", *files, "--nulls", "0"]) == 0
    head = capsys.readouterr().out.splitlines()[0].split()
    assert head == ["measure", "a", "z", "b", "z"]


def test_analyze_draws_every_figure_of_a_data_set(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "figures"
    assert status(["analyze", "celegans", "--nulls", "2", "--figures", str(out)]) == 0
    drawn = {path.stem for path in out.iterdir()}
    assert drawn == {
        "adjacency",
        "degrees",
        "weights",
        "motifs",
        "blocks",
        "chord",
        "eigenvalues",
    }
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in out.iterdir())
    assert str(out / "chord.png") in capsys.readouterr().out


def test_analyze_takes_a_layer_of_one_size(tmp_path: Path, capsys: Captured) -> None:
    write_graph(tmp_path / "a.npz", graph())
    assert status(["analyze", str(tmp_path / "a.npz"), "--nulls", "2", "--between"]) == 0
    assert "square clustering" in capsys.readouterr().out


def test_a_list_that_names_fewer_on_one_side_is_one_population_when_told(
    tmp_path: Path, capsys: Captured
) -> None:
    source = tmp_path / "edges.csv"
    source.write_text("pre,post,weight\n0,1,2\n1,2,3\n0,3,1\n0,3,1\n")
    assert status(["analyze", str(source), "--nulls", "0", "--json"]) == 0
    assert (
        json.loads(capsys.readouterr().out)["rows"][0]["measure"] == "presynaptic neurons"
    )
    assert status(["analyze", str(source), "--nulls", "0", "--json", "--within"]) == 0
    rows = {
        row["measure"]: row["value"] for row in json.loads(capsys.readouterr().out)["rows"]
    }
    assert (rows["neurons"], rows["edges"], rows["synapses"]) == (4, 3, 4)
    assert status(["analyze", str(source), "--within", "--between"]) == 2
    assert "wants one of them" in capsys.readouterr().err


def test_figures_of_a_layer_between_as_many_neurons(
    tmp_path: Path, capsys: Captured
) -> None:
    write_graph(tmp_path / "layer.npz", graph())
    told = [
        "analyze",
        str(tmp_path / "layer.npz"),
        "--between",
        "--nulls",
        "2",
        "--figures",
        str(tmp_path / "f"),
    ]
    assert status(told) == 0
    assert sorted(file.name for file in (tmp_path / "f").iterdir()) == [
        "adjacency.png",
        "degrees.png",
        "delays.png",
        "weights.png",
    ]


def test_analyze_reads_tables_of_others_by_options(
    tmp_path: Path, capsys: Captured
) -> None:
    source = tmp_path / "a.csv"
    source.write_text("from;to\nAVA;RIM\nRIM;AIB\nAIB;AVA\n")
    options = ["--columns", "from,to", "--sep", ";", "--ids"]
    assert status(["analyze", str(source), "--nulls", "0", "--json", *options]) == 0
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["measure"]: row["value"] for row in rows}["neurons"] == 3
