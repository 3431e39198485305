"""Memory that is left, so that a request is weighed before work on it begins."""

import contextlib
import os
from pathlib import Path

from neurosparse.errors import Said, bad_argument

_LIMIT = Path("/sys/fs/cgroup/memory.max")
_USED = Path("/sys/fs/cgroup/memory.current")
_STATISTICS = Path("/sys/fs/cgroup/memory.stat")
_LEFT = Path("/proc/meminfo")


def available_memory() -> int:
    """Return bytes that can still be had: of the machine, or of the container it runs in.

    >>> available_memory() > 0
    True
    """
    amounts = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    with contextlib.suppress(OSError, ValueError):  # not Linux
        lines = _LEFT.read_text(encoding="ascii").splitlines()
        amounts += [1024 * int(line.split()[1]) for line in lines if "MemAvailable" in line]
    with contextlib.suppress(OSError, ValueError):  # "max" where there is no limit
        amounts.append(int(_LIMIT.read_text()) - int(_USED.read_text()))
    return max(0, min(amounts))


def _cached() -> int:
    """Bytes of files that the container's memory holds and gives back when asked."""
    lines = (line.split() for line in _STATISTICS.read_text().splitlines())
    return sum(int(n) for name, n in lines if name in ("active_file", "inactive_file"))


def refuse_beyond_memory(name: str, n_bytes: float, what: str, remedy: str = "") -> None:
    """Refuse what needs more memory than is left.

    Args:
        name: the argument that asks for it.
        n_bytes: that it takes.
        what: it is, for the message.
        remedy: how to ask for less.

    >>> refuse_beyond_memory("n", 2.0**60, "10^18 cells")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: n: got 10^18 cells (1,152,921,504.6 GB), wants what fits the ... GB that are left
    """
    left = available_memory()
    if n_bytes > left:
        about = Said(f"{what} ({n_bytes / 1e9:,.1f} GB)")
        raise bad_argument(
            name, about, f"what fits the {left / 1e9:,.1f} GB that are left", remedy
        )
