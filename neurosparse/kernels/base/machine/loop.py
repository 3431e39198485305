"""The time loop: every thread runs the same program on its own slice, and waits only for spikes
that may act now.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import (
    ADDRESS,
    AHEAD,
    APART,
    BLOCK,
    PHASE,
    REACHED,
    STOP_AT,
    STOPS,
    YIELD,
)
from neurosparse.kernels.base.machine.intrinsics import (
    atomic_load,
    atomic_store,
    call_op,
    call_yield,
    cycle_counter,
)

SPINS = 2000


@njit(cache=True, nogil=True)
def _meet(control: NDArray[np.int64], n_threads: int, step: int, thread: int) -> int:
    """Say that the spikes of `step` are written down, and wait for those of others but for the last
    `AHEAD` steps: spin a little, then give the core away. Returns the step before which all stop,
    as far as it is known: early enough for all to stop there.
    """
    own = REACHED + APART * thread
    ahead = control[AHEAD]
    if atomic_load(control, STOP_AT) < control[own + STOPS]:
        # others hear of it within that many steps
        control[own + STOPS] = min(control[own + STOPS], step + 1 + ahead)
    atomic_store(control, own, step + 1)
    stop = control[own + STOPS]
    for other in range(n_threads):
        place = REACHED + APART * other
        spins = 0
        while atomic_load(control, place) + ahead <= step:
            spins += 1
            if spins > SPINS:
                call_yield(control[YIELD])
        stop = min(stop, control[place + STOPS])
    return int(stop)


@njit(cache=True, nogil=True)
def run_steps(
    program: NDArray[np.int64],
    n_before: int,
    first: int,
    last: int,
    thread: int,
    n_threads: int,
    control: NDArray[np.int64],
    cycles: NDArray[np.int64],
    begin: int,
    end: int,
) -> int:
    """Run steps first..last-1 of `program` [n_ops, 3] for one thread; return the first step not
    run.

    The first `n_before` operations touch only what this thread owns and end with its spikes written
    down; the others read the spikes of all threads, none of them later than `AHEAD` steps ago. So
    many steps after one in which some thread asks to stop all do. The first step begins with
    operation `begin`, the last ends before operation `end`. `cycles` [n_phases] collects the
    processor cycles of each phase.
    """
    step = first
    stop = last
    opening = begin
    while step < last:
        mark = cycle_counter()
        closing = end if step == last - 1 else program.shape[0]
        for k in range(opening, closing):
            if k == n_before and n_threads > 1:
                stop = _meet(control, n_threads, step, thread)
                mark = cycle_counter()
            call_op(program[k, ADDRESS], program[k, BLOCK], step, thread)
            now = cycle_counter()
            cycles[program[k, PHASE]] += now - mark
            mark = now
        if n_before == closing and n_threads > 1:
            stop = _meet(control, n_threads, step, thread)
        opening = 0
        step += 1
        if n_threads == 1:
            stop = atomic_load(control, STOP_AT)
        if stop <= step:
            break
    return step
