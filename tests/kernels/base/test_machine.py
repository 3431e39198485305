"""The time loop: threads meet once a step, run the operations in order, and stop together."""

from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pytest
from numba import carray, cfunc
from numpy.typing import NDArray

from neurosparse.engine.plan import _address_of_yield
from neurosparse.engine.program import Program
from neurosparse.kernels.base.machine.control import (
    AHEAD,
    APART,
    CONTROL_SIZE,
    REACHED,
    STOP_AT,
    STOPS,
    YIELD,
)
from neurosparse.kernels.base.machine.intrinsics import as_pointer, atomic_store, read_words
from neurosparse.kernels.base.machine.loop import run_steps
from neurosparse.kernels.base.machine.operation import SIGNATURE
from neurosparse.kernels.base.machine.words import Block


class Words(NamedTuple):
    """What the three operations of these tests read."""

    table: NDArray[np.int64]  # what each thread wrote [n_steps, n_threads]
    n_steps: int
    n_threads: int
    seen: NDArray[np.int64]  # what each thread saw, likewise
    stop: int  # the step in which the last thread asks to stop
    control: NDArray[np.int64]


@cfunc(SIGNATURE)
def write_own(block, step, thread):
    """Cell [step, thread] of the table becomes a number of both, after some thread-dependent
    work.
    """
    w = read_words(Words, block)
    table = carray(as_pointer(w.table), (w.n_steps, w.n_threads), np.int64)
    x = 0
    for k in range((thread * 7919 + step * 104729) % 3000):
        x ^= k
    table[step, thread] = 1000 * step + thread + (x & 0)
    if step == w.stop and thread == w.n_threads - 1:
        control = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)
        atomic_store(control, STOP_AT, step + 1)


@cfunc(SIGNATURE)
def read_all(block, step, thread):
    """Add up what all threads wrote in this step: wrong unless they have met."""
    w = read_words(Words, block)
    table = carray(as_pointer(w.table), (w.n_steps, w.n_threads), np.int64)
    seen = carray(as_pointer(w.seen), (w.n_steps, w.n_threads), np.int64)
    total = 0
    for other in range(w.n_threads):
        total += table[step, other]
    seen[step, thread] = total


@cfunc(SIGNATURE)
def double(block, step, thread):
    """Double what was seen: order of operations shows."""
    w = read_words(Words, block)
    seen = carray(as_pointer(w.seen), (w.n_steps, w.n_threads), np.int64)
    seen[step, thread] *= 2


def control_words():
    control = np.zeros(CONTROL_SIZE, np.int64)
    control[STOP_AT], control[YIELD] = 2**62, _address_of_yield()
    control[REACHED + STOPS :: APART] = 2**62
    return control


