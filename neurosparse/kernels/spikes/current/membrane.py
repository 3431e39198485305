"""Numba: normal numbers for the noise of membranes, put into rows of the state before each update.

row[i] = xi(seed, stream, step, i): a number for each neuron and step, whoever asks and when.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import carray
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.intrinsics import as_pointer, read_words
from neurosparse.kernels.spikes.current.normal import normals, walk
from neurosparse.kernels.spikes.poisson.naive import words

# bound anew by `operation`
REAL: Any = np.float64


class DrawWords(NamedTuple):
    """The words of `draw_normals`."""

    row: NDArray[Any]  # the state variable [n_alloc]
    n_alloc: int
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    seed: int
    stream: int  # of the random numbers


def draw_normals(block: int, step: int, thread: int) -> None:
    """Adapter: one thread's slice of a row."""
    w = read_words(DrawWords, block)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    row = carray(as_pointer(w.row), (w.n_alloc,), REAL)
    walk(row[lo:hi], 0.0, 1.0, w.seed, w.stream, step, lo)


def normals_of_step(seed: int, stream: int, step: int, n: int) -> NDArray[np.float64]:
    """The same numbers of all neurons [n], for the naive engine."""
    drawn = np.empty(n)
    normals(words(seed, stream, step, n), drawn)
    return drawn
