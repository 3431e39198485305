"""Where data sets are looked for, what is said when they are not there, and the real files where
they are.
"""

import hashlib
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import DATASETS, Dataset, File, dvs_gesture, fashion_mnist, mnist, n_mnist
from neurosparse.datasets.locate import cache_folder, commands, find, is_here, members

CONTENT = b"content"
FILE = File("a.bin", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), "https://example.org/a.bin")
CARD = Dataset("toy", "a toy", "a", (FILE,), "none", "nobody", "https://example.org", "toy()")


@pytest.fixture(autouse=True)
def no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_named_folder_first_then_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEUROSPARSE_DATA", raising=False)
    cached = cache_folder() / "toy" / "a.bin"
    cached.parent.mkdir(parents=True)
    cached.write_bytes(CONTENT)
    assert find(CARD, FILE) == cached
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path / "data"))
    assert find(CARD, FILE) == cached
    given = tmp_path / "data" / "toy" / "a.bin"
    given.parent.mkdir(parents=True)
    given.write_bytes(CONTENT)
    assert find(CARD, FILE) == given
    assert is_here(CARD)


def test_the_error_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path / "data"))
    with pytest.raises(FileNotFoundError) as caught:
        find(CARD, FILE)
    said = str(caught.value)
    for part in (
        "https://example.org/a.bin",
        FILE.sha256,
        "curl",
        "mkdir -p",
        "NEUROSPARSE_DATA",
        str(tmp_path),
    ):
        assert part in said
    assert not is_here(CARD)


def test_other_content_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path))
    (tmp_path / "toy").mkdir()
    for content, says in ((b"CONTENT", "sha256"), (b"contents", "8 bytes, wants 7")):
        (tmp_path / "toy" / "a.bin").write_bytes(content)
        with pytest.raises(ValueError, match=says):
            find(CARD, FILE)


def test_a_zip_is_known_by_its_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path))
    (tmp_path / "toy").mkdir()
    path = tmp_path / "toy" / "a.zip"
    file = File("a.zip", hashlib.sha256(b"onetwo").hexdigest(), 6, zipped=True)
    for method, order in ((zipfile.ZIP_STORED, "12"), (zipfile.ZIP_DEFLATED, "21")):
        with zipfile.ZipFile(path, "w", method) as archive:
            for name in order:
                archive.writestr(name, {"1": b"one", "2": b"two"}[name])
        assert find(CARD, file) == path
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1", b"0" * 10_000_000)
    with pytest.raises(ValueError, match="10000000 bytes, wants 6"):
        find(CARD, file)
    path.write_bytes(b"not a zip")
    with pytest.raises(ValueError, match="not a zip"):
        find(CARD, file)
    content = np.random.default_rng(0).integers(0, 4, 10_000, np.uint8).tobytes()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1", content)
    spoilt = bytearray(path.read_bytes())
    for at in range(60, 1000, 50):
        spoilt[at] ^= 0xFF
        path.write_bytes(spoilt)
        with pytest.raises(ValueError, match="not a zip file: .*; remove it and fetch it again"):
            find(
                CARD, File("a.zip", hashlib.sha256(content).hexdigest(), len(content), zipped=True)
            )


def test_an_archive_with_a_folder_in_it_serves_as_well(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.mkdir("set")
        archive.writestr("set/1.bs2", b"one")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert members(archive) == {"1.bs2": "set/1.bs2"}


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
    assert is_here(card) or not card.embedded


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


def test_n_mnist(data_folder: Callable[[str], Path]) -> None:
    data_folder("nmnist_small")
    digits = n_mnist()
    assert len(digits.events) == len(digits.label) == 1000
    assert digits.label[:6].tolist() == [5, 0, 4, 1, 9, 2]
    assert sum(map(len, digits.events)) == 4_133_231
    assert max(int(events["t"].max()) for events in digits.events) == 315_109


def test_dvs_gesture(data_folder: Callable[[str], Path]) -> None:
    data_folder("dvs_gesture_samples")
    gestures = dvs_gesture()
    assert sum(map(len, gestures.events)) == 1_206_710
    assert all(100 < int(events["x"].max()) < 128 for events in gestures.events)
    assert {p for events in gestures.events for p in np.unique(events["p"]).tolist()} == {0, 1}


@pytest.mark.parametrize(
    ("name", "load", "mean"), [("mnist", mnist, 0.1307), ("fashion_mnist", fashion_mnist, 0.2860)]
)
def test_images(
    name: str, load: Callable[[], object], mean: float, data_folder: Callable[[str], Path]
) -> None:
    data_folder(name)
    train_x, train_y, test_x, test_y = load()  # type: ignore[misc, attr-defined]
    assert train_x.shape == (60_000, 28, 28)
    assert test_x.shape == (10_000, 28, 28)
    assert abs(train_x.mean() / 255 - mean) < 0.0001
    assert np.bincount(test_y).min() >= 892
    assert np.bincount(train_y).sum() == 60_000
