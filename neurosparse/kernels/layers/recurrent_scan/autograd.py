"""`recurrent_scan` for torch, from input currents: autograd functions for CPU and GPU.

The scan that takes in an input layer as well is in `autograd_streamed.py`.
"""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import once, refuse_fake
from neurosparse.kernels.layers.csr_matmul.autograd import as_input
from neurosparse.kernels.layers.recurrent_scan import check, cpu
from neurosparse.kernels.layers.recurrent_scan.parts import (
    SUBTRACT,
    Neurons,
    Reset,
    State,
    Synapses,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import USUAL, Surrogate


def _numpy(tensor: Tensor) -> Any:
    return tensor.detach().contiguous().numpy()


def _tensor(array: Any) -> Tensor | None:
    return None if array is None else torch.from_numpy(np.ascontiguousarray(array))


class _Rules(NamedTuple):
    """What a scan is given besides tensors."""

    synapses: Synapses
    reset: Reset
    surrogate: Surrogate
    checkpoint: bool


class _Scan(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, rules: _Rules, readout: Tensor | None, *parts: Tensor
    ) -> tuple[Tensor, ...]:
        """Run from parts = (x, values, alpha, beta, threshold, v, i, z)."""
        x, values, alpha, beta, threshold, *state = parts
        keep = "none"
        if any(ctx.needs_input_grad):
            keep = "marks" if rules.checkpoint else "all"
        matrix = None if readout is None else _numpy(readout)
        spikes, ctx.tape, last = cpu.forward(
            rules.synapses,
            _numpy(values),
            Neurons(*map(_numpy, (alpha, beta, threshold))),
            rules.reset,
            _numpy(x),
            State(*map(_numpy, state)),
            keep=keep,
            threads=torch.get_num_threads(),
            readout=matrix,
        )
        inputs = x if rules.checkpoint else None
        ctx.save_for_backward(values, alpha, beta, threshold, readout, inputs)
        ctx.rules = rules
        ctx.like = (x.shape, spikes.dtype)
        tensors = tuple(map(torch.from_numpy, (spikes, *last)))
        ctx.mark_non_differentiable(tensors[3])
        return tensors

    @staticmethod
    @once("recurrent_scan")
    def backward(
        ctx: Any, on_spikes: Tensor, on_v: Tensor, on_i: Tensor, _: Tensor
    ) -> tuple[Tensor | None, ...]:
        values, alpha, beta, threshold, readout, x = ctx.saved_tensors
        shape, dtype = ctx.like
        needs = ctx.needs_input_grad[2], ctx.needs_input_grad[4]
        back = cpu.backward(
            ctx.rules.synapses,
            _numpy(values),
            Neurons(*map(_numpy, (alpha, beta, threshold))),
            ctx.rules.reset,
            ctx.rules.surrogate,
            np.broadcast_to(np.zeros((), dtype), shape) if x is None else _numpy(x),
            ctx.tape,
            (_numpy(on_spikes), State(_numpy(on_v), _numpy(on_i), None)),
            needs=needs,
            threads=torch.get_num_threads(),
            readout=None if readout is None else _numpy(readout),
        )
        on_x = back.x if needs[0] else None
        parts = back.readout, on_x, back.values, *back.neurons, *back.state
        return None, *map(_tensor, parts)


class _DeviceScan(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, rules: _Rules, *parts: Tensor) -> tuple[Tensor, ...]:
        """Run from parts = (x, values, alpha, beta, threshold, v, i, z)."""
        from neurosparse.kernels.layers.recurrent_scan import gpu

        x, values, alpha, beta, threshold, *state = parts
        neurons = Neurons(alpha, beta, threshold)
        keep = any(ctx.needs_input_grad)
        spikes, ctx.tape, last = gpu.forward(
            rules.synapses, values, neurons, rules.reset, x, State(*state), keep=keep
        )
        ctx.save_for_backward(values, *neurons, state[1])
        ctx.rules = rules
        ctx.mark_non_differentiable(last.z)
        return spikes, *last

    @staticmethod
    @once("recurrent_scan")
    def backward(
        ctx: Any, on_spikes: Tensor, on_v: Tensor, on_i: Tensor, _: Tensor
    ) -> tuple[Tensor | None, ...]:
        from neurosparse.kernels.layers.recurrent_scan import gpu

        values, alpha, beta, threshold, i = ctx.saved_tensors
        rules = ctx.rules
        grad = (on_spikes, State(on_v, on_i, None))
        neurons = Neurons(alpha, beta, threshold)
        back = gpu.backward(
            values, neurons, rules.reset, rules.surrogate, ctx.tape, i, grad
        )
        return None, back.x, back.values, *back.neurons, *back.state


def device_scan(
    x: Tensor,
    values: Tensor,
    neurons: Neurons,
    synapses: Synapses,
    state: State,
    *,
    reset: Reset = SUBTRACT,
    surrogate: Surrogate = USUAL,
    readout: Tensor | None = None,
) -> tuple[Tensor, State]:
    """Do what `recurrent_scan` does for tensors of a GPU; nothing is checked.

    Kept for the way back are one float and one byte a neuron and step; a readout is a product with
    the spikes.
    """
    rules = _Rules(synapses, reset, surrogate, False)
    parts = x, values, *neurons, *state
    out, v, i, z = _DeviceScan.apply(rules, *parts)  # type: ignore[no-untyped-call]
    return out if readout is None else out @ readout, State(v, i, z)


def resting(synapses: Synapses, x: Tensor) -> State:
    """Give the state in which nothing has happened yet, for inputs like x `[time, batch, n]`."""
    shape = x.shape[1:]
    return State(
        x.new_zeros(shape), x.new_zeros(shape), x.new_zeros((synapses.memory, *shape))
    )


def recurrent_scan(
    x: Tensor,
    values: Tensor,
    neurons: Neurons,
    synapses: Synapses,
    state: State | None = None,
    *,
    reset: Reset = SUBTRACT,
    surrogate: Surrogate = USUAL,
    checkpoint: bool = False,
    readout: Tensor | None = None,
) -> tuple[Tensor, State]:
    """Run a population over `x [time, batch, n]`: its spikes, shaped as x, and the last state.

    With `readout [n, n_out]`, what it says, Σ_j z_j R[j] `[time, batch, n_out]`, comes in place of
    the spikes, which are then never written out: a loss on outputs needs no float for each. The
    state's `z` has no gradient then.

    Everything that is a tensor gets its gradient: x, values `[nnz]`, the three of `neurons` `[n]`,
    the state. Memory on the way back is one float and one bit a neuron and step; with `checkpoint`
    2 √time floats a neuron, for a second run forward. Uses `torch.get_num_threads()`. On a CUDA
    device one kernel a step runs, `checkpoint` keeps no less, and a readout is a product with the
    spikes.

    Raises:
        TypeError: x is no tensor.
        ValueError: x is not [time, batch, n] of the dtype of the weights, or weights, neurons,
            readout or state have another shape, dtype or device than it and the synapses ask for.

    >>> from neurosparse.kernels.layers.recurrent_scan.parts import by_delay
    >>> pair = by_delay(np.array([0, 1, 1]), np.array([1], np.int32))
    >>> values = torch.tensor([1.0], requires_grad=True)
    >>> cells = Neurons(torch.zeros(2), torch.full((2,), 0.5), torch.ones(2))
    >>> x = torch.zeros(2, 1, 2); x[0, 0, 0] = 2.0
    >>> spikes, state = recurrent_scan(x, values, cells, pair)
    >>> spikes.sum().backward(); values.grad
    tensor([1.])
    """
    x = as_input(x, values)
    refuse_fake("recurrent_scan", x)
    if x.dim() != 3 or x.shape[2] != synapses.n:
        expected = f"[time, batch, {synapses.n}]; one sample is x[:, None]"
        raise ValueError(f"x: got shape {list(x.shape)}, wants {expected}")
    if x.dtype != values.dtype or x.device != values.device:
        kind = f"{x.dtype} on {x.device}"
        expected = f"{values.dtype} on {values.device}, as the weights"
        raise ValueError(f"x: got {kind}, wants {expected}; convert it with x.to(...)")
    if x.device.type not in ("cpu", "cuda"):
        expected = "one on the CPU or a CUDA device; move it there"
        raise ValueError(f"x: got a tensor on {x.device}, wants {expected}")
    if not x.is_cuda and x.dtype not in (torch.float32, torch.float64):
        expected = "float32 or float64 on the CPU; take .float() of the model and of x"
        raise ValueError(f"x: got {x.dtype}, wants {expected}")
    state = resting(synapses, x) if state is None else state
    check.tensors(x, values, neurons, synapses, state, readout)
    if x.is_cuda:
        options: Any = {"reset": reset, "surrogate": surrogate, "readout": readout}
        out, last = device_scan(x, values, neurons, synapses, state, **options)
        v, i, z = last
    else:
        rules = _Rules(synapses, reset, surrogate, checkpoint)
        parts = (x, values, *neurons, *state)
        out, v, i, z = _Scan.apply(rules, readout, *parts)  # type: ignore[no-untyped-call]
    if readout is None:
        memory = synapses.memory
        z = out[-memory:] if len(x) >= memory else torch.cat([state.z, out])[-memory:]
    return out, State(v, i, z)
