"""Downloading the files of a data set, for those who ask for it; loaders never do."""

import hashlib
import os
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from neurosparse.datasets.descriptor import DataFile, Dataset
from neurosparse.datasets.locate import commands, find, folders

BLOCK = 1 << 20
SILENCE_SECONDS = 30.0


def fetch(
    dataset: Dataset, progress: Callable[[int, int], object] = lambda done, total: None
) -> list[Path]:
    """Return the files of a data set, checksums proven; those that are missing are downloaded.

    Downloads go into the first folder in which the data set is looked for. A file gets its name
    only when all of it is there with the right checksum.

    Args:
        dataset: the card.
        progress: called as `progress(bytes so far, bytes of all files)`.

    Raises:
        OSError: there is no connection, or the files are made by commands instead of downloaded;
            the message has the commands.
        ValueError: a file is there, or came, with other content.

    >>> from neurosparse.datasets import larva
    >>> [path.name for path in fetch(larva.CARD)]
    ['larva_brain.npz']
    """
    paths = []
    done = 0
    for file in dataset.files:
        try:
            paths.append(find(dataset, file))
        except FileNotFoundError:
            further = partial(_further, progress, done, dataset.size)
            paths.append(_download(dataset, file, further))
        done += file.size
    return paths


def _further(
    progress: Callable[[int, int], object], before: int, total: int, size: int
) -> None:
    progress(before + size, total)


def _download(dataset: Dataset, file: DataFile, progress: Callable[[int], object]) -> Path:
    folder = folders(dataset)[0]
    by_commands = dataset.fetch or file.zipped or dataset.embedded
    if by_commands or urlsplit(file.url).scheme not in ("http", "https"):
        find(dataset, file)  # raises, with the commands
    target = folder / file.name
    part = target.with_name(f".{file.name}.{os.getpid()}.part")
    folder.mkdir(parents=True, exist_ok=True)
    try:
        digest, size = _stream(file, part, progress)
        if size != file.size or digest != file.sha256:
            fault = f"{size} bytes, sha256 {digest}"
            raise ValueError(
                f"{file.url}: came with {fault}, wants {file.size} bytes, sha256 {file.sha256}"
            )
        part.replace(target)
    except OSError as error:
        raise OSError(
            f"{dataset.name}: {file.url} could not be downloaded ({error}).\n"
            "Where there is a connection, these commands put the files there; "
            f"then copy the folder:\n{commands(dataset, folder)}"
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return target


def _stream(
    file: DataFile, part: Path, progress: Callable[[int], object]
) -> tuple[str, int]:
    """Write what the address gives, never more than one byte too much; its checksum and length."""
    digest = hashlib.sha256()
    size = 0
    opened = urllib.request.urlopen(file.url, timeout=SILENCE_SECONDS)
    with opened as source, part.open("wb") as out:
        while size <= file.size and (
            block := source.read(min(BLOCK, file.size + 1 - size))
        ):
            out.write(block)
            digest.update(block)
            size += len(block)
            progress(size)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size
