"""Where data sets are looked for, and what is said when they are not there."""

import hashlib
import zipfile
from pathlib import Path

import numpy as np
import pytest

from neurosparse.datasets import DataFile, Dataset, find, is_available
from neurosparse.datasets.locate import cache_folder, members

CONTENT = b"content"


FILE = DataFile(
    "a.bin", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT), "https://example.org/a.bin"
)


CARD = Dataset(
    "toy", "a toy", "a", (FILE,), "none", "nobody", "https://example.org", "toy()"
)


@pytest.fixture(autouse=True)
def no_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache folder of this test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def test_named_folder_first_then_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    assert is_available(CARD)


def test_the_error_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    assert not is_available(CARD)


def test_other_content_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path))
    (tmp_path / "toy").mkdir()
    for content, says in ((b"CONTENT", "sha256"), (b"contents", "8 bytes, wants 7")):
        (tmp_path / "toy" / "a.bin").write_bytes(content)
        with pytest.raises(ValueError, match=says):
            find(CARD, FILE)


def test_a_zip_is_known_by_its_members(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEUROSPARSE_DATA", str(tmp_path))
    (tmp_path / "toy").mkdir()
    path = tmp_path / "toy" / "a.zip"
    file = DataFile("a.zip", hashlib.sha256(b"onetwo").hexdigest(), 6, zipped=True)
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
    checksum = hashlib.sha256(content).hexdigest()
    file = DataFile("a.zip", checksum, len(content), zipped=True)
    spoilt = bytearray(path.read_bytes())
    for at in range(60, 1000, 50):
        spoilt[at] ^= 0xFF
        path.write_bytes(spoilt)
        with pytest.raises(
            ValueError, match="not a zip file: .*; remove it and fetch it again"
        ):
            find(
                CARD,
                DataFile(
                    "a.zip", hashlib.sha256(content).hexdigest(), len(content), zipped=True
                ),
            )


def test_an_archive_with_a_folder_in_it_serves_as_well(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.mkdir("set")
        archive.writestr("set/1.bs2", b"one")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert members(archive) == {"1.bs2": "set/1.bs2"}
