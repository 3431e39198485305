"""Numba: each thread copies the chosen neurons of its own slice."""

from typing import Any

import numpy as np
from numba import carray, njit

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN
from neurosparse.kernels.base.machine.intrinsics import as_pointer

# bound anew by `operation`
REAL: Any = np.float64


@njit(cache=True, nogil=True)
def copy_chosen(row: Any, chosen: Any, out: Any) -> None:
    """Copy row[chosen] to out."""
    for k in range(chosen.size):
        out[k] = row[chosen[k]]


def record_state(block: int, step: int, thread: int) -> None:
    """Adapter: every w[6] steps one line of the buffer."""
    w = carray(as_pointer(block), (10,), np.int64)
    if step % w[6] != 0:
        return
    row = carray(as_pointer(w[0]), (w[1],), REAL)
    chosen = carray(as_pointer(w[2]), (w[3],), np.int64)
    cuts = carray(as_pointer(w[4]), (thread + 2,), np.int64)
    control = carray(as_pointer(w[7]), (CONTROL_SIZE,), np.int64)
    first = control[ORIGIN] + w[8]
    line = step // w[6] - (first + w[6] - 1) // w[6]
    out = carray(as_pointer(w[5]), (line + 1, w[3]), REAL)
    lo = cuts[thread]
    hi = cuts[thread + 1]
    copy_chosen(row, chosen[lo:hi], out[line, lo:hi])
