"""Numba: blocks of neurons advanced by a vectorised loop, then a scan for the few that fired."""

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN, STOP_AT
from neurosparse.kernels.base.machine.intrinsics import (
    amend,
    as_pointer,
    atomic_store,
    gather,
    read_words,
    scatter,
)
from neurosparse.kernels.base.machine.models import FAST, findable, scalar, suffix
from neurosparse.kernels.base.machine.operation import memoised, operation, specialise
from neurosparse.kernels.base.machine.returned import fields_and_flag, fields_of

BLOCK = 512
SCRATCH = 4096  # bytes between the scratch of two threads

# bound anew for each model and precision by `operation`
REAL: Any = np.float64
State: Any = None
Coefficients: Any = None
advance: Any = None
settle: Any = None
Each: Any = None


def advance_block(
    rows: Any, coefficients: Any, ready: Any, step: Any, crossed: Any
) -> None:
    """Advance the neurons of one block and mark those over threshold (vectorised by LLVM)."""
    common = gather(Coefficients, coefficients, 0)
    for i in range(rows.shape[1]):
        p = amend(Coefficients, Each, common, coefficients, i)
        since = np.int32(step - ready[i])
        s, over = advance(gather(State, rows, i), p, since)
        scatter(rows, i, s)
        crossed[i] = over & (since >= 0)


def settle_block(
    rows: Any,
    coefficients: Any,
    ready: Any,
    refractory: Any,
    step: Any,
    crossed: Any,
    first: Any,
    out: Any,
) -> Any:
    """Reset the marked neurons of one block, write their indices to `out` and return how many they
    are.
    """
    words = crossed.view(np.uint64)
    common = gather(Coefficients, coefficients, 0)
    count = 0
    for k in range(words.size):
        if words[k] == 0:
            continue
        for i in range(8 * k, 8 * k + 8):
            if crossed[i]:
                p = amend(Coefficients, Each, common, coefficients, i)
                scatter(rows, i, settle(gather(State, rows, i), p))
                pause = refractory[i] if refractory.size > 1 else refractory[0]
                ready[i] = step + max(pause, np.int32(1))
                out[count] = first + i
                count += 1
    return count


@njit(cache=True, nogil=True)
def any_marked(crossed: NDArray[np.uint8]) -> bool:
    """Tell whether any byte is set, eight at a time."""
    words = crossed.view(np.uint64)
    marks = np.uint64(0)
    for k in range(words.size):
        marks |= words[k]
    return bool(marks != 0)


class UpdateWords(NamedTuple):
    """The words of `update_population`."""

    rows: NDArray[Any]  # state variables [n_state, n_alloc]
    n_alloc: int
    n_state: int
    coefficients: NDArray[Any]  # [n_coefficients, width]
    n_coefficients: int
    width: int  # 1, or n_alloc where some coefficient differs between neurons
    ready: NDArray[np.int32]  # the step from which a neuron may fire again [n_alloc]
    refractory: NDArray[np.int32]  # steps [n_refractory]
    n_refractory: int  # 1 or n_alloc
    bounds: NDArray[np.int64]  # where each thread's neurons begin
    log: NDArray[np.int32]  # neurons that fired [n_threads, capacity]
    capacity: int
    ends: NDArray[np.int64]  # where the spikes of a step end in the log [n_threads, slots]
    slots: int
    control: NDArray[np.int64]  # what all threads share
    scratch: NDArray[np.uint8]  # [n_threads, SCRATCH]


def update_population(block: int, step: int, thread: int) -> None:
    """Adapter: unpack the block and run one thread's slice."""
    w = read_words(UpdateWords, block)
    n_alloc = w.n_alloc
    rows = carray(as_pointer(w.rows), (w.n_state, n_alloc), REAL)
    coefficients = carray(as_pointer(w.coefficients), (w.n_coefficients, w.width), REAL)
    ready = carray(as_pointer(w.ready), (n_alloc,), np.int32)
    refractory = carray(as_pointer(w.refractory), (w.n_refractory,), np.int32)
    bounds = carray(as_pointer(w.bounds), (thread + 2,), np.int64)
    log = carray(as_pointer(w.log + 4 * thread * w.capacity), (w.capacity,), np.int32)
    ends = carray(as_pointer(w.ends + 8 * thread * w.slots), (w.slots,), np.int64)
    control = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)
    crossed = carray(as_pointer(w.scratch + thread * SCRATCH), (BLOCK,), np.uint8)
    slot = step - control[ORIGIN]
    end = ends[slot]
    now = np.int32(step)
    lo = bounds[thread]
    hi = bounds[thread + 1]
    for first in range(lo, hi, BLOCK):
        last = min(first + BLOCK, hi)
        part = rows[:, first:last]
        own = coefficients[:, first:last] if w.width > 1 else coefficients
        marked = crossed[: last - first]
        advance_part(part, own, ready[first:last], now, marked)
        if any_marked(marked):
            pause = refractory[first:last] if w.n_refractory > 1 else refractory
            end += settle_part(
                part, own, ready[first:last], pause, now, marked, first, log[end:]
            )
    ends[slot + 1] = end
    if w.capacity - end < hi - lo:
        atomic_store(control, STOP_AT, step + 1)


# replaced by compiled clones of advance_block and settle_block
advance_part: Any = None
settle_part: Any = None


@memoised
def population_operation(kind: type, real: type, each: tuple[str, ...]) -> Any:
    """Compile the update of a model's populations in one precision; the coefficients `each` differ
    by neuron.
    """
    model: Any = kind
    # a number for the set, since file names of the cache have a limit
    which = sum(1 << model.Coefficients._fields.index(field) for field in each)
    name = suffix(kind, real, f"{which:x}")
    names = {
        "REAL": real,
        "State": model.State,
        "Coefficients": model.Coefficients,
        "Each": namedtuple("Each", each),
    }
    step = scalar(model.update, real, fields_and_flag(model.State))
    settle = scalar(model.reset, real, fields_of(model.State))
    part = njit(nogil=True, fastmath=FAST)
    return operation(
        update_population,
        name,
        findable(kind),
        advance_part=part(specialise(advance_block, name, advance=step, **names)),
        settle_part=part(specialise(settle_block, name, settle=settle, **names)),
        **names,
    )
