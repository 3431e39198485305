"""Numba: gap junctions, summed at each neuron by its owner."""

from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.intrinsics import as_pointer, read_words
from neurosparse.kernels.spikes.couple import JUNCTION, OUT_OF
from neurosparse.kernels.spikes.current.cpu import LINE

# sums of a list may be taken in parts, which are the same for any number of threads
SUMS = {"reassoc", "nsz"}

# bound anew by `operation`
REAL: Any = np.float64
INDEX: Any = np.uint16


class JunctionWords(NamedTuple):
    """The words of `join_neurons`."""

    kind: int
    pointers: NDArray[np.int64]  # where the junctions of each neuron begin [n + 1]
    n: int
    sources: NDArray[Any]  # columns of `shown` at their other ends [nnz]
    weight: NDArray[np.float32]  # [nnz]
    nnz: int
    shown: NDArray[Any]  # what those neurons show [n_slots, width]
    n_slots: int
    width: int
    here: NDArray[Any]  # what its own neurons show [here_slots, here_width]
    here_slots: int
    here_width: int
    first: int  # the column of neuron 0
    gain: NDArray[Any]  # [n_gains]
    n_gains: int  # 1 or n_alloc
    target: NDArray[Any]  # [n_alloc]
    n_alloc: int
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    moved: NDArray[np.int64]  # whether a drive is not its base [n_threads, LINE]


@njit(cache=True, nogil=True, fastmath=SUMS)
def flow_of(sources: Any, weight: Any, shown: Any, own: Any) -> Any:
    """Sum what flows into a neuron that shows `own`."""
    flow = own.dtype.type(0)
    here = own[0]
    for k in range(sources.size):
        flow += weight[k] * (shown[sources[k]] - here)
    return flow


@njit(cache=True, nogil=True, fastmath=SUMS)
def flow_one_way(sources: Any, weight: Any, shown: Any, own: Any, sign: Any) -> Any:
    """Sum the flows of one sign: 1 into the neuron, -1 out of it."""
    none = own.dtype.type(0)
    flow = none
    here = own[0]
    for k in range(sources.size):
        flow += weight[k] * max(sign * (shown[sources[k]] - here), none)
    return sign * flow


def join_neurons(block: int, step: int, thread: int) -> None:
    """Adapter: all junctions of one thread's neurons."""
    w = read_words(JunctionWords, block)
    pointers = carray(as_pointer(w.pointers), (w.n + 1,), np.int64)
    sources = carray(as_pointer(w.sources), (w.nnz,), INDEX)
    weight = carray(as_pointer(w.weight), (w.nnz,), np.float32)
    y = carray(as_pointer(w.shown), (w.n_slots, w.width), REAL)[(step - 1) % w.n_slots]
    own_ring = carray(as_pointer(w.here), (w.here_slots, w.here_width), REAL)
    x = own_ring[(step - 1) % w.here_slots]
    gain = carray(as_pointer(w.gain), (w.n_gains,), REAL)
    target = carray(as_pointer(w.target), (w.n_alloc,), REAL)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    carray(as_pointer(w.moved + 8 * LINE * thread), (1,), np.int64)[0] = 1
    sign = y.dtype.type(-1 if w.kind == OUT_OF else 1)
    for i in range(bounds[thread], min(bounds[thread + 1], w.n)):
        row = sources[pointers[i] : pointers[i + 1]]
        own = weight[pointers[i] : pointers[i + 1]]
        here = x[w.first + i : w.first + i + 1]
        if w.kind == JUNCTION:
            flow = flow_of(row, own, y, here)
        else:
            flow = flow_one_way(row, own, y, here, sign)
        target[i] += (gain[i] if w.n_gains > 1 else gain[0]) * flow
