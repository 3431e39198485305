"""Numba: short-term plasticity, the share of its weight that each spike delivers.

A spike's share is known when it leaves, whatever its delays: it waits in a line of
shares [n_slots, n_pre], those of step s in s % n_slots. Traces lie as the last spike left them.
"""

import math
from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.control import CONTROL_SIZE, ORIGIN
from neurosparse.kernels.base.machine.intrinsics import (
    as_pointer,
    gather,
    prefetch,
    read_words,
    scatter,
)
from neurosparse.kernels.base.machine.models import findable, scalar, suffix
from neurosparse.kernels.base.machine.operation import memoised, operation
from neurosparse.kernels.base.machine.returned import fields_of, one_number
from neurosparse.kernels.spikes.deliver.walk import (
    BLOCK,
    LINE,
    PARTS_AHEAD,
    ROWS_AHEAD,
    add_row_alike,
    blocks_of,
    find_parts,
    list_parts,
    most_arriving,
)

PARTS = 512  # of rows, listed before they are walked

# bound anew for each layout by `operation`, for each rule by `share_operation`
REAL: Any = np.float64
INDEX: Any = np.uint32
OFFSET: Any = np.int64
WIDTH = 8  # bytes of an offset
State: Any = None
Coefficients: Any = None
efficacy: Any = None
spike: Any = None


class UseWords(NamedTuple):
    """The words of `use_resources`."""

    n_logs: int  # threads that write spikes
    log: NDArray[np.int32]  # presynaptic neurons that fired [n_logs, capacity]
    capacity: int
    ends: NDArray[np.int64]  # where the spikes of a step end in the log [n_logs, slots]
    slots: int
    control: NDArray[np.int64]  # what all threads share
    n_pre: int
    traces: NDArray[np.float64]  # after the last spike [n_threads, n_traces, n_pre]
    n_traces: int
    last: NDArray[np.int64]  # the step of that spike [n_threads, n_pre]
    rates: NDArray[np.float64]  # logarithms of what is left after a step [n_traces]
    coefficients: NDArray[np.float64]  # of the rule [n_coefficients, 1]
    n_coefficients: int
    one: NDArray[np.float64]  # room for the traces of one neuron [n_threads, n_traces, 8]
    shares: NDArray[np.float32]  # what each spike delivers [n_threads, n_slots, n_pre]
    n_slots: int


def use_resources(block: int, step: int, thread: int) -> None:
    """Adapter: the shares of the spikes of this step and what they leave, a copy for each
    thread.
    """
    w = read_words(UseWords, block)
    n_traces = w.n_traces
    n_pre = w.n_pre
    here = step - carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)[ORIGIN]
    own = w.traces + 8 * thread * n_traces * n_pre
    traces = carray(as_pointer(own), (n_traces, n_pre), np.float64)
    last = carray(as_pointer(w.last + 8 * thread * n_pre), (n_pre,), np.int64)
    rates = carray(as_pointer(w.rates), (n_traces,), np.float64)
    numbers = carray(as_pointer(w.coefficients), (w.n_coefficients, 1), np.float64)
    one = carray(as_pointer(w.one + 64 * thread * n_traces), (n_traces, 8), np.float64)
    line = w.shares + 4 * n_pre * (thread * w.n_slots + step % w.n_slots)
    shares = carray(as_pointer(line), (n_pre,), np.float32)
    p = gather(Coefficients, numbers, 0)
    for other in range(w.n_logs):
        cut = carray(as_pointer(w.ends + 8 * other * w.slots), (w.slots,), np.int64)
        log = carray(as_pointer(w.log + 4 * other * w.capacity), (w.capacity,), np.int32)
        for k in range(cut[here], cut[here + 1]):
            i = np.int64(log[k])
            for r in range(n_traces):
                # a neuron fires once a step, so some time has passed
                one[r, 0] = traces[r, i] * math.exp(rates[r] * (step - last[i]))
            x = gather(State, one, 0)
            shares[i] = np.float32(efficacy(x, p))
            scatter(traces, i, spike(x, p))
            last[i] = step


@njit(cache=True, nogil=True)
def _add_row(
    lo: Any,
    hi: Any,
    indices: Any,
    weight: Any,
    share: Any,
    target: Any,
    coming: Any,
    end: Any,
) -> None:
    """Add a share of the weights of a row lo..hi while the row coming..end is fetched."""
    blocks = blocks_of(lo, hi, coming, end)
    for b in range(blocks):
        row = indices[lo + b * BLOCK : lo + b * BLOCK + BLOCK]
        own = weight[lo + b * BLOCK : lo + b * BLOCK + BLOCK]
        for line in range(0, BLOCK, LINE):
            prefetch(indices, coming + b * BLOCK + line)
            prefetch(weight, coming + b * BLOCK + line)
        for j in range(BLOCK):
            target[row[j]] += target.dtype.type(own[j] * share)
    first = lo + blocks * BLOCK
    row = indices[first:hi]
    own = weight[first:hi]
    for j in range(row.size):
        target[row[j]] += target.dtype.type(own[j] * share)


