"""Stores that nobody closed: what was recorded is kept when they are let go, the process ends, or
it is killed.
"""

import atexit
import concurrent.futures.thread
import contextlib
import threading
import time
import weakref
from collections.abc import Iterator
from typing import Protocol


class Unclosed(Protocol):
    """A store that may be left open."""

    @property
    def owned(self) -> bool:
        """Whether it is open, in this process."""
        ...

    def flush(self) -> None:
        """Keep what was recorded."""
        ...


_SHARE = 0.05  # of the time that goes to flushes
_LONGEST = 10.0  # seconds between two of them, whatever they take


class Pace:
    """When to flush next: a twentieth of the time goes to it, and ten seconds are the longest.

    >>> pace = Pace()
    >>> with pace.measured():
    ...     pass
    >>> pace.due(), pace.due(at_most_every=3600.0)
    (True, False)
    """

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._seconds = 0.0
        self._warm = False

    def due(self, at_most_every: float = 0.0) -> bool:
        """Whether it is time; not if less than so many seconds have passed."""
        pause = max(at_most_every, min(self._seconds / _SHARE, _LONGEST))
        return time.monotonic() - self._last >= pause

    @contextlib.contextmanager
    def measured(self) -> Iterator[None]:
        """Note how long a flush takes."""
        begun = time.monotonic()
        yield
        self._last = time.monotonic()
        # the first one starts Zarr's threads
        self._seconds = self._last - begun if self._warm else 0.0
        self._warm = True


_OPEN: "weakref.WeakSet[Unclosed]" = weakref.WeakSet()


def watch(store: Unclosed) -> None:
    """Flush this store at the end of the process, unless it is closed by then."""
    _OPEN.add(store)


def flush_unclosed(store: Unclosed) -> None:
    """Flush a store that nobody closed; nobody is left to hear of errors."""
    with contextlib.suppress(Exception):
        if store.owned:
            store.flush()


def _flush_all() -> None:
    for store in list(_OPEN):
        flush_unclosed(store)


# Zarr writes with threads, which are gone when atexit comes: what is registered later than theirs
# is called before
assert concurrent.futures.thread
getattr(threading, "_register_atexit", atexit.register)(_flush_all)
