"""Peak resident memory of this process, from a moment on."""

import ctypes
import gc
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def resident(name: str) -> int:
    """A line of the kernel's account of this process, VmRSS or VmHWM, in bytes.

    >>> resident("VmHWM") >= 0
    True
    """
    if not _STATUS.exists():
        return _largest_ever()
    for line in _STATUS.read_text().splitlines():
        if line.startswith(name + ":"):
            return 1024 * int(line.split()[1])
    return _largest_ever()


def memory_baseline() -> int:
    """Give back what is free, begin to watch for the peak, and return the bytes resident now.

    Without this, memory freed before would be used again and count as nothing. Where the system
    does not let the peak be reset (other than Linux), the largest so far is returned.
    """
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
        _CLEAR.write_text("5")
    except (AttributeError, OSError, TypeError):
        return _largest_ever()
    return resident("VmRSS")


def peak_memory_above(before: int) -> int:
    """Bytes by which memory has at most stood above `memory_baseline()` since.

    >>> before = memory_baseline()
    >>> held = bytearray(50_000_000)
    >>> 40_000_000 < peak_memory_above(before) < 80_000_000
    True
    """
    return max(0, resident("VmHWM") - before)


def _largest_ever() -> int:
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak
