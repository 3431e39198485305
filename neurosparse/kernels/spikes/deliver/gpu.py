"""Spikes to postsynaptic input on a GPU (Triton): each program takes spikes of one delay and walks
their rows.

Two ways to add, both over CSR rows whose synapses are sorted by delay, segments [n_pre, n_delays]:

- fixed point: weights become int64 multiples of a power of two and are added atomically; integer
  sums do not depend on their order, so a run gives the same bits every time; a second kernel adds
  the sums to the state;
- float: atomic adds straight to the state, faster, in an order that the hardware chooses.

Adds are relaxed: nothing reads the sums before the next launch, which waits for this one.
"""

from typing import Any

import triton
import triton.language as tl
from torch import Tensor

BLOCK = 512  # synapses at once, four a thread: enough loads under way to hide their latency
# of a projection, they share the spikes of a step, whose number the host does not know
PROGRAMS = 1024
FEWEST = 64  # of a delay


@triton.jit
def _deliver(  # type: ignore[no-untyped-def]
    log, capacity, ends, now, segments, delays, n_delays, indices, weights, n_pre, n_post, per_copy,
    scale, target, epoch,
    EACH: tl.constexpr, FIXED: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    place = tl.program_id(0).to(tl.int64)
    back = tl.load(delays + place)
    slot = tl.load(now + 1) - back
    # a log that overflowed holds `capacity` spikes; the host sees that and runs the chunk again
    first = tl.load(ends + slot)
    last = tl.minimum(tl.load(ends + slot + 1), capacity)
    # spikes from before an edit of the synapses arrive by `drain`
    last = tl.where(tl.load(now) - back >= epoch, last, first)
    for k in range(first + tl.program_id(1), last, tl.num_programs(1)):
        i = tl.load(log + k).to(tl.int64)
        copy = i // n_pre  # copies side by side share their rows
        row = segments + (i % n_pre) * n_delays + place
        first_weight = weights + copy * per_copy
        first_target = target + copy * n_post
        end = tl.load(row + 1)
        for start in range(tl.load(row), end, BLOCK):
            j = start + tl.arange(0, BLOCK)
            here = j < end
            index = tl.load(indices + j, mask=here, other=0)
            w = tl.load(first_weight + j * EACH, mask=here, other=0.0)
            if FIXED:
                units = (w.to(tl.float64) * scale).to(tl.int64)
                tl.atomic_add(first_target + index, units, mask=here, sem="relaxed")
            else:
                amount = w.to(target.dtype.element_ty)
                tl.atomic_add(first_target + index, amount, mask=here, sem="relaxed")


@triton.jit
def _settle(sums, target, unit, n, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    i = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    here = i < n
    total = tl.load(sums + i, mask=here, other=0)
    old = tl.load(target + i, mask=here, other=0.0)
    tl.store(
        target + i,
        old + (total.to(tl.float64) * unit).to(target.dtype.element_ty),
        mask=here,
    )
    tl.store(sums + i, tl.zeros_like(total), mask=here)


@triton.jit
def _drain(  # type: ignore[no-untyped-def]
    ring, n_slots, width, target, n, now, BLOCK: tl.constexpr
):
    i = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    here = i < n
    line = ring + (tl.load(now) % n_slots) * width
    waited = tl.load(line + i, mask=here, other=0.0)
    tl.store(target + i, tl.load(target + i, mask=here, other=0.0) + waited, mask=here)
    tl.store(line + i, tl.zeros_like(waited), mask=here)


@triton.jit
def _tick(ends, stride, n, now, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    p = tl.arange(0, BLOCK)
    slot = tl.load(now + 1)
    row = ends + p.to(tl.int64) * stride + slot
    tl.store(row + 2, tl.load(row + 1, mask=p < n, other=0), mask=p < n)
    tl.store(now, tl.load(now) + 1)
    tl.store(now + 1, slot + 1)


def deliver(
    log: Tensor,
    ends: Tensor,
    now: Tensor,
    rows: Any,
    target: Tensor,
    scale: float,
    programs: int | None = None,
    epoch: int = 0,
) -> None:
    """Add the rows of the spikes that arrive in the step `now` [step, slot] to target [n_post].

    `rows` gives segments int64 [n_pre * n_delays + 1], delays int64 [n_delays], indices int32 [nnz]
    and weights float32 [nnz] or [1]. Neuron k n_pre + i of `log` is i of copy k, which reaches
    target from k n_post on by the same rows; its weights begin at k `per_copy` and are one for
    `each` synapse or one for all. `target` is int64 for fixed point, the weights then being
    multiplied by `scale`. Spikes of steps before `epoch` are left out. `programs` share the spikes
    of each delay.
    """
    grid = (len(rows.delays), programs or max(FEWEST, PROGRAMS // max(len(rows.delays), 1)))
    _deliver[grid](
        log, len(log), ends, now, rows.segments, rows.delays, len(rows.delays),
        rows.indices, rows.weights, rows.n_pre, rows.n_post, rows.per_copy, scale, target, epoch,
        EACH=int(rows.each), FIXED=not target.is_floating_point(), BLOCK=BLOCK,
    )  # fmt: skip


def settle(sums: Tensor, target: Tensor, unit: float) -> None:
    """Add fixed-point sums [n], in units of `unit`, to target [n] and clear them."""
    _settle[(triton.cdiv(len(sums), 4 * BLOCK),)](
        sums, target, unit, len(sums), BLOCK=4 * BLOCK
    )


def drain(ring: Tensor, target: Tensor, n: int, now: Tensor) -> None:
    """Add the line of the step `now` of ring [n_slots, width] to target, in the first n columns,
    and clear it.
    """
    _drain[(triton.cdiv(n, 4 * BLOCK),)](
        ring, len(ring), ring.stride(0), target, n, now, BLOCK=4 * BLOCK
    )


def tick(ends: Tensor, now: Tensor) -> None:
    """Begin the next step: its spikes follow those of this one in every log; ends [n_logs,
    slots].
    """
    n = len(ends)
    # one warp: its own loads come before its stores
    _tick[(1,)](ends, ends.stride(0), n, now, BLOCK=triton.next_power_of_2(n), num_warps=1)
