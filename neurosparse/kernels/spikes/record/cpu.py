"""Numba: each thread copies the chosen neurons of its own slice."""

from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN
from neurosparse.kernels.base.machine.intrinsics import as_pointer, read_words

# bound anew by `operation`
REAL: Any = np.float64


@njit(cache=True, nogil=True)
def copy_chosen(row: Any, chosen: Any, out: Any) -> None:
    """Copy row[chosen] to out."""
    for k in range(chosen.size):
        out[k] = row[chosen[k]]


class RecordWords(NamedTuple):
    """The words of `record_state`."""

    row: NDArray[Any]  # the state variable [n_alloc]
    n_alloc: int
    chosen: NDArray[np.int64]  # neurons, ascending [n_chosen]
    n_chosen: int
    cuts: NDArray[np.int64]  # where each thread's part of `chosen` begins
    out: NDArray[Any]  # the buffer [lines, n_chosen]
    every: int  # steps between two lines
    control: NDArray[np.int64]  # what all threads share
    history: int  # steps in the spike logs before the first of a chunk


def record_state(block: int, step: int, thread: int) -> None:
    """Adapter: every `every` steps one line of the buffer."""
    w = read_words(RecordWords, block)
    every = w.every
    if step % every != 0:
        return
    row = carray(as_pointer(w.row), (w.n_alloc,), REAL)
    chosen = carray(as_pointer(w.chosen), (w.n_chosen,), np.int64)
    cuts = carray(as_pointer(w.cuts), (thread + 2,), np.int64)
    control = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)
    first = control[ORIGIN] + w.history
    line = step // every - (first + every - 1) // every
    out = carray(as_pointer(w.out), (line + 1, w.n_chosen), REAL)
    lo = cuts[thread]
    hi = cuts[thread + 1]
    copy_chosen(row, chosen[lo:hi], out[line, lo:hi])
