"""One file that appears whole or not at all."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from neurosparse.errors import Said, bad_argument

# neurons that a file may name without nearly as many synapses: their row pointers are 800 MB
LONELY = 100_000_000


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
    if path.is_dir():
        raise IsADirectoryError(
            f"path: got {str(path)!r}, wants the name of a file; a folder is there"
        )
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


@contextlib.contextmanager
def reading(path: Path, wants: str, *keep: type[Exception]) -> Iterator[None]:
    """Turn whatever a package raises at a damaged or foreign file into one error that names the
    file.

    Errors of ours, which name the field already, pass, and so do those of the kinds `keep`.

    Raises:
        ValueError: the file is not what was wanted, or declares more than memory holds.

    >>> with reading(Path("a.zip"), "a whole archive"):
    ...     raise KeyError("no such member")
    Traceback (most recent call last):
    ValueError: path: got a.zip: no such member, wants a whole archive
    """
    passing: tuple[type[Exception], ...] = (ImportError, *keep)
    try:
        yield
    except passing:
        raise
    # zlib, h5py, Zarr, Arrow and expat raise what they like
    except Exception as error:
        if ", wants " in str(error):
            raise (
                error if isinstance(error, ValueError) else ValueError(str(error))
            ) from error.__cause__
        about = (
            "more than memory holds"
            if isinstance(error, MemoryError)
            else " ".join(map(str, error.args))
        )
        raise bad_argument(
            "path", Said(f"{path.name}: {about or type(error).__name__}"), wants
        ) from error


def believable(name: str, n: int, edges: int) -> int:
    """Return the number of neurons that a file gives, unless it is out of all proportion to its edges.

    >>> believable("n_pre", 2**31 - 2, 1)
    Traceback (most recent call last):
    ValueError: n_pre: got 2147483646 neurons for 1 synapses, wants numbers from 0, not ids; number the neurons anew
    """
    if n > LONELY and n > 100 * edges:
        about = Said(f"{n} neurons for {edges} synapses")
        raise bad_argument(name, about, "numbers from 0, not ids", "number the neurons anew")
    return n