@njit(cache=True, nogil=True)
def deliver_shared_parts(
    los: Any, his: Any, shared: Any, n: Any, indices: Any, weight: Any, target: Any
) -> None:
    """Add to target the shares shared[k] of the first n parts los[k]..his[k] of rows."""
    for k in range(n):
        later = min(k + PARTS_AHEAD, n - 1)
        prefetch(indices, los[later])
        if weight.size > 1:
            prefetch(weight, los[later])
        soon = min(k + ROWS_AHEAD, n - 1)
        share = shared[k]
        if weight.size == 1:
            w = target.dtype.type(weight[0] * share)
            add_row_alike(los[k], his[k], indices, w, target, los[soon], his[soon])
        else:
            _add_row(los[k], his[k], indices, weight, share, target, los[soon], his[soon])


class ShareWords(NamedTuple):
    """The words of `deliver_shares`."""

    n_logs: int  # threads that write spikes
    log: NDArray[np.int32]  # presynaptic neurons that fired [n_logs, capacity]
    capacity: int
    ends: NDArray[np.int64]  # where the spikes of a step end in the log [n_logs, slots]
    slots: int
    control: NDArray[np.int64]  # what all threads share
    n_pre: int
    segments: NDArray[Any]  # where the parts of a row begin [n_pre * stride + 1]
    stride: int  # of a row: a part for each thread, in it one for each delay
    indices: NDArray[Any]  # postsynaptic neurons [nnz]
    nnz: int
    weight: NDArray[np.float32]  # [n_weights]
    n_weights: int  # 1 or nnz
    target: NDArray[Any]  # the receptor's row of the state [n_alloc]
    n_alloc: int
    delays: NDArray[np.int64]  # steps, each once, the longest first [n_delays]
    n_delays: int
    epoch: int  # step before which spikes left through other synapses
    shares: NDArray[np.float32]  # what each spike delivers [n_threads, n_slots, n_pre]
    n_slots: int


def deliver_shares(block: int, step: int, thread: int) -> None:
    """Adapter: the spikes that arrive now, those under way for longest first, each with its
    share.
    """
    w = read_words(ShareWords, block)
    stride = w.stride
    indices = carray(as_pointer(w.indices), (w.nnz,), INDEX)
    weight = carray(as_pointer(w.weight), (w.n_weights,), np.float32)
    target = carray(as_pointer(w.target), (w.n_alloc,), REAL)
    delays = carray(as_pointer(w.delays), (w.n_delays,), np.int64)
    own = w.shares + 4 * thread * w.n_slots * w.n_pre
    shares = carray(as_pointer(own), (w.n_slots, w.n_pre), np.float32)
    origin = carray(as_pointer(w.control), (CONTROL_SIZE,), np.int64)[ORIGIN]
    ends = carray(as_pointer(w.ends), (w.n_logs, w.slots), np.int64)
    logs = carray(as_pointer(w.log), (w.n_logs, w.capacity), np.int32)
    segments = carray(as_pointer(w.segments), (w.n_pre * stride + 1,), OFFSET)
    room = min(most_arriving(step, origin, delays, ends), PARTS)
    parts = np.empty(room, np.int64)
    los = np.empty(room, np.int64)
    his = np.empty(room, np.int64)
    shared = np.empty(room, np.float32)
    after = (0, 0, 0)
    while room > 0:
        after, n = list_parts(
            step, origin, w.epoch, delays, ends, logs, thread, stride, after, parts
        )
        find_parts(parts, n, segments, los, his)
        for k in range(n):
            delay = delays[parts[k] % stride - thread * w.n_delays]
            shared[k] = shares[(step - delay) % w.n_slots, parts[k] // stride]
        deliver_shared_parts(los, his, shared, n, indices, weight, target)
        if n < room or after[0] == w.n_delays:
            return


@memoised
def share_operation(kind: type) -> Any:
    """Compile the use of resources by a rule."""
    rule: Any = kind
    return operation(
        use_resources,
        suffix(kind, np.float64),
        findable(kind),
        State=rule.State,
        Coefficients=rule.Coefficients,
        efficacy=scalar(rule.efficacy, returns=one_number),
        spike=scalar(rule.spike, returns=fields_of(rule.State)),
    )
