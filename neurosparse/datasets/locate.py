"""Finding the files of a data set on this machine; nothing is ever downloaded."""

import hashlib
import os
import sys
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from neurosparse.datasets.descriptor import DataFile, Dataset

EMBEDDED = Path(__file__).parent / "embedded"


def cache_folder() -> Path:
    """Folder for data sets and caches of this user.

    `$XDG_CACHE_HOME/neurosparse` where that variable is set, else the platform's cache folder.
    """
    cache = os.environ.get("XDG_CACHE_HOME")
    if cache:
        return Path(cache) / "neurosparse"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "neurosparse"
    return Path.home() / ".cache" / "neurosparse"


def folders(dataset: Dataset) -> list[Path]:
    """Folders where a data set is looked for, in this order."""
    if dataset.embedded:
        return [EMBEDDED]
    roots = [cache_folder()]
    if data := os.environ.get("NEUROSPARSE_DATA"):
        roots.insert(0, Path(data))
    return [root / dataset.name for root in roots]


def find(dataset: Dataset, file: DataFile) -> Path:
    """Path of one file of a data set, its length and checksum proven.

    Raises:
        FileNotFoundError: it is in none of the folders; the message has the commands that put it
            there.
        ValueError: it is there with other content.
    """
    for folder in folders(dataset):
        path = folder / file.name
        if path.is_file():
            return _proven(path, file)
    raise FileNotFoundError(_how_to_get(dataset, file))


def members(archive: zipfile.ZipFile) -> dict[str, str]:
    """Path of each member by its file name, as some zip programs put all into a folder."""
    return {
        PurePosixPath(name).name: name
        for name in archive.namelist()
        if not name.endswith("/")
    }


def is_available(dataset: Dataset) -> bool:
    """Whether every file of a data set is on this machine; their content is not read.

    >>> from neurosparse.datasets import larva
    >>> is_available(larva.CARD)
    True
    """
    places = folders(dataset)
    return all(
        any((folder / file.name).is_file() for folder in places) for file in dataset.files
    )


def commands(dataset: Dataset, folder: Path) -> str:
    """Shell commands that put a data set into a folder."""
    if dataset.fetch:
        return dataset.fetch.format(folder=folder)
    lines = [
        f"curl --fail --location --output '{folder / file.name}' '{file.url}'"
        for file in dataset.files
    ]
    return "\n".join([f"mkdir -p '{folder}'", *lines])


def _proven(path: Path, file: DataFile) -> Path:
    digest = _zip_digest if file.zipped else _digest
    size, checksum = digest(path, file.size)
    if size != file.size:
        raise ValueError(
            f"{path}: {size} bytes, wants {file.size}; remove it and fetch it again"
        )
    if checksum != file.sha256:
        expected = f"wants {file.sha256}; remove it and fetch it again"
        raise ValueError(f"{path}: sha256 {checksum}, {expected}")
    return path


def _digest(path: Path, expected: int) -> tuple[int, str]:
    size = path.stat().st_size
    if size != expected:
        return size, ""
    with path.open("rb") as stream:
        return size, hashlib.file_digest(stream, "sha256").hexdigest()


def _zip_digest(path: Path, expected: int) -> tuple[int, str]:
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
            size = sum(member.file_size for member in members)
            # the length is proven first: nothing larger than the real content is ever unpacked
            for member in members if size == expected else []:
                digest.update(archive.read(member))
    # a member that is damaged, encrypted or packed by an unknown method
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise ValueError(
            f"{path}: not a zip file: {error}; remove it and fetch it again"
        ) from error
    return size, digest.hexdigest()


def _how_to_get(dataset: Dataset, file: DataFile) -> str:
    if dataset.embedded:
        path = EMBEDDED / file.name
        return f"{path}: not there, though it comes with the package; install the package again"
    searched = [folder.resolve() for folder in folders(dataset)]
    what = "unpacked, one after the other by name:" if file.zipped else "the file:"
    return (
        f"{dataset.name}: {file.name} is in none of {', '.join(map(str, searched))}.\n"
        f"Nothing is downloaded without being asked; these commands put it there:\n"
        f"{commands(dataset, searched[-1])}\n"
        f"({what} sha256 {file.sha256}, {file.size} bytes; "
        f"or set NEUROSPARSE_DATA to a folder with {dataset.name}/ in it)"
    )
