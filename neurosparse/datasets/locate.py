"""Finding the files of a data set on this machine; nothing is ever downloaded."""

import hashlib
import os
import sys
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from neurosparse.datasets.descriptor import Dataset, File

EMBEDDED = Path(__file__).parent / "embedded"


def cache_folder() -> Path:
    """Folder for data sets and caches of this user.

    `$XDG_CACHE_HOME/neurosparse` where that variable is set, else the platform's cache folder.
    """
    given = os.environ.get("XDG_CACHE_HOME")
    if given:
        return Path(given) / "neurosparse"
    home = Path.home()
    return (
        home / "Library" / "Caches" if sys.platform == "darwin" else home / ".cache"
    ) / "neurosparse"


def folders(dataset: Dataset) -> list[Path]:
    """Folders where a data set is looked for, in this order."""
    if dataset.embedded:
        return [EMBEDDED]
    given = os.environ.get("NEUROSPARSE_DATA")
    return [Path(root) / dataset.name for root in ([given] if given else [])] + [
        cache_folder() / dataset.name
    ]


def find(dataset: Dataset, file: File) -> Path:
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
    """Name of each member within an archive by its file name, as some zip programs put all into a
    folder.
    """
    return {PurePosixPath(name).name: name for name in archive.namelist() if not name.endswith("/")}


def is_here(dataset: Dataset) -> bool:
    """Whether every file of a data set is on this machine; their content is not read.

    >>> from neurosparse.datasets import larva
    >>> is_here(larva.CARD)
    True
    """
    return all(
        any((folder / file.name).is_file() for folder in folders(dataset)) for file in dataset.files
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


def _proven(path: Path, file: File) -> Path:
    size, found = _zip_digest(path, file.size) if file.zipped else _digest(path, file.size)
    if size != file.size:
        raise ValueError(f"{path}: {size} bytes, wants {file.size}; remove it and fetch it again")
    if found != file.sha256:
        raise ValueError(
            f"{path}: sha256 {found}, wants {file.sha256}; remove it and fetch it again"
        )
    return path


def _digest(path: Path, wanted: int) -> tuple[int, str]:
    size = path.stat().st_size
    if size != wanted:
        return size, ""
    with path.open("rb") as stream:
        return size, hashlib.file_digest(stream, "sha256").hexdigest()


def _zip_digest(path: Path, wanted: int) -> tuple[int, str]:
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
            size = sum(member.file_size for member in members)
            # the length is proven first: nothing larger than the real content is ever unpacked
            for member in members if size == wanted else []:
                digest.update(archive.read(member))
    # a member that is damaged, encrypted or packed by an unknown method
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
        raise ValueError(
            f"{path}: not a zip file: {error}; remove it and fetch it again"
        ) from error
    return size, digest.hexdigest()


def _how_to_get(dataset: Dataset, file: File) -> str:
    if dataset.embedded:
        return f"{EMBEDDED / file.name}: not there, though it comes with the package; install the package again"
    searched = [folder.resolve() for folder in folders(dataset)]
    what = "unpacked, one after the other by name:" if file.zipped else "the file:"
    return (
        f"{dataset.name}: {file.name} is in none of {', '.join(map(str, searched))}.\n"
        f"Nothing is downloaded without being asked; these commands put it there:\n"
        f"{commands(dataset, searched[-1])}\n"
        f"({what} sha256 {file.sha256}, {file.size} bytes; "
        f"or set NEUROSPARSE_DATA to a folder with {dataset.name}/ in it)"
    )
