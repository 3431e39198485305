"""Poisson input and sources on a GPU (Triton): the words of the CPU, drawn neuron by neuron."""

import triton
import triton.language as tl
from torch import Tensor

BLOCK = 256
SECOND = tl.constexpr(1 << 31)


@triton.jit
def neuron_word(seed, stream, step, i, RUN: tl.constexpr):  # type: ignore[no-untyped-def]
    """The word of neuron i."""
    # word i % 64 // 16 of counter RUN * (i // 64) + i % 16 * RUN // 16, see the head of the package
    counter = (i // 64 * RUN + i % 16 * RUN // 16).to(tl.uint32)
    # numbers given by the host may come as any integer type: step makes int64 of them
    low = counter.to(tl.int64) * 0 + step
    high = counter.to(tl.int64) * 0 + (step >> 32)
    lane = step * 0 + stream
    third = (counter.to(tl.int64) * 0 + lane).to(tl.uint32)
    a, b, c, d = tl.philox(
        step * 0 + seed, counter, low.to(tl.uint32), high.to(tl.uint32), third
    )
    part = i % 64 // 16
    return tl.where(part == 0, a, tl.where(part == 1, b, tl.where(part == 2, c, d)))


@triton.jit
def _bin(step, start, width, n_bins):  # type: ignore[no-untyped-def]
    return tl.minimum((step - start) // width, n_bins - 1)


@triton.jit
def _input(  # type: ignore[no-untyped-def]
    target, n, table, n_bins, n_edges, wide, width, start, stop, weight, seed, stream, now,
    EACH: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    i = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    here = i < n
    step = tl.load(now)
    if (step >= start) & (step < stop):
        shift = (16 * (i % 2)).to(tl.uint32)
        upper = neuron_word(seed, stream, step, i, 8) >> shift & 0xFFFF
        lower = neuron_word(seed, step * 0 + SECOND + stream, step, i, 8) >> shift & 0xFFFF
        word = upper << 16 | lower
        edges = table + _bin(step, start, width, n_bins) * n_edges * wide
        count = tl.zeros([BLOCK], tl.int32)
        for k in range(n_edges):
            edge = tl.load(
                edges + k * tl.cast(wide, tl.int64) + tl.where(wide > 1, i, 0),
                mask=here,
                other=-1,
            )
            count += (word > edge.to(tl.uint32, bitcast=True)).to(tl.int32)
        w = tl.load(weight + i * EACH, mask=here, other=0.0)
        old = tl.load(target + i, mask=here, other=0.0)
        tl.store(target + i, old + w * count.to(target.dtype.element_ty), mask=here)


@triton.jit
def _source(  # type: ignore[no-untyped-def]
    n,
    table,
    n_bins,
    wide,
    width,
    start,
    stop,
    seed,
    stream,
    log,
    capacity,
    ends,
    now,
    BLOCK: tl.constexpr,
):
    i = tl.program_id(0).to(tl.int64) * BLOCK + tl.arange(0, BLOCK)
    step = tl.load(now)
    slot = tl.load(now + 1)
    if (step >= start) & (step < stop):
        word = neuron_word(seed, stream, step, i, 16)
        edges = table + _bin(step, start, width, n_bins) * wide
        edge = tl.load(edges + tl.where(wide > 1, i, 0), mask=i < n, other=-1)
        over = (word > edge.to(tl.uint32, bitcast=True)) & (i < n)
        fired = over.to(tl.int32)
        first = tl.atomic_add(ends + slot + 1, tl.sum(fired, 0).to(tl.int64), sem="relaxed")
        place = first + tl.cumsum(fired, 0) - fired
        tl.store(log + place, i.to(tl.int32), mask=over & (place < capacity))


@triton.jit
def _listed(  # type: ignore[no-untyped-def]
    indices, starts, first, n_steps, log, capacity, ends, now, BLOCK: tl.constexpr
):
    step = tl.load(now)
    slot = tl.load(now + 1)
    k = step - first
    if (k >= 0) & (k < n_steps):
        begin = tl.load(starts + k)
        end = tl.load(starts + k + 1)
        place = tl.atomic_add(ends + slot + 1, end - begin, sem="relaxed")
        for at in range(begin, end, BLOCK):
            j = at + tl.arange(0, BLOCK)
            where = place + j - begin
            tl.store(
                log + where,
                tl.load(indices + j, mask=j < end, other=0),
                mask=(j < end) & (where < capacity),
            )


def poisson_input(
    target: Tensor,
    n: int,
    table: Tensor,
    width: int,
    active: tuple[int, int],
    weight: Tensor,
    stream: tuple[int, int],
    now: Tensor,
) -> None:
    """Add weight [n or 1] times the number of events to target; table int32 [n_bins, K, n or 1] of
    the words' bits.

    `active` are the first step and the one after the last, `stream` the seed and the number of the
    stream.
    """
    bins, edges, wide = table.shape
    each = int(len(weight) > 1)
    _input[(triton.cdiv(n, BLOCK),)](
        target,
        n,
        table,
        bins,
        edges,
        wide,
        width,
        *active,
        weight,
        *stream,
        now,
        EACH=each,
        BLOCK=BLOCK,
    )


def poisson_source(
    n: int,
    table: Tensor,
    width: int,
    active: tuple[int, int],
    stream: tuple[int, int],
    log: Tensor,
    ends: Tensor,
    now: Tensor,
) -> None:
    """Append the neurons whose word exceeds their threshold to the log; table int32 [n_bins, 1, n
    or 1].
    """
    bins, _, wide = table.shape
    _source[(triton.cdiv(n, BLOCK),)](
        n, table, bins, wide, width, *active, *stream, log, len(log), ends, now, BLOCK=BLOCK
    )


def listed_source(
    indices: Tensor, starts: Tensor, first: int, log: Tensor, ends: Tensor, now: Tensor
) -> None:
    """Append spikes known in advance; indices[starts[k]:starts[k + 1]] are those of step
    first + k.
    """
    _listed[(1,)](
        indices, starts, first, len(starts) - 1, log, len(log), ends, now, BLOCK=BLOCK
    )
