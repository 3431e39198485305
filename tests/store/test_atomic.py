"""Folders that appear whole or not at all."""

import os
from pathlib import Path

import pytest

from neurosparse.store import atomic
from neurosparse.store.atomic import aside_name, exchange, new_folder


@pytest.fixture(params=["exchange", "two renames"])
def _way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "two renames":
        monkeypatch.setattr(atomic, "exchange", lambda one, other: False)


@pytest.mark.usefixtures("_way")
def test_a_folder_replaces_an_older_one(tmp_path: Path) -> None:
    for text in ("one", "two"):
        with new_folder(tmp_path / "a") as folder:
            (folder / "x").write_text(text)
    assert (tmp_path / "a" / "x").read_text() == "two"
    assert os.listdir(tmp_path) == ["a"]


@pytest.mark.usefixtures("_way")
def test_an_error_leaves_what_was_there(tmp_path: Path) -> None:
    with new_folder(tmp_path / "a") as folder:
        (folder / "x").write_text("one")
    with pytest.raises(ZeroDivisionError), new_folder(tmp_path / "a") as folder:
        (folder / "x").write_text(str(1 / 0))
    assert (tmp_path / "a" / "x").read_text() == "one"
    assert os.listdir(tmp_path) == ["a"]


def test_leftovers_of_dead_processes_go_and_those_of_living_ones_stay(
    tmp_path: Path,
) -> None:
    dead = tmp_path / ".a.4194305.tmp"
    living = tmp_path / f".a.{os.getppid()}.tmp"
    dead.mkdir()
    living.mkdir()
    with new_folder(tmp_path / "a"):
        pass
    assert not dead.exists()
    assert living.exists()


def test_exchange_says_when_it_cannot(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert not exchange(tmp_path / "a", tmp_path / "missing")


def test_aside_stands_beside() -> None:
    assert aside_name(Path("r/a.zarr")).parent == Path("r")
