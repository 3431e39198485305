"""`analyze`, `convert`, `report` and `datasets get` as a user meets them: output, files, exit
codes.
"""

import hashlib
import json
import subprocess
import sys
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from neurosparse.cli import app, status
from neurosparse.connectivity import Connectivity
from neurosparse.datasets import DATASETS, Dataset, File
from neurosparse.datasets.fetch import fetch
from neurosparse.datasets.locate import folders
from neurosparse.io import read_graph, write_graph
from neurosparse.io.formats import ENDINGS

Captured = pytest.CaptureFixture[str]


def graph(n: int = 30, edges: int = 150, seed: int = 0, n_post: int | None = None) -> Connectivity:
    """A random graph with its edges in no order, weights and delays."""
    n_post = n_post or n
    rng = np.random.default_rng(seed)
    key = rng.permutation(rng.choice(n * n_post, edges, replace=False))
    weight = rng.normal(0, 1, edges).astype(np.float32)
    delay = rng.integers(1, 9, edges)
    return Connectivity.from_edges(
        key // n_post, key % n_post, n_pre=n, n_post=n_post, weight=weight, delay_steps=delay
    )


def same(a: Connectivity, b: Connectivity) -> None:
    """Equal, and in the same order of the caller."""
    assert a == b
    for ours, theirs in zip(a.edges("caller"), b.edges("caller"), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(a.delay_steps_array("caller"), b.delay_steps_array("caller"))


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
    assert drawn == {"adjacency", "degrees", "weights", "motifs", "blocks", "chord", "eigenvalues"}
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in out.iterdir())
    assert str(out / "chord.png") in capsys.readouterr().out


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


def test_report_writes_a_page_and_says_where(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("epoch,loss\n1,0.5\n2,0.25\n")
    found = CliRunner().invoke(app, ["report", str(tmp_path / "log.csv"), "--title", "a & b"])
    assert (found.exit_code, found.stdout) == (0, f"{tmp_path / 'log.html'}\n")
    assert "<h1>a &amp; b</h1>" in (tmp_path / "log.html").read_text()


def test_data_sets_as_json(capsys: Captured) -> None:
    assert status(["datasets", "list", "--json"]) == 0
    cards = json.loads(capsys.readouterr().out)
    assert {card["name"] for card in cards} == {card.name for card in DATASETS}
    assert status(["datasets", "info", "larva_brain", "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert (card["here"], len(card["files"][0]["sha256"])) == (True, 64)
    assert status(["datasets", "get", "larva_brain", "--json"]) == 0
    assert [Path(path).is_file() for path in json.loads(capsys.readouterr().out)["paths"]] == [True]


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


def test_analyze_takes_a_layer_of_one_size(tmp_path: Path, capsys: Captured) -> None:
    write_graph(tmp_path / "a.npz", graph())
    assert status(["analyze", str(tmp_path / "a.npz"), "--nulls", "2", "--between"]) == 0
    assert "square clustering" in capsys.readouterr().out


def test_progress_of_long_conversions_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    write_graph(
        tmp_path / "a.gexf", graph(), progress=lambda done, total: told.append((done, total))
    )
    assert told == [(150, 150)]
    read_graph(tmp_path / "a.gexf", progress=lambda done, total: told.append((done, total)))
    assert told[1] == ((tmp_path / "a.gexf").stat().st_size,) * 2


def test_completion_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    # else typer looks for the shell that it runs in, of which a build machine may have none
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    found = CliRunner().invoke(app, ["--show-completion", "bash"], prog_name="neurosparse")
    assert found.exit_code == 0, found.output
    assert "_NEUROSPARSE_COMPLETE" in found.output


def test_get_proves_what_is_here(capsys: Captured) -> None:
    assert status(["datasets", "get", "larva_brain"]) == 0
    assert "sha256 as published" in capsys.readouterr().out


def test_get_without_a_connection_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path))

    def unreachable(url: str, timeout: float) -> None:
        raise OSError("no route")

    monkeypatch.setattr("urllib.request.urlopen", unreachable)
    card = next(card for card in DATASETS if card.name == "fashion_mnist")
    assert status(["datasets", "get", card.name]) == 2
    said = capsys.readouterr().err
    assert "curl --fail" in said
    assert str(tmp_path) in said
    assert not list((tmp_path / card.name).iterdir())


@pytest.fixture
def served():
    """A server of this process that gives `body` to everyone; yields (address, body)."""
    body = np.random.default_rng(0).bytes(3_000_000)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/a.bin", body
        server.shutdown()
        thread.join()


def test_downloads_are_proven_before_they_get_their_name(
    served: tuple[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, body = served
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path))
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    file = File("a.bin", hashlib.sha256(body).hexdigest(), len(body), address)
    card = Dataset("toy", "", "", (file,), "", "", "", "")
    seen: list[int] = []
    assert fetch(card, lambda done, total: seen.append(done)) == [folders(card)[0] / "a.bin"]
    assert seen[-1] == len(body)
    assert (tmp_path / "toy" / "a.bin").read_bytes() == body
    (tmp_path / "toy" / "a.bin").unlink()
    for wrong in (
        replace(file, sha256="0" * 64),
        replace(file, size=len(body) - 1),
        replace(file, size=10),
    ):
        with pytest.raises(ValueError, match="sha256"):
            fetch(replace(card, files=(wrong,)))
        assert not list((tmp_path / "toy").iterdir())


def test_a_folder_of_that_name_does_not_hide_a_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "celegans").mkdir()
    assert status(["convert", "celegans", "worm.npz"]) == 0
    assert read_graph(tmp_path / "worm.npz").nnz == 2194


def test_a_list_that_names_fewer_on_one_side_is_one_population_when_told(
    tmp_path: Path, capsys: Captured
) -> None:
    source = tmp_path / "edges.csv"
    source.write_text("pre,post,weight\n0,1,2\n1,2,3\n0,3,1\n0,3,1\n")
    assert status(["analyze", str(source), "--nulls", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"][0]["measure"] == "presynaptic neurons"
    assert status(["analyze", str(source), "--nulls", "0", "--json", "--within"]) == 0
    rows = {row["measure"]: row["value"] for row in json.loads(capsys.readouterr().out)["rows"]}
    assert (rows["neurons"], rows["edges"], rows["synapses"]) == (4, 3, 4)
    assert status(["analyze", str(source), "--within", "--between"]) == 2
    assert "wants one of them" in capsys.readouterr().err


def test_figures_of_a_layer_between_as_many_neurons(tmp_path: Path, capsys: Captured) -> None:
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
