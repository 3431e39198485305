"""Numba: values shown by the owner of a neuron, rows walked by the owner of the targets."""

from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.intrinsics import as_pointer, gather, read_words
from neurosparse.kernels.base.machine.models import scalar
from neurosparse.kernels.base.machine.operation import memoised, operation
from neurosparse.kernels.base.machine.returned import one_number
from neurosparse.kernels.spikes.current.cpu import LINE

# bound anew by `show_operation` and `operation`
REAL: Any = np.float64
INDEX: Any = np.uint16
Coefficients: Any = None
carry: Any = None


class ShowWords(NamedTuple):
    """The words of `show_values`."""

    row: NDArray[Any]  # the state variable [n_alloc]
    n_alloc: int
    numbers: NDArray[Any]  # coefficients of the function [n_numbers, 1]
    n_numbers: int
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    shown: NDArray[Any]  # [n_slots, width]
    n_slots: int
    width: int
    first: int  # the column of neuron 0


def show_values(block: int, step: int, thread: int) -> None:
    """Adapter: f of one thread's neurons, into the slot of this step."""
    w = read_words(ShowWords, block)
    row = carray(as_pointer(w.row), (w.n_alloc,), REAL)
    numbers = carray(as_pointer(w.numbers), (w.n_numbers, 1), REAL)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    shown = carray(as_pointer(w.shown), (w.n_slots, w.width), REAL)[step % w.n_slots]
    p = gather(Coefficients, numbers, 0)
    for i in range(bounds[thread], bounds[thread + 1]):
        shown[w.first + i] = carry(row[i], p)


@memoised
def show_operation(kind: type, real: type) -> Any:
    """Compile the showing of values for a class of functions in one precision."""
    from neurosparse.kernels.base.machine.models import findable, suffix

    carried: Any = kind
    return operation(
        show_values,
        suffix(kind, real),
        findable(kind),
        REAL=real,
        Coefficients=carried.Coefficients,
        carry=scalar(carried.value, real, one_number),
    )


class CoupleWords(NamedTuple):
    """The words of `couple_values`."""

    n_pre: int
    segments: NDArray[Any]  # where the parts of a row begin [n_pre * stride + 1]
    stride: int  # of a row: a part for each thread
    indices: NDArray[Any]  # postsynaptic neurons [nnz]
    nnz: int
    whole: int  # 1 where every row holds every target once, all of one weight and delay
    weight: NDArray[np.float32]  # [n_weights]
    n_weights: int  # 1 or nnz
    delays: NDArray[np.int64]  # steps [n_delays]
    n_delays: int  # 1 or nnz
    shown: NDArray[Any]  # of presynaptic neurons [n_slots, width]
    n_slots: int
    width: int
    first: int  # the column of presynaptic neuron 0
    total: NDArray[Any]  # [n_alloc]
    gain: NDArray[Any]  # [n_gains]
    n_gains: int  # 1 or n_alloc
    target: NDArray[Any]  # [n_alloc]
    n_alloc: int
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    moved: NDArray[np.int64]  # whether a drive is not its base [n_threads, LINE]


@njit(cache=True, nogil=True)
def _add_rows(
    n_pre: Any,
    starts: Any,
    ends: Any,
    stride: Any,
    indices: Any,
    weight: Any,
    y: Any,
    total: Any,
) -> None:
    """Add values of one delay; those that are 0 have no rows to walk."""
    for i in range(n_pre):
        value = y[i]
        if value == 0:
            continue
        lo = starts[i * stride]
        hi = ends[i * stride]
        if weight.size > 1:
            for k in range(lo, hi):
                total[np.int64(indices[k])] += weight[k] * value
        else:
            part = weight[0] * value
            for k in range(lo, hi):
                total[np.int64(indices[k])] += part


@njit(cache=True, nogil=True)
def _add_to_all(n_pre: Any, weight: Any, y: Any, total: Any) -> None:
    """Add the same values to all targets, in the order in which rows would."""
    whole = total.dtype.type(0)
    for i in range(n_pre):
        if y[i] != 0:
            whole += weight[0] * y[i]
    total[:] = whole


@njit(cache=True, nogil=True)
def _add_late(
    n_pre: Any,
    starts: Any,
    ends: Any,
    stride: Any,
    indices: Any,
    weight: Any,
    delays: Any,
    step: Any,
    shown: Any,
    total: Any,
) -> None:
    """Add values of delays that differ."""
    n_slots = shown.shape[0]
    for i in range(n_pre):
        for k in range(starts[i * stride], ends[i * stride]):
            value = shown[(step - 1 - delays[k]) % n_slots, i]
            each = weight[k] if weight.size > 1 else weight[0]
            total[np.int64(indices[k])] += each * value


def couple_values(block: int, step: int, thread: int) -> None:
    """Adapter: one thread's targets of rows that carry values."""
    w = read_words(CoupleWords, block)
    stride = w.stride
    starts = carray(as_pointer(w.segments + 8 * thread), (w.n_pre * stride,), np.int64)
    ends = carray(as_pointer(w.segments + 8 * thread + 8), (w.n_pre * stride,), np.int64)
    indices = carray(as_pointer(w.indices), (w.nnz,), INDEX)
    weight = carray(as_pointer(w.weight), (w.n_weights,), np.float32)
    delays = carray(as_pointer(w.delays), (w.n_delays,), np.int64)
    shown = carray(as_pointer(w.shown), (w.n_slots, w.width), REAL)
    total = carray(as_pointer(w.total), (w.n_alloc,), REAL)
    gain = carray(as_pointer(w.gain), (w.n_gains,), REAL)
    target = carray(as_pointer(w.target), (w.n_alloc,), REAL)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    total[lo:hi] = 0
    moved = carray(as_pointer(w.moved + 8 * LINE * thread), (1,), np.int64)
    moved[0] = 1
    own = shown[:, w.first : w.first + w.n_pre]
    y = own[(step - 1 - delays[0]) % w.n_slots]
    if w.n_delays > 1:
        _add_late(w.n_pre, starts, ends, stride, indices, weight, delays, step, own, total)
    elif w.whole == 1:
        _add_to_all(w.n_pre, weight, y, total[lo:hi])
    else:
        _add_rows(w.n_pre, starts, ends, stride, indices, weight, y, total)
    for i in range(lo, hi):
        target[i] += (gain[i] if w.n_gains > 1 else gain[0]) * total[i]
