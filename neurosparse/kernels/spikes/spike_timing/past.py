"""Numba: pieces of learning where delays differ: traces of a delay ago, parts of rows, columns."""

from typing import Any

import numpy as np
from numba import njit

from neurosparse.kernels.base.machine.intrinsics import gather, prefetch, times
from neurosparse.kernels.spikes.spike_timing.parts import AHEAD, TINY, fingerprint

BITS = 12
FINE = 2**BITS  # steps in the finer table of powers
PARTS_AHEAD = 8
GONE = -1e38  # below all traces: look for the last spikes

# bound anew for each rule by `late_operation`
Pre: Any = None
Coefficients: Any = None
on_post: Any = None
BRIEF: Any = True
left_after: Any = None
earlier_traces: Any = None
traces_at: Any = None
row_event: Any = None
old_row_event: Any = None


def what_is_left(elapsed: int, powers: Any) -> Any:
    """What is left of presynaptic traces after some steps."""
    coarse = FINE + min(elapsed >> BITS, powers.shape[1] - FINE - 1)
    fine = gather(Pre, powers, elapsed & (FINE - 1))
    return times(fine, gather(Pre, powers, coarse))


def traces_before(
    i: int, step: int, latest: int, last: Any, past: Any, gaps: Any, powers: Any
) -> Any:
    """The traces of neuron i at a step, where spikes were fired after `latest`."""
    fired = last[i]
    slot = np.int64(0)
    while fired > latest:
        slot = fired % gaps.shape[0]
        fired -= np.int64(gaps[slot, i])
    return times(gather(Pre, past[slot], i), left_after(step - fired, powers))


def presynaptic_traces(
    i: int, step: int, latest: int, x: Any, last: Any, past: Any, gaps: Any, powers: Any
) -> Any:
    """The traces of neuron i at a step, without spikes that were fired after `latest`."""
    if last[i] > latest:
        return earlier_traces(i, step, latest, last, past, gaps, powers)
    return times(gather(Pre, x, i), left_after(step - last[i], powers))


def change_parts(
    los: Any,
    his: Any,
    who: Any,
    delays: Any,
    n: int,
    step: int,
    epoch: int,
    indices: Any,
    weight: Any,
    changed: Any,
    age: Any,
    shares: Any,
    x: Any,
    last: Any,
    past: Any,
    gaps: Any,
    powers: Any,
    traces: Any,
    traces_left: Any,
    coefficients: Any,
    target: Any,
    own: Any,
    valid: Any,
    dt: float,
) -> None:
    """Deliver through and change the first n parts los[k]..his[k] of rows of neurons who[k], whose
    spikes left delays[k] steps ago.
    """
    for k in range(n):
        a = los[k]
        b = his[k]
        i = who[k]
        coming = los[min(k + PARTS_AHEAD, n - 1)]
        prefetch(indices, coming)
        prefetch(weight, coming)
        prefetch(changed, coming)
        left = step - delays[k]
        one = traces_at(i, left, left - 1, x, last, past, gaps, powers)
        share = shares[left % shares.shape[0], i] if BRIEF else np.float32(1)
        row = (indices[a:b], weight[a:b], changed[a:b])
        if left >= epoch:
            row_event(*row, one, share, traces, traces_left, coefficients, target)
        else:
            old_row_event(
                *row,
                one,
                share,
                traces,
                traces_left,
                coefficients,
                target,
                age[a:b],
                epoch - left,
            )


def change_late_column(
    pre: Any,
    places: Any,
    lags: Any,
    changed: Any,
    y: Any,
    step: int,
    seen: Any,
    fired: Any,
    around: Any,
    latest: int,
    x: Any,
    last: Any,
    past: Any,
    gaps: Any,
    powers: Any,
    coefficients: Any,
    own: Any,
    valid: Any,
    dt: float,
) -> None:
    """Change the synapses onto one neuron that fired, by the traces that reach them now: what
    is `seen` of its last spike, or without it, times what is `around`, at `latest` for no delay.
    """
    p = gather(Coefficients, coefficients, 0)
    for k in range(places.size):
        if k + AHEAD < places.size:
            prefetch(changed, np.int64(places[k + AHEAD]))
        i = np.int64(pre[k])
        lag = np.int64(lags[k])
        place = np.uint64(places[k])
        # without a branch: whether its last spike is still under way is hard to foretell
        ahead = np.int32(fired[np.uint64(i)] - np.int32(step - lag)) > 0
        column = i + ahead * fired.size
        if seen[0, np.uint64(column)] > GONE:
            one = times(gather(Pre, seen, column), gather(Pre, around, latest - lag))
        else:
            left = step - lag
            one = traces_at(i, left, left, x, last, past, gaps, powers)
        changed[place] = on_post(changed[place], one, y, p)


@njit(cache=True, nogil=True)
def fade_seen(seen: Any, factors: Any, still: Any) -> None:
    """Multiply traces as `fade` does, but those that are hidden."""
    if still[0] > 0:
        return
    live = False
    for r in range(seen.shape[0]):
        row, factor = seen[r], factors[r]
        for i in range(row.size):
            value = row[i] * factor
            value = value if abs(value) > TINY else row.dtype.type(0)
            value = value if row[i] > GONE else row[i]
            live |= value != row[i]
            row[i] = value
    still[0] = 0 if live else 1


CODE = fingerprint(
    what_is_left, traces_before, presynaptic_traces, change_parts, change_late_column
)
