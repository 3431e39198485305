"""The time loop: threads meet once a step, run the operations in order, and stop together."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numba import carray, cfunc

from neurosparse.engine.plan import _address_of_yield
from neurosparse.engine.program import Program
from neurosparse.kernels.base.machine.control import CONTROL_SIZE, GENERATION, STOP_AT, YIELD
from neurosparse.kernels.base.machine.intrinsics import as_pointer, atomic_store
from neurosparse.kernels.base.machine.loop import run_steps
from neurosparse.kernels.base.machine.operation import SIGNATURE


@cfunc(SIGNATURE)
def write_own(block, step, thread):
    """Cell [step, thread] of the table becomes a number of both, after some thread-dependent
    work.
    """
    w = carray(as_pointer(block), (6,), np.int64)
    table = carray(as_pointer(w[0]), (w[1], w[2]), np.int64)
    x = 0
    for k in range((thread * 7919 + step * 104729) % 3000):
        x ^= k
    table[step, thread] = 1000 * step + thread + (x & 0)
    if step == w[4] and thread == w[2] - 1:
        control = carray(as_pointer(w[5]), (CONTROL_SIZE,), np.int64)
        atomic_store(control, STOP_AT, step + 1)


@cfunc(SIGNATURE)
def read_all(block, step, thread):
    """Add up what all threads wrote in this step: wrong unless they have met."""
    w = carray(as_pointer(block), (6,), np.int64)
    table = carray(as_pointer(w[0]), (w[1], w[2]), np.int64)
    seen = carray(as_pointer(w[3]), (w[1], w[2]), np.int64)
    total = 0
    for other in range(w[2]):
        total += table[step, other]
    seen[step, thread] = total


@cfunc(SIGNATURE)
def double(block, step, thread):
    """Double what was seen: order of operations shows."""
    w = carray(as_pointer(block), (6,), np.int64)
    seen = carray(as_pointer(w[3]), (w[1], w[2]), np.int64)
    seen[step, thread] *= 2


def control_words():
    control = np.zeros(CONTROL_SIZE, np.int64)
    control[STOP_AT], control[YIELD] = 2**62, _address_of_yield()
    return control


def run(
    n_threads,
    n_steps,
    stop=-1,
    operations=((write_own, True), (read_all, False), (double, False)),
    first=0,
):
    control, program = control_words(), Program()
    table, seen = (np.full((n_steps, n_threads), -1) for _ in range(2))
    for compiled, before in operations:
        words = [table, n_steps, n_threads, seen, stop, control]
        program.add(compiled, words, "update" if before else "deliver", before=before)
    cycles = np.zeros((n_threads, 5), np.int64)
    rows = program.table()

    def one(thread):
        return run_steps(
            rows, program.n_before, first, n_steps, thread, n_threads, control, cycles[thread]
        )

    with ThreadPoolExecutor(n_threads) as pool:
        reached = list(pool.map(one, range(n_threads)))
    return reached, table, seen, cycles, control


@pytest.mark.parametrize("n_threads", [1, 2, 3, 4])
def test_threads_meet_in_every_step(n_threads):
    n_steps = 400
    reached, table, seen, cycles, control = run(n_threads, n_steps)
    assert reached == [n_steps] * n_threads
    steps, threads = np.mgrid[:n_steps, :n_threads]
    np.testing.assert_array_equal(table, 1000 * steps + threads)
    np.testing.assert_array_equal(
        seen, 2 * np.broadcast_to(table.sum(1, keepdims=True), seen.shape)
    )
    assert (cycles[:, [0, 2]] > 0).all()
    assert control[GENERATION] == (n_steps if n_threads > 1 else 0)


@pytest.mark.parametrize("n_threads", [1, 2, 4])
@pytest.mark.parametrize("stop", [0, 17])
def test_one_asks_and_all_stop(n_threads, stop):
    reached, table, seen, _, _ = run(n_threads, 60, stop)
    assert reached == [stop + 1] * n_threads
    assert (seen[: stop + 1] >= 0).all()
    assert (table[stop + 1 :] == -1).all()


@pytest.mark.parametrize("n_threads", [1, 3])
def test_a_program_without_deliveries_keeps_step_too(n_threads):
    reached, table, _, _, control = run(n_threads, 50, operations=[(write_own, True)])
    assert reached == [50] * n_threads
    assert (table >= 0).all()
    assert control[GENERATION] == (50 if n_threads > 1 else 0)


def test_no_steps_and_later_steps():
    assert run(2, 0)[0] == [0, 0]
    reached, table, _, _, _ = run(2, 9, first=5)
    assert reached == [9, 9]
    assert (table[:5] == -1).all()
    assert (table[5:] >= 0).all()
