"""One file that appears whole or not at all."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from neurosparse import typing
from neurosparse.errors import Said, bad_argument

# neurons that a file may name without nearly as many synapses: their row pointers are 80 MB
LONELY = 10_000_000


@contextlib.contextmanager
def new_file(path: typing.Path) -> Iterator[Path]:
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
        fault = f"path: got {str(path)!r}"
        raise IsADirectoryError(f"{fault}, wants the name of a file; a folder is there")
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


def old_file(path: typing.Path, wants: str) -> Path:
    """Return `path` if it is a file.

    Raises:
        FileNotFoundError: there is none; the message says what was wanted.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"path: got {str(path)!r}, wants {wants} that exists")
    return path


def ending_of(path: typing.Path) -> str:
    """Return what follows the last dot in small letters, before `.gz` that of the one before too.

    >>> ending_of("a.b/Edges.CSV.gz"), ending_of("graph.b.npz"), ending_of(".csv")
    ('.csv.gz', '.npz', '')
    """
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    return "".join(suffixes[-2:] if suffixes[-1:] == [".gz"] else suffixes[-1:])


@contextlib.contextmanager
def reading(path: Path, wants: str, *keep: type[Exception]) -> Iterator[None]:
    """Turn whatever a package raises at a damaged or foreign file into one error with its name.

    Errors of ours, which name the field already, get the name of the file in front; those of the
    kinds `keep` pass.

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
        text = str(error)
        if ", wants " in text:
            named = text if path.name in text else f"{path.name}: {text}"
            raise ValueError(named) from error.__cause__
        about = " ".join(map(str, error.args)) or type(error).__name__
        if isinstance(error, UnicodeError):
            about = text  # its arguments hold the file
        if isinstance(error, MemoryError):
            about = "more than memory holds"
        raise bad_argument("path", Said(f"{path.name}: {about}"), wants) from error


def believable(name: str, n: int, edges: int) -> int:
    """Return the number of neurons that a file names, if it is in proportion to its edges.

    Raises:
        ValueError: far more neurons than synapses; they are ids, not numbers from 0.

    >>> believable("n_pre", 2**31 - 2, 1)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: n_pre: got 2147483646 neurons for 1 synapses, wants numbers from 0, not ids; ...
    """
    if n > LONELY and n > 100 * edges:
        about = Said(f"{n} neurons for {edges} synapses")
        raise bad_argument(
            name, about, "numbers from 0, not ids", "number the neurons anew"
        )
    return n
