"""The recurrent scan on a GPU (Triton): a program owns a neuron and a block of samples in a step.

No step may begin before the one before it is done everywhere, so each is a launch. No atomics:
forward a program walks the synapses that arrive at its neuron, backward those that leave it, so
every sum has one owner and one order. Arrays are feature-major, `[time, n, batch]`; spikes are
bytes.
"""

from typing import Any, NamedTuple

import numpy as np
import torch
import triton
import triton.language as tl
from torch import Tensor

from neurosparse.kernels.layers.recurrent_scan.parts import (
    Gradients,
    Neurons,
    Reset,
    State,
    Synapses,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import Surrogate

EDGES = 8  # synapses at once
BLOCK = 32  # samples of a program
PAIRED = 128  # products of spikes and slopes at once
WARPS = 1  # a lane each for the samples, four for the products
SHAPE = {"BLOCK": BLOCK, "num_warps": WARPS}


class Walk(NamedTuple):
    """Synapses sorted by the neuron that walks them: neuron k those of starts[k] .. ends[k].

    Attributes:
        starts, ends: int64 `[n]`.
        others: the neuron at the other end, int32 `[nnz]`.
        delays: in steps, int32 `[nnz]`.
        places: position among the weights, int64 `[nnz]`.
    """

    starts: Tensor
    ends: Tensor
    others: Tensor
    delays: Tensor
    places: Tensor


def _walk(owner: Any, others: Any, delays: Any, places: Any, n: int, device: Any) -> Walk:
    order = np.argsort(owner, kind="stable")
    counts = np.bincount(owner, minlength=n)
    ends = np.cumsum(counts)
    parts = ends - counts, ends, others[order], delays[order], places[order]
    return Walk(
        *(torch.from_numpy(np.ascontiguousarray(part)).to(device) for part in parts)
    )


def walks(synapses: Synapses, device: Any) -> tuple[Walk, Walk]:
    """Return the synapses as they arrive, by postsynaptic neuron, and as they leave.

    >>> from neurosparse.kernels.layers.recurrent_scan.parts import by_delay
    >>> synapses = by_delay(np.array([0, 2, 2]), np.array([0, 1], np.int32), [3, 0])
    >>> arriving, leaving = walks(synapses, "cpu")
    >>> arriving.others.tolist(), arriving.delays.tolist()
    ([0, 0], [3, 0])
    >>> leaving.others.tolist(), leaving.ends.tolist()
    ([1, 0], [2, 2])
    """
    n = synapses.n
    groups = len(synapses.delays)
    pre = [
        np.repeat(np.arange(n, dtype=np.int32), np.diff(rows)) for rows in synapses.indptr
    ]
    sources = np.concatenate([np.empty(0, np.int32), *pre])
    sizes = [len(part) for part in pre] if groups else []
    delays = np.repeat(synapses.delays, sizes).astype(np.int32)
    rest = delays, synapses.order, n, device
    return _walk(synapses.indices, sources, *rest), _walk(sources, synapses.indices, *rest)


@triton.jit(do_not_specialize=["t"])
def _advance(  # type: ignore[no-untyped-def]
    starts, ends, others, delays, places, values, x, alpha, beta, threshold, rule, v, i, kept,
    spikes, t, memory, n, batch,
    KEEP: tl.constexpr, EDGES: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Advance a neuron by a step, v and i in place.

    Its membrane goes to kept[t + 1], its spikes to spikes[memory + t].
    """
    j = tl.program_id(0).to(tl.int64)
    b = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = b < batch
    cell = j * batch + b
    step = t.to(tl.int64)
    plane = (j - j + n) * batch  # by way of an int64 0: n * batch may pass int32
    arrived = tl.zeros([EDGES, BLOCK], dtype=x.dtype.element_ty)
    last = tl.load(ends + j)
    for first in range(tl.load(starts + j), last, EDGES):
        e = first + tl.arange(0, EDGES)
        on = e < last
        w = tl.load(values + tl.load(places + e, mask=on, other=0), mask=on, other=0.0)
        source = (step - 1 - tl.load(delays + e, mask=on, other=0) + memory) * plane
        source += tl.load(others + e, mask=on, other=0).to(tl.int64) * batch
        wide = on[:, None] & inside[None, :]
        z = tl.load(spikes + source[:, None] + b[None, :], mask=wide, other=0)
        arrived += w[:, None] * z.to(x.dtype.element_ty)
    arriving = tl.sum(arrived, 0)
    last_spikes = spikes + (step - 1 + memory) * plane + cell
    z = tl.load(last_spikes, mask=inside, other=0).to(x.dtype.element_ty)
    level = tl.load(threshold + j)
    drive = tl.load(x + step * plane + cell, mask=inside, other=0.0)
    past_i = tl.load(i + cell, mask=inside, other=0.0)
    current = tl.load(alpha + j) * past_i + drive + arriving
    past_v = tl.load(v + cell, mask=inside, other=0.0)
    left = tl.load(beta + j) * past_v * (1 - tl.load(rule) * z)
    charged = left + current - tl.load(rule + 2) * level * z
    now = charged * (1 - tl.load(rule + 1) * z)
    if KEEP:
        tl.store(kept + (step + 1) * plane + cell, charged, mask=inside)
    tl.store(i + cell, current, mask=inside)
    tl.store(v + cell, now, mask=inside)
    tl.store(
        spikes + (step + memory) * plane + cell, (now > level).to(tl.int8), mask=inside
    )


@triton.jit
def _derivative(u, slope, KIND: tl.constexpr):  # type: ignore[no-untyped-def]
    """The surrogate of that kind, numbered as in `surrogates`, at u = v - threshold."""
    if KIND == 0:
        d = 1 + slope * tl.abs(u)
        out = 1 / (d * d)
    elif KIND == 1:
        d = slope * 1.5707963267948966 * u
        out = slope / 2 / (1 + d * d)
    elif KIND == 2:
        rise = 1 - slope * tl.abs(u)
        out = tl.where(rise > 0, rise, 0.0)
    elif KIND == 3:
        fall = tl.exp(-slope * tl.abs(u))
        out = slope * fall / ((1 + fall) * (1 + fall))
    else:
        out = tl.where(2 * slope * tl.abs(u) < 1, slope, 0.0)
    return out


@triton.jit
def _add(target, part, inside):  # type: ignore[no-untyped-def]
    tl.store(target, tl.load(target, mask=inside, other=0.0) + part, mask=inside)


@triton.jit(do_not_specialize=["t", "row"])
def _ask(  # type: ignore[no-untyped-def]
    starts, ends, others, delays, places, values, delta, out, t, row, steps, n, batch,
    EDGES: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Add `Σ_e w_e δ_(t+1+d)[post(e)]` of one neuron to out[row], of steps within the scan."""
    j = tl.program_id(0).to(tl.int64)
    b = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = b < batch
    plane = (j - j + n) * batch  # int64
    target = out + row * plane + j * batch + b
    arrived = tl.zeros([EDGES, BLOCK], dtype=out.dtype.element_ty)
    last = tl.load(ends + j)
    for first in range(tl.load(starts + j), last, EDGES):
        e = first + tl.arange(0, EDGES)
        place = tl.load(places + e, mask=e < last, other=0)
        w = tl.load(values + place, mask=e < last, other=0.0)
        at = t.to(tl.int64) + 1 + tl.load(delays + e, mask=e < last, other=0)
        on = (e < last) & (at >= 0) & (at < steps)
        source = at * plane + tl.load(others + e, mask=on, other=0).to(tl.int64) * batch
        wide = on[:, None] & inside[None, :]
        slope = tl.load(delta + source[:, None] + b[None, :], mask=wide, other=0.0)
        arrived += w[:, None] * slope
    _add(target, tl.sum(arrived, 0), inside)


@triton.jit(do_not_specialize=["t"])
def _retreat(  # type: ignore[no-untyped-def]
    slopes, alpha, beta, threshold, rule, kept, spikes, delta, on_v, on_i, sums, t, steps, memory,
    n, batch, KIND: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Go back a step of one neuron, slopes[t] the whole gradient of its spike.

    Gradients of its numbers are added to sums `[3, n, batch]`.
    """
    j = tl.program_id(0).to(tl.int64)
    b = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    inside = b < batch
    cell = j * batch + b
    step = t.to(tl.int64)
    plane = (j - j + n) * batch  # int64
    membrane = tl.load(rule)
    gate = tl.load(rule + 1)
    level = tl.load(rule + 2)
    slope = tl.load(rule + 3)
    share = tl.load(beta + j)
    height = tl.load(threshold + j)
    number = slopes.dtype.element_ty
    last = spikes + (step - 1 + memory) * plane + cell
    z = tl.load(last, mask=inside, other=0).to(number)
    # the membrane that the scan began with is past its gate already
    gated = b < tl.where(step > 0, batch, 0)
    sooner = tl.load(last - plane, mask=gated, other=0).to(number)
    before = tl.load(kept + step * plane + cell, mask=inside, other=0.0)
    left = before * (1 - gate * sooner) * (1 - membrane * z)
    charged = tl.load(kept + (step + 1) * plane + cell, mask=inside, other=0.0)
    on_z = tl.load(slopes + step * plane + cell, mask=inside, other=0.0)
    through = _derivative(charged * (1 - gate * z) - height, slope, KIND) * on_z
    on = (tl.load(on_v + cell, mask=inside, other=0.0) + through) * (1 - gate * z)
    mine = on + tl.load(on_i + cell, mask=inside, other=0.0)
    following = b < tl.where(step + 1 < steps, batch, 0)
    later = tl.load(delta + (step + 1) * plane + cell, mask=following, other=0.0)
    current = charged - share * left + level * height * z
    _add(sums + cell, current * later, inside)
    _add(sums + plane + cell, on * left, inside)
    _add(sums + 2 * plane + cell, -through - level * z * on, inside)
    tl.store(delta + step * plane + cell, mine, mask=inside)
    tl.store(on_v + cell, on * share * (1 - membrane * z), mask=inside)
    tl.store(on_i + cell, tl.load(alpha + j) * mine, mask=inside)


@triton.jit
def _pair(  # type: ignore[no-untyped-def]
    pre, post, delays, places, spikes, delta, out, steps, memory, n, batch,
    BLOCK: tl.constexpr,
):  # fmt: skip
    """Write out[place] = Σ_t <z_(t-1-d)[pre], δ_t[post]> of one synapse."""
    e = tl.program_id(0).to(tl.int64)
    i = tl.load(pre + e).to(tl.int64)
    j = tl.load(post + e).to(tl.int64)
    back = memory - 1 - tl.load(delays + e).to(tl.int64)
    total = tl.zeros([BLOCK], dtype=out.dtype.element_ty)
    count = (e - e + steps) * batch  # int64, as the range that it ends
    for start in range(e - e, count, BLOCK):
        at = start + tl.arange(0, BLOCK)
        t = at // batch
        b = at % batch
        inside = at < count
        z = tl.load(spikes + ((back + t) * n + i) * batch + b, mask=inside, other=0)
        z = z.to(out.dtype.element_ty)
        total += z * tl.load(delta + (t * n + j) * batch + b, mask=inside, other=0.0)
    tl.store(out + tl.load(places + e), tl.sum(total))


class Tape(NamedTuple):
    """What the way back needs.

    Attributes:
        kept: membranes `[time + 1, n, batch]`, the first those of the state.
        spikes: bytes, `[memory + time, n, batch]`.
        leaving: synapses by presynaptic neuron.
    """

    kept: Tensor
    spikes: Tensor
    leaving: Walk


def _grid(n: int, batch: int) -> tuple[int, int]:
    return n, triton.cdiv(batch, BLOCK)


def _rows(batch_major: Tensor) -> Tensor:
    """Swap the last two axes, whole."""
    return batch_major.transpose(-1, -2).contiguous()


def _rule(reset: Reset, slope: float, like: Tensor) -> Tensor:
    return torch.tensor([*reset, slope], dtype=like.dtype, device=like.device)


def forward(
    synapses: Synapses,
    values: Tensor,
    neurons: Neurons,
    reset: Reset,
    x: Tensor,
    state: State,
    *,
    keep: bool = True,
) -> tuple[Tensor, Tape, State]:
    """Return spikes `[time, batch, n]`, the tape (membranes only if `keep`) and the last state."""
    steps, batch, n = x.shape
    memory = synapses.memory
    arriving, leaving = walks(synapses, x.device)
    drive = _rows(x)
    v = _rows(state.v).clone()
    i = _rows(state.i).clone()
    kept = x.new_empty((steps + 1 if keep else 0, n, batch))
    kept[:1] = v
    spikes = torch.zeros((memory + steps, n, batch), dtype=torch.int8, device=x.device)
    spikes[:memory] = _rows(state.z) > 0
    rule = _rule(reset, 1.0, x)
    numbers = (part.contiguous() for part in neurons)
    rest = (*arriving, values.contiguous(), drive, *numbers, rule, v, i, kept, spikes)
    for t in range(steps if n * batch else 0):
        _advance[_grid(n, batch)](
            *rest, t, memory, n, batch, KEEP=keep, EDGES=EDGES, **SHAPE
        )
    out = _rows(spikes).to(x.dtype)
    return out[memory:], Tape(kept, spikes, leaving), State(_rows(v), _rows(i), out[steps:])


def backward(
    values: Tensor,
    neurons: Neurons,
    reset: Reset,
    surrogate: Surrogate,
    tape: Tape,
    first_i: Tensor,
    grad: tuple[Tensor, State],
) -> Gradients:
    """Give gradients from those of the spikes `[time, batch, n]` and of the last v and i.

    first_i is i of the first state. The slot of the readout is None: torch multiplies by it outside
    of the scan.
    """
    steps, batch, n = grad[0].shape
    memory = len(tape.spikes) - steps
    slopes = _rows(grad[0]).clone()
    on_v = _rows(grad[1].v).clone()
    on_i = _rows(grad[1].i).clone()
    delta = torch.zeros_like(slopes)
    dz = slopes.new_zeros((memory, n, batch))
    sums = slopes.new_zeros((3, n, batch))
    grid = _grid(n, batch)
    numbers = [part.contiguous() for part in neurons]
    rule = _rule(reset, surrogate.slope, slopes)
    ask = (*tape.leaving, values.contiguous(), delta)
    back = (slopes, *numbers, rule, tape.kept, tape.spikes, delta, on_v, on_i, sums)
    for t in range(steps - 1, -memory - 1, -1) if n * batch else ():
        out, row = (slopes, t) if t >= 0 else (dz, t + memory)
        _ask[grid](*ask, out, t, row, steps, n, batch, EDGES=EDGES, **SHAPE)
        if t >= 0:
            _retreat[grid](*back, t, steps, memory, n, batch, KIND=surrogate.kind, **SHAPE)
    d_alpha, d_beta, d_threshold = sums.sum(2)
    if steps:
        d_alpha = d_alpha + (_rows(first_i) * delta[0]).sum(1)
    cells = Neurons(d_alpha, d_beta, d_threshold)
    first = State(_rows(on_v), _rows(on_i), _rows(dz))
    return Gradients(_rows(delta), _weights(tape, delta, len(values)), cells, first)


def _weights(tape: Tape, delta: Tensor, count: int) -> Tensor:
    """Gradient of each weight, a program a synapse."""
    steps, n, batch = delta.shape
    out = delta.new_zeros(count)
    walk = tape.leaving
    if count and steps and batch:
        neurons = torch.arange(n, device=out.device)
        pre = torch.repeat_interleave(neurons, walk.ends - walk.starts, output_size=count)
        rest = tape.spikes, delta, out, steps, len(tape.spikes) - steps, n, batch
        _pair[(count,)](pre, *walk[2:], *rest, BLOCK=PAIRED, num_warps=WARPS)
    return out
