"""One writer for a folder: a lock that the system lets go when its process ends or is killed."""

import gc
import os
import weakref
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: folders are not locked there
    fcntl = None  # type: ignore[assignment]

_OPEN: "weakref.WeakSet[FolderOwner]" = weakref.WeakSet()


class FolderOwner:
    """Owns a folder that exists until `release`, or until the process ends.

    The lock is on the folder itself, not on a file in it: nothing is left behind, and a folder that
    is deleted or replaced is told from the one that was taken. File systems that know no locks on
    folders (some network ones) give none, and nothing is refused there.

    Args:
        path: the folder.

    Raises:
        BlockingIOError: somebody owns it, in this process or in another one.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> first = FolderOwner(folder)
    >>> try:
    ...     FolderOwner(folder)
    ... except BlockingIOError as error:
    ...     print(str(error).replace(str(folder), "run.zarr"))
    run.zarr is being written by another run, in this process or another; wait for it, close() it, \
or choose another path
    >>> first.release()
    >>> FolderOwner(folder).standing
    True
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._handle: int | None = None
        self.claim()

    def claim(self) -> None:
        """Own the folder again after `release`, or in a forked child; nothing while it is owned."""
        if self._handle is not None or fcntl is None:
            return
        handle = os.open(self.path, os.O_RDONLY)
        try:
            _lock(handle, self.path)
        except BaseException:
            os.close(handle)
            raise
        self._handle = handle
        self._close = weakref.finalize(self, os.close, handle)
        _OPEN.add(self)

    def release(self) -> None:
        """Let others own the folder."""
        if self._handle is not None:
            self._handle = None
            self._close()

    @property
    def owned(self) -> bool:
        """Whether this process owns the folder now."""
        return self._handle is not None or (fcntl is None and self.path.exists())

    @property
    def standing(self) -> bool:
        """Whether the folder of that name is still the one that was taken."""
        if self._handle is None:
            return self.path.exists()
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(self._handle))
        except FileNotFoundError:
            return False


def lost(path: Path) -> FileNotFoundError:
    """Make, for the caller to raise, the error of a store that is gone from under its writer.

    >>> lost(Path("run.zarr"))  # doctest: +ELLIPSIS
    FileNotFoundError('run.zarr was deleted, moved or replaced while it was being written: ...')
    """
    return FileNotFoundError(
        f"{path} was deleted, moved or replaced while it was being written: "
        "what was recorded there is not whole; begin a new run with another path"
    )


def _lock(handle: int, path: Path) -> None:
    for attempt in range(2):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if attempt == 0:
                # one that nobody can reach any more may wait to be collected
                gc.collect()
        except OSError:  # a file system without locks
            return
    raise BlockingIOError(
        f"{path} is being written by another run, in this process or another; "
        "wait for it, close() it, or choose another path"
    )


def _forget() -> None:
    """In a forked child: what is open belongs to the parent."""
    for owner in list(_OPEN):
        owner.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
