"""Numba: blocks of neurons advanced by a vectorised loop, then a scan for the few that fired."""

from collections import namedtuple
from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import AHEAD, CONTROL_SIZE, ORIGIN, STOP_AT
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
    """The words of `update_populations`."""

    rows: NDArray[Any]  # state variables of all populations [n_state, width]
    width: int
    n_state: int
    coefficients: NDArray[Any]  # [n_members, n_coefficients], or [n_coefficients, width]
    n_coefficients: int
    wide: int  # whether some coefficient differs between neurons
    ready: NDArray[np.int32]  # the step from which a neuron may fire again [width]
    members: NDArray[np.int64]  # a line for each population [n_threads, n_members, FIELDS]
    n_members: int
    control: NDArray[np.int64]  # what all threads share
    scratch: NDArray[np.uint8]  # [n_threads, SCRATCH]


# words of a member: its first column, its end and where its neuron 0 is, for the thread; the member
# after the stretch that begins here; where its spikes go; steps of refractoriness
LOW = 0
HIGH = 1
START = 2
AFTER = 3
LOG = 4
CAPACITY = 5
ENDS = 6
PAUSE = 7
PAUSES = 8
FIELDS = 9


def update_populations(block: int, step: int, thread: int) -> None:
    """Adapter: unpack the block and run one thread's slice of each population, neighbours with the
    same coefficients in one stretch.
    """
    w = read_words(UpdateWords, block)
    rows = carray(as_pointer(w.rows), (w.n_state, w.width), REAL)
    kinds = w.n_coefficients
    each = carray(as_pointer(w.coefficients), (kinds, w.width if w.wide else 1), REAL)
    common = carray(as_pointer(w.coefficients), (1 if w.wide else w.n_members, kinds), REAL)
    ready = carray(as_pointer(w.ready), (w.width,), np.int32)
    n = w.n_members
    first_line = w.members + 8 * FIELDS * n * thread
    members = carray(as_pointer(first_line), (n, FIELDS), np.int64)
    control = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)
    crossed = carray(as_pointer(w.scratch + thread * SCRATCH), (BLOCK,), np.uint8)
    slot = step - control[ORIGIN]
    steps_left = 1 + control[AHEAD]
    now = np.int32(step)
    for k in range(n):
        if members[k, HIGH] == members[k, LOW]:
            continue  # no spikes are ever written down
        ends = carray(as_pointer(members[k, ENDS] + 8 * slot), (2,), np.int64)
        ends[1] = ends[0]
    k = 0
    while k < n:
        after = members[k, AFTER]
        here = k
        high = members[after - 1, HIGH]
        for first in range(members[k, LOW], high, BLOCK):
            last = min(first + BLOCK, high)
            own = each[:, first:last] if w.wide else common[k : k + 1].T
            marked = crossed[: last - first]
            advance_part(rows[:, first:last], own, ready[first:last], now, marked)
            if not any_marked(marked):
                continue
            while members[here, HIGH] <= first:
                here += 1
            at = here
            while at < after and members[at, LOW] < last:
                member = members[at]
                lo = max(first, member[LOW])
                hi = min(last, member[HIGH])
                at += 1
                if lo >= hi or not any_marked(crossed[lo - first : hi - first]):
                    continue
                ends = carray(as_pointer(member[ENDS] + 8 * slot), (2,), np.int64)
                log = carray(as_pointer(member[LOG]), (member[CAPACITY],), np.int32)
                pause = carray(as_pointer(member[PAUSE]), (member[PAUSES],), np.int32)
                neuron = lo - member[START]
                ends[1] += settle_part(
                    rows[:, lo:hi],
                    own[:, lo - first : hi - first] if w.wide else own,
                    ready[lo:hi],
                    pause[neuron : neuron + hi - lo] if pause.size > 1 else pause,
                    now,
                    crossed[lo - first : hi - first],
                    neuron,
                    log[ends[1] :],
                )
                if member[CAPACITY] - ends[1] < steps_left * (member[HIGH] - member[LOW]):
                    atomic_store(control, STOP_AT, step + 1)
        k = after


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
        update_populations,
        name,
        findable(kind),
        advance_part=part(specialise(advance_block, name, advance=step, **names)),
        settle_part=part(specialise(settle_block, name, settle=settle, **names)),
        **names,
    )
