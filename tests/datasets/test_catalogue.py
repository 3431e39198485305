"""Every card is complete, and nothing is fetched silently."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from neurosparse.datasets import (
    DATASETS,
    Dataset,
    dvs_gesture,
    fashion_mnist,
    is_available,
    mnist,
    n_mnist,
)
from neurosparse.datasets.locate import commands


@pytest.fixture(autouse=True)
def no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize("card", DATASETS, ids=[card.name for card in DATASETS])
def test_every_card_is_complete(card: Dataset) -> None:
    assert card.title
    assert card.licence
    assert re.search(r"doi:10\.|arXiv:", card.citation)
    assert card.homepage.startswith("http")
    for file in card.files:
        assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        assert file.size > 0
        assert file.url.startswith("http") or card.fetch
    assert "there" in commands(card, Path("there"))
    assert is_available(card) or not card.embedded


def test_names_differ() -> None:
    assert len({card.name for card in DATASETS}) == len(DATASETS)


@pytest.mark.parametrize("load", [n_mnist, dvs_gesture, mnist, fashion_mnist])
def test_nothing_is_fetched_silently(
    load: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="these commands put it there"):
        load()
    assert not list(tmp_path.rglob("*"))
