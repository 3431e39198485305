"""`neurosparse compare` from the outside: options, files, what is left behind, what is refused."""

import json
import os

import pytest

from neurosparse.cli import status
from neurosparse.cli.compare import chosen


@pytest.fixture(autouse=True)
def _no_data(monkeypatch, tmp_path):
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path / "none"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "none"))


def test_a_few_runs_leave_a_report_and_the_next_call_goes_on(tmp_path, capsys):
    out = tmp_path / "out"
    small = [
        "--hidden",
        "16",
        "--sparsities",
        "0.8",
        "--methods",
        "SET",
        "--seeds",
        "1",
        "--epochs",
        "1",
    ]
    call = ["compare", *small, "--batch", "64", "--out", str(out)]
    assert status([*call, "--minutes", "0.00001"]) == 0
    first = len(list(out.glob("*-0.json")))
    assert 1 <= first < 7
    assert status(call) == 0
    assert len(list(out.glob("*-0.json"))) == 7
    said = capsys.readouterr().out
    assert "sparse kernel" in said
    assert "7/7" in said
    told = json.loads((out / "report.json").read_text())
    assert {row["kernel"] for row in told["rows"]} == {"dense", "mask", "sparse kernel"}
    assert len(told["about"]["doubts"]) == 2
    assert os.path.getsize(out / "report.png") > 5000
    assert "A finding needs at least 5" in (out / "report.md").read_text()
    assert status([*call, "--rate", "0.1"]) == 2
    assert "use a new folder" in capsys.readouterr().err


def test_settings_come_from_a_file_and_options_replace_them(tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(
        'dataset = "mnist"\nhidden = [32, 16]\nsparsities = [0.5, 0.9]\nseeds = 3\nrate = 0.1\n'
    )
    settings = chosen(file, False, {"seeds": 2})
    assert (settings.dataset, settings.hidden, settings.seeds, settings.rate) == (
        "mnist",
        (32, 16),
        2,
        0.1,
    )
    assert chosen(None, False, {}).sparsities == (0.5, 0.8, 0.9, 0.95, 0.99)


def test_samples_of_ones_own_come_from_a_file(tmp_path, capsys):
    path = tmp_path / "mine.csv"
    path.write_text("a,kind\n" + "".join(f"{k},{k % 2}\n" for k in range(20)))
    about = {"dataset": str(path), "label": "kind", "test_share": 0.25}
    given = chosen(None, False, dict(about)).dataset
    assert given.name == "mine.csv"
    assert "15 + 5 of 1 numbers in 2 classes, columns scaled" in given.about
    file = tmp_path / "study.toml"
    file.write_text(f"dataset = '{path}'\nlabel = 'kind'\ntest_share = 0.25\nseeds = 3\n")
    settings = chosen(file, False, {"scaling": "none"})
    assert (settings.seeds, settings.dataset.name) == (3, "mine.csv")
    assert "as they are" in settings.dataset.about
    assert chosen(file, False, {}).dataset == given
    options = ["--dataset", str(path), "--label", "kind", "--test-share", "0.25"]
    out = tmp_path / "out"
    assert status(["compare", *options, "--minutes", "0", "--out", str(out)]) == 0
    assert "# Sparse against dense: mine.csv" in (out / "report.md").read_text()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--dataset", "digit"], "did you mean 'digits'"),
        (["--sparsities", "0.5,1"], "sparsities"),
        (["--hidden", "a"], "--hidden: got 'a', wants numbers divided by commas"),
        (["--methods", "Rigl"], "did you mean 'RigL'"),
        (["--seeds", "0"], "seeds: got 0"),
        (["--dataset", "mnist", "--seeds", "1"], "curl"),
        (["--dataset", "none.npz"], "path: got 'none.npz', wants"),
        (["--label", "kind"], "dataset: got label for 'digits', wants a .npz, .csv"),
    ],
)
def test_bad_input_names_the_option(arguments, words, tmp_path, capsys):
    assert status(["compare", *arguments, "--out", str(tmp_path / "out")]) == 2
    assert words in capsys.readouterr().err


def test_bad_files_are_named(tmp_path, capsys):
    file = tmp_path / "study.toml"
    for text, words in (
        ("seed = 3", "unknown key; did you mean 'seeds'"),
        ("a = = 2", "not TOML"),
    ):
        file.write_text(text)
        assert status(["compare", str(file), "--out", str(tmp_path / "out")]) == 2
        assert words in capsys.readouterr().err


def test_a_file_in_the_way_is_named_before_anything_is_trained(tmp_path, capsys):
    (tmp_path / "out").write_text("mine")
    assert status(["compare", "--quick", "--out", str(tmp_path / "out")]) == 2
    assert "is a file; choose another --out" in capsys.readouterr().err
    assert (tmp_path / "out").read_text() == "mine"
