"""Copying chosen neurons into a buffer, every few steps."""

import ctypes

import numpy as np
import pytest

from neurosparse.engine.program import Program
from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN
from neurosparse.kernels.base.machine.operation import operation
from neurosparse.kernels.spikes.record.cpu import RecordWords, copy_chosen, record_state


@pytest.mark.parametrize("chosen", [[], [0], [2, 5, 6], range(7)])
def test_copy(chosen):
    chosen = np.array(chosen, np.int64)
    row = np.arange(7.0) ** 2
    out = np.full(chosen.size, np.nan)
    copy_chosen(row, chosen, out)
    assert out.tolist() == row[chosen].tolist()


@pytest.mark.parametrize("real", [np.float32, np.float64])
@pytest.mark.parametrize("every", [1, 3, 10])
@pytest.mark.parametrize(("first", "history"), [(0, 0), (7, 0), (20, 4)])
def test_lines_fall_on_multiples_whatever_the_chunk(real, every, first, history):
    chosen = np.array([1, 63, 64, 130])
    bounds = np.array([0, 64, 192])
    steps = 25
    row = np.zeros(192, real)
    control = np.zeros(CONTROL_SIZE, np.int64)
    control[ORIGIN] = first - history
    due = [s for s in range(first, first + steps) if s % every == 0]
    out = np.full((len(due), 4), np.nan, real)
    words = RecordWords(
        row=row,
        n_alloc=192,
        chosen=chosen,
        n_chosen=4,
        cuts=np.searchsorted(chosen, bounds),
        out=out,
        every=every,
        control=control,
        history=history,
    )
    compiled = operation(record_state, np.dtype(real).name, REAL=real)
    block = Program().add(compiled, words, "record", "E", before=True)
    call = ctypes.CFUNCTYPE(None, *[ctypes.c_int64] * 3)(compiled.address)
    for step in range(first, first + steps):
        row[:] = 1000 * step + np.arange(192)
        for thread in (1, 0):
            call(block.address, step, thread)
    np.testing.assert_array_equal(out, 1000.0 * np.array(due)[:, None] + chosen)
