"""One file that appears whole or not at all."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def new_file(path: str | Path) -> Iterator[Path]:
    """Yield a temporary name beside `path`; on success sync the file and give it that name.

    When the body raises, the temporary file is removed and `path` is as it was.

    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> with new_file(folder / "a.txt") as temporary:
    ...     _ = temporary.write_text("whole")
    >>> [(entry.name, entry.read_text()) for entry in folder.iterdir()]
    [('a.txt', 'whole')]
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    # writers choose by the ending, so the temporary name keeps it
    temporary = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        yield temporary
        with open(temporary, "rb") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def old_file(path: str | Path, wants: str) -> Path:
    """Return `path` if it is a file.

    Raises: FileNotFoundError that says what was wanted there.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"path: got {str(path)!r}, wants {wants} that exists")
    return path
