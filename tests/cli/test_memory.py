"""`neurosparse memory` as a user meets it."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse.cli import status

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    x = np.random.default_rng(1).standard_normal((300, 16))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "q.npy", x[:20] + 0.02)
    return tmp_path


def test_build_and_query(files: Path, capsys: Captured) -> None:
    assert status(["memory", "build", f"{files}/x.npy", f"{files}/m.zarr"]) == 0
    assert "300 patterns of width 16, float32" in capsys.readouterr().out
    arguments = [
        "memory",
        "query",
        f"{files}/m.zarr",
        f"{files}/q.npy",
        "--out",
        f"{files}/s.npy",
        "--steps",
        "2",
    ]
    assert status(arguments) == 0
    said = capsys.readouterr().out
    assert "sparsemax" in said
    assert "100.0%" in said
    np.testing.assert_allclose(
        np.load(files / "s.npy"), np.load(files / "x.npy")[:20], atol=1e-6
    )


def test_one_query(files: Path, capsys: Captured) -> None:
    np.save(files / "one.npy", np.load(files / "x.npy")[7])
    assert status(["memory", "build", f"{files}/x.npy", f"{files}/m.zarr"]) == 0
    assert (
        status(
            [
                "memory",
                "query",
                f"{files}/m.zarr",
                f"{files}/one.npy",
                "--out",
                f"{files}/s.npy",
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    assert "1 queries" in said
    assert "states after 1 update\n" in said
    np.testing.assert_allclose(
        np.load(files / "s.npy"), np.load(files / "x.npy")[[7]], atol=1e-6
    )


def test_states_go_where_they_were_told(files: Path) -> None:
    assert status(["memory", "build", f"{files}/x.npy", f"{files}/m.zarr"]) == 0
    assert (
        status(
            [
                "memory",
                "query",
                f"{files}/m.zarr",
                f"{files}/q.npy",
                "--out",
                f"{files}/states",
            ]
        )
        == 0
    )
    assert np.load(files / "states").shape == (20, 16)
    assert not [name for name in files.iterdir() if name.name.startswith(".")]


def test_compare(files: Path, capsys: Captured) -> None:
    assert status(["memory", "build", f"{files}/x.npy", f"{files}/m.zarr"]) == 0
    assert (
        status(
            [
                "memory",
                "query",
                f"{files}/m.zarr",
                f"{files}/q.npy",
                "--compare",
                "--alpha",
                "1.25",
            ]
        )
        == 0
    )
    said = capsys.readouterr().out
    for way in (
        "1.25-entmax",
        "sparsemax",
        "1.5-entmax",
        "softmax",
        "numpy argmax",
        "torch attention",
    ):
        assert way in said


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["build", "none.npy", "m.zarr"], "none.npy: no such file"),
        (["build", "{0}/x.npy", "{0}"], "is there already"),
        (["query", "none.zarr", "{0}/q.npy"], "no neurosparse-hopfield-memory"),
        (["query", "{0}/m.zarr", "{0}/x.npy", "--beta", "0"], "beta: got 0.0"),
        (["query", "{0}/m.zarr", "{0}/x.npy", "--alpha", "0.5"], "alpha: got 0.5"),
        (["query", "{0}/m.zarr", "{0}/wide.npy"], "query: got shape [2, 17]"),
        (
            ["query", "{0}/m.zarr", "{0}/x.npy", "--compare", "--repeats", "0"],
            "repeats: got 0",
        ),
    ],
)
def test_bad_input_is_one_message(
    files: Path, arguments: list[str], says: str, capsys: Captured
) -> None:
    np.save(files / "wide.npy", np.ones((2, 17)))
    assert status(["memory", "build", f"{files}/x.npy", f"{files}/m.zarr"]) == 0
    assert status(["memory", *(a.format(files) for a in arguments)]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.startswith("neurosparse: ")
