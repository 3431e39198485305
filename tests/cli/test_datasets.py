"""`neurosparse datasets`: lists, cards, JSON, and downloads that are proven."""

import json
from pathlib import Path

import pytest

from neurosparse.cli import status
from neurosparse.datasets import DATASETS, PUBLISHED, Published

Captured = pytest.CaptureFixture[str]


def test_datasets_list(capsys: Captured) -> None:
    assert status(["datasets", "list"]) == 0
    said = capsys.readouterr().out
    assert all(card.name in said for card in (*DATASETS, *PUBLISHED))
    assert said.count("you name its folder") == len(PUBLISHED)


@pytest.mark.parametrize("card", DATASETS, ids=[card.name for card in DATASETS])
def test_datasets_info_shows_licence_and_citation(card: object, capsys: Captured) -> None:
    name, licence = card.name, card.licence  # type: ignore[attr-defined]
    assert status(["datasets", "info", name]) == 0
    said = capsys.readouterr().out
    assert licence in said
    assert "doi:" in said or "arXiv:" in said
    assert all(file.sha256 in said for file in card.files)  # type: ignore[attr-defined]


@pytest.mark.parametrize("card", PUBLISHED, ids=[card.name for card in PUBLISHED])
def test_what_others_publish_is_shown_and_never_downloaded(
    card: Published, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("urllib.request.urlopen", None)
    assert status(["datasets", "info", card.name]) == 0
    said = capsys.readouterr().out
    for text in (
        card.licence,
        card.version,
        card.title,
        card.url,
        f'{card.name}("FOLDER")',
    ):
        assert text in said
    assert card.citation.split("; ")[-1] in said
    assert said.endswith("\n".join(card.commands()) + "\n")
    assert status(["datasets", "info", card.name, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["files"] == list(card.files)
    assert status(["datasets", "get", card.name]) == 2
    assert card.commands()[-1] in capsys.readouterr().err


def test_an_unknown_name_gets_the_nearest_of_all(capsys: Captured) -> None:
    assert status(["datasets", "info", "flywir"]) == 2
    assert "did you mean 'flywire'" in capsys.readouterr().err


def test_data_sets_as_json(capsys: Captured) -> None:
    assert status(["datasets", "list", "--json"]) == 0
    cards = json.loads(capsys.readouterr().out)
    assert {card["name"] for card in cards} == {
        card.name for card in (*DATASETS, *PUBLISHED)
    }
    assert status(["datasets", "info", "larva_brain", "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert (card["here"], len(card["files"][0]["sha256"])) == (True, 64)
    assert status(["datasets", "get", "larva_brain", "--json"]) == 0
    assert [
        Path(path).is_file() for path in json.loads(capsys.readouterr().out)["paths"]
    ] == [True]


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