def run(
    n_threads,
    n_steps,
    stop=-1,
    operations=((write_own, True), (read_all, False), (double, False)),
    first=0,
    ahead=0,
):
    control, program = control_words(), Program()
    control[AHEAD], control[REACHED::APART] = ahead, first
    table, seen = (np.full((n_steps, n_threads), -1) for _ in range(2))
    for compiled, before in operations:
        words = Words(table, n_steps, n_threads, seen, stop, control)
        program.add(compiled, words, "update" if before else "deliver", "E", before=before)
    cycles = np.zeros((n_threads, 5), np.int64)
    rows = program.table()

    def one(thread):
        return run_steps(
            rows,
            program.n_before,
            first,
            n_steps,
            thread,
            n_threads,
            control,
            cycles[thread],
            0,
            len(rows),
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
    assert (control[REACHED::APART][:n_threads] == (n_steps if n_threads > 1 else 0)).all()


@pytest.mark.parametrize("n_threads", [1, 2, 4])
@pytest.mark.parametrize("stop", [0, 17])
def test_one_asks_and_all_stop(n_threads, stop):
    reached, table, seen, _, _ = run(n_threads, 60, stop)
    assert reached == [stop + 1] * n_threads
    assert (seen[: stop + 1] >= 0).all()
    assert (table[stop + 1 :] == -1).all()


@pytest.mark.parametrize("stop", [-1, 0, 17])
@pytest.mark.parametrize("ahead", [1, 4])
def test_threads_ahead_of_others_stop_in_one_step(ahead, stop):
    for n_threads in (2, 3):
        reached, table, _, _, control = run(n_threads, 60, stop, ahead=ahead)
        last = reached[0]
        assert reached == [last] * n_threads
        # those behind may have heard of it before they came to that step
        assert last == 60 if stop < 0 else stop + 1 <= last <= stop + 1 + ahead
        assert (table[:last] >= 0).all()
        assert (table[last:] == -1).all()
        assert (control[REACHED::APART][:n_threads] == last).all()


@cfunc(SIGNATURE)
def read_old(block, step, thread):
    """Add up what all threads wrote two steps before."""
    w = read_words(Words, block)
    table = carray(as_pointer(w.table), (w.n_steps, w.n_threads), np.int64)
    seen = carray(as_pointer(w.seen), (w.n_steps, w.n_threads), np.int64)
    total = 0
    if step >= 2:
        for other in range(w.n_threads):
            total += table[step - 2, other]
    seen[step, thread] = total


def test_a_thread_ahead_still_finds_what_is_old_enough():
    operations = ((write_own, True), (read_old, False))
    reached, table, seen, _, _ = run(3, 2000, operations=operations, ahead=2)
    assert reached == [2000] * 3
    np.testing.assert_array_equal(seen[2:], table[:-2].sum(1)[:, None].repeat(3, 1))
    assert (table >= 0).all()


@pytest.mark.parametrize("n_threads", [1, 3])
def test_a_program_without_deliveries_keeps_step_too(n_threads):
    reached, table, _, _, control = run(n_threads, 50, operations=[(write_own, True)])
    assert reached == [50] * n_threads
    assert (table >= 0).all()
    assert (control[REACHED::APART][:n_threads] == (50 if n_threads > 1 else 0)).all()


def test_no_steps_and_later_steps():
    assert run(2, 0)[0] == [0, 0]
    reached, table, _, _, _ = run(2, 9, first=5)
    assert reached == [9, 9]
    assert (table[:5] == -1).all()
    assert (table[5:] >= 0).all()


def words(**changes):
    table = np.zeros((2, 1), np.int64)
    return Words(table, 2, 1, table.copy(), -1, control_words())._replace(**changes)


def test_a_block_holds_numbers_and_addresses():
    given = words()
    block = Block(given)
    assert block.memory.tolist() == [
        given.table.ctypes.data, 2, 1, given.seen.ctypes.data, -1, given.control.ctypes.data,
    ]  # fmt: skip
    block.put(stop=7, table=given.seen)
    assert (block.words.stop, block.memory[4]) == (7, 7)
    assert block.memory[0] == given.seen.ctypes.data


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"n_steps": 2.0}, r"Words\.n_steps: got 2\.0, wants a whole number"),
        ({"n_steps": np.zeros(2, np.int64)}, r"Words\.n_steps: .* wants a whole number"),
        ({"table": 0}, r"Words\.table: got 0, wants a contiguous array of int64"),
        ({"table": np.zeros((2, 1))}, r"Words\.table: got an array of float64"),
        ({"table": np.zeros((2, 2), np.int64)[:, :1]}, "wants a contiguous array of int64"),
        ({"table": None}, r"Words\.table: got None"),
    ],
)
def test_a_block_refuses_a_wrong_word(changes, message):
    with pytest.raises(TypeError, match=message):
        Program().add(write_own, words(**changes), "update", "E", before=True)
    block = Block(words())
    with pytest.raises(TypeError, match=message):
        block.put(**changes)


def test_a_missing_word_and_one_too_many_are_refused():
    with pytest.raises(TypeError, match="control"):
        Words(np.zeros((2, 1), np.int64), 2, 1, np.zeros((2, 1), np.int64), -1)
    with pytest.raises(ValueError, match="other"):
        Block(words()).put(other=1)


def test_a_program_prints_a_line_an_operation():
    program = Program()
    assert repr(program) == "Program()"
    program.add(read_all, words(), "deliver", "E->I", before=False)
    program.add(write_own, words(), "update", "E", before=True)
    assert repr(program).splitlines() == [
        "phase    of    function   sizes",
        "update   E     write_own  n_steps=2 n_threads=1 stop=-1",
        "deliver  E->I  read_all   n_steps=2 n_threads=1 stop=-1",
    ]
