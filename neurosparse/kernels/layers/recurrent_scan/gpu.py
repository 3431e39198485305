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
from torch import Tensor

from neurosparse.kernels.layers.recurrent_scan.gpu_programs import (
    advance,
    gather,
    pair,
    retreat,
)
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
        advance[_grid(n, batch)](
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
    along = (*tape.leaving, values.contiguous(), delta)
    back = (slopes, *numbers, rule, tape.kept, tape.spikes, delta, on_v, on_i, sums)
    for t in range(steps - 1, -memory - 1, -1) if n * batch else ():
        out, row = (slopes, t) if t >= 0 else (dz, t + memory)
        gather[grid](*along, out, t, row, steps, n, batch, EDGES=EDGES, **SHAPE)
        if t >= 0:
            retreat[grid](*back, t, steps, memory, n, batch, KIND=surrogate.kind, **SHAPE)
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
        pair[(count,)](pre, *walk[2:], *rest, BLOCK=PAIRED, num_warps=WARPS)
    return out
