"""Folders that appear whole or not at all: written under a temporary name, synced, renamed."""

import contextlib
import ctypes
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def sync_tree(path: Path) -> None:
    """Ask the system to put `path`, and all that is below it, onto the disk."""
    for folder, _, files in os.walk(path, topdown=False):
        for name in files:
            _sync(os.path.join(folder, name))
        _sync(folder)


def _sync(path: str | Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def aside_name(path: Path) -> Path:
    """Where an older folder waits for the moment in which the newer one takes its name.

    >>> str(aside_name(Path("runs/a.zarr")))
    'runs/.a.zarr.old'
    """
    return path.with_name(f".{path.name}.old")


def standing_name(path: Path) -> Path:
    """Where the folder of that name stands: under its name, or aside after a kill.

    Between the two renames of a system that cannot exchange names, only the older folder is there.

    >>> str(standing_name(Path("not/there.zarr")))
    'not/there.zarr'
    """
    aside = aside_name(path)
    return aside if not path.exists() and aside.exists() else path


@contextlib.contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Yield an empty temporary folder beside `path`; on success sync it and give it that name.

    A folder already at `path` is replaced: in one atomic step where the system can exchange two
    names (Linux), otherwise by two renames, between which the older folder stands at
    `aside_name(path)`. When the body raises, the temporary folder is removed and `path` is as it
    was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        yield temporary
        sync_tree(temporary)
        _take_name(temporary, path)
        _sync(path.parent)
    finally:
        # after an exchange this is the older folder
        shutil.rmtree(temporary, ignore_errors=True)
    shutil.rmtree(aside_name(path), ignore_errors=True)


def _take_name(temporary: Path, path: Path) -> None:
    if not os.path.lexists(path):
        temporary.rename(path)
    elif not exchange(temporary, path):
        aside = aside_name(path)
        shutil.rmtree(aside, ignore_errors=True)
        path.rename(aside)
        temporary.rename(path)


def exchange(one: Path, other: Path) -> bool:
    """Swap two names in one atomic step; False where the system or file system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    status = rename(
        _AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE
    )
    return bool(status == 0)


def _remove_leftovers(path: Path) -> None:
    """Remove temporary folders that killed processes left beside `path`."""
    start = f".{path.name}."
    for name in os.listdir(path.parent):
        if not (name.startswith(start) and name.endswith(".tmp")):
            continue
        leftover = path.parent / name
        owner = name.split(".")[-2]
        if owner.isdigit() and not _alive(int(owner)):
            shutil.rmtree(leftover, ignore_errors=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
