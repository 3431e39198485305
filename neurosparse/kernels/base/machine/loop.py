"""The time loop: every thread runs the same program on its own slice and meets the others once a
step.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import (
    ADDRESS,
    ARRIVED,
    BLOCK,
    GENERATION,
    PHASE,
    STOP_AT,
    YIELD,
)
from neurosparse.kernels.base.machine.intrinsics import (
    atomic_add,
    atomic_load,
    atomic_store,
    call_op,
    call_yield,
    cycle_counter,
)

SPINS = 400


@njit(cache=True, nogil=True)
def _meet(control: NDArray[np.int64], n_threads: int) -> None:
    """Wait until all threads are here: spin a little, then give the core away."""
    generation = atomic_load(control, GENERATION)
    if atomic_add(control, ARRIVED, 1) == n_threads - 1:
        atomic_store(control, ARRIVED, 0)
        atomic_store(control, GENERATION, generation + 1)
        return
    spins = 0
    while atomic_load(control, GENERATION) == generation:
        spins += 1
        if spins > SPINS:
            call_yield(control[YIELD])


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
    down; the others read the spikes of all threads. A step in which some thread asks to stop is the
    last one. The first step begins with operation `begin`, the last ends before operation `end`.
    `cycles` [n_phases] collects the processor cycles of each phase.
    """
    step = first
    opening = begin
    while step < last:
        mark = cycle_counter()
        closing = end if step == last - 1 else program.shape[0]
        for k in range(opening, closing):
            if k == n_before and n_threads > 1:
                _meet(control, n_threads)
                mark = cycle_counter()
            call_op(program[k, ADDRESS], program[k, BLOCK], step, thread)
            now = cycle_counter()
            cycles[program[k, PHASE]] += now - mark
            mark = now
        if n_before == closing and n_threads > 1:
            _meet(control, n_threads)
        opening = 0
        step += 1
        if atomic_load(control, STOP_AT) <= step:
            break
    return step
