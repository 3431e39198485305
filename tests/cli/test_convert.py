"""`neurosparse convert`: through every format, recordings to NWB, nothing spoiled."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from neurosparse.cli import status
from neurosparse.connectivity import Connectivity
from neurosparse.io import read_graph, write_graph
from neurosparse.io.formats import ENDINGS
from tests.cli.helpers import graph

Captured = pytest.CaptureFixture[str]


def same(a: Connectivity, b: Connectivity) -> None:
    """Equal, and in the same order of the caller."""
    assert a == b
    for ours, theirs in zip(a.edges("caller"), b.edges("caller"), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(
        a.delay_steps_array("caller"), b.delay_steps_array("caller")
    )


def test_convert_there_and_back_through_every_format(tmp_path: Path) -> None:
    first = tmp_path / "a.npz"
    write_graph(first, graph())
    before = first
    for place, end in enumerate(ENDINGS):
        after = tmp_path / f"{place}{end}"
        assert status(["convert", str(before), str(after)]) == 0
        same(read_graph(after), graph())
        before = after


def test_a_recording_becomes_nwb(tmp_path: Path) -> None:
    pytest.importorskip("pynwb", reason="pynwb is not installed")
    from neurosparse.io import read_nwb
    from neurosparse.recording import RunStore

    with RunStore.create(tmp_path / "run" / "recording.zarr", dt=0.1, seed=1) as store:
        store.spikes("E", n=3).append(np.array([0, 9]), np.array([2, 1]))
    assert status(["convert", str(tmp_path / "run"), str(tmp_path / "a.nwb")]) == 0
    trains = read_nwb(tmp_path / "a.nwb").spikes["E"]
    assert (trains.neuron.tolist(), trains.stop) == ([1, 2], pytest.approx(1.0))


def test_convert_refuses_what_it_would_spoil(tmp_path: Path, capsys: Captured) -> None:
    source, target = tmp_path / "a.npz", tmp_path / "b.csv"
    write_graph(source, graph())
    target.write_text("mine")
    assert status(["convert", str(source), str(target)]) == 2
    assert "--force" in capsys.readouterr().err
    assert target.read_text() == "mine"
    assert status(["convert", str(source), str(target), "--force"]) == 0
    same(read_graph(target), graph())
    folder = tmp_path / "other.zarr"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    assert status(["convert", str(source), str(folder), "--force"]) == 2
    assert (folder / "notes.txt").read_text() == "mine"


def test_the_program_itself_converts_and_reports(tmp_path: Path) -> None:
    """One real process: the entry point, standard output, exit codes."""
    code = "import sys; from neurosparse.cli import main; main(sys.argv[1:])"

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=120, cwd=tmp_path
        )

    done = run("convert", "celegans", "worm.npz")
    assert (done.returncode, done.stderr) == (0, "")
    assert "2,194 synapses" in done.stdout
    assert run("analyze", "gone.npz").returncode == 2


def test_convert_and_report_as_json(tmp_path: Path, capsys: Captured) -> None:
    assert status(["convert", "celegans", str(tmp_path / "a.graphml"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {
        "out": str(tmp_path / "a.graphml"),
        "n_pre": 302,
        "n_post": 302,
        "synapses": 2194,
    }
    (tmp_path / "log.csv").write_text("epoch,loss\n1,0.5\n")
    assert status(["report", str(tmp_path / "log.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"page": str(tmp_path / "log.html")}


def test_tables_of_others_are_converted_by_options(
    tmp_path: Path, capsys: Captured
) -> None:
    source = tmp_path / "a.csv"
    source.write_text("from;to;n\nAVA;RIM;3\nRIM;AIB;2\n")
    target = tmp_path / "b.npz"
    options = ["--columns", "from,to,n", "--sep", ";", "--ids"]
    assert status(["convert", str(source), str(target), *options]) == 0
    read = read_graph(target)
    assert read.shape == (3, 3)
    assert read.weights_array("caller").tolist() == [3, 2]
    assert [end.tolist() for end in read.edges("caller")] == [[1, 2], [2, 0]]
    source.write_text("pre\tpost\n0\t2\n")
    assert status(["convert", str(source), str(target), "--force", "--sep", "tab"]) == 0
    assert read_graph(target).shape == (1, 3)
    within = ["--force", "--sep", "tab", "--within"]
    assert status(["convert", str(source), str(target), *within]) == 0
    assert read_graph(target).shape == (3, 3)
    capsys.readouterr()
    for arguments, word in (
        ([str(source), "--columns", "a,b,c,d,e"], "columns: got"),
        ([str(tmp_path / "b.npz"), "--ids"], "ids: got"),
        (["larva_brain", "--ids"], "ids: got an option for larva_brain"),
    ):
        assert (
            status(["convert", arguments[0], str(tmp_path / "c.npz"), *arguments[1:]]) == 2
        )
        assert word in capsys.readouterr().err


def test_edge_types_and_populations_are_options(tmp_path: Path, capsys: Captured) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "e.h5", "w") as file:
        for name, kinds in (("one", [7, 8]), ("two", [8, 8])):
            group = file.create_group(f"edges/{name}")
            group["source_node_id"] = [0, 1]
            group["target_node_id"] = [1, 0]
            group["edge_type_id"] = kinds
    (tmp_path / "t.csv").write_text("edge_type_id syn_weight delay\n7 0.5 1.5\n8 -1 NULL\n")
    command = ["convert", str(tmp_path / "e.h5"), str(tmp_path / "a.npz")]
    assert status([*command, "--population", "one"]) == 2
    assert "e.h5: syn_weight: got none" in capsys.readouterr().err
    options = ["--population", "one", "--types", str(tmp_path / "t.csv")]
    assert status([*command, *options]) == 0
    read = read_graph(tmp_path / "a.npz")
    assert read.weights_array("caller").tolist() == [0.5, -1]
    assert read.delay_steps_array("caller").tolist() == [15, 0]
