"""The autograd face of `recurrent_scan`."""

from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from neurosparse.kernels.recurrent_scan import cpu
from neurosparse.kernels.recurrent_scan.parts import SUBTRACT, Neurons, Reset, State, Synapses
from neurosparse.kernels.recurrent_scan.surrogates import USUAL, Surrogate


def _numpy(tensor: Tensor) -> Any:
    return tensor.detach().contiguous().numpy()


class _Scan(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        x: Tensor,
        values: Tensor,
        alpha: Tensor,
        beta: Tensor,
        threshold: Tensor,
        v: Tensor,
        i: Tensor,
        z: Tensor,
        rules: tuple[Synapses, Reset, Surrogate, bool],
    ) -> tuple[Tensor, Tensor, Tensor]:
        synapses, reset, _, checkpoint = rules
        keep = ("marks" if checkpoint else "all") if any(ctx.needs_input_grad) else "none"
        ctx.save_for_backward(values, alpha, beta, threshold, x if checkpoint else x.new_empty(0))
        ctx.rules, ctx.like = rules, (x.shape, _numpy(x.new_empty(0)).dtype)
        neurons, state = Neurons(*map(_numpy, (alpha, beta, threshold))), State(*map(_numpy, (v, i, z)))
        arguments = synapses, _numpy(values), neurons, reset, _numpy(x), state
        spikes, ctx.tape, last = cpu.forward(*arguments, keep=keep, threads=torch.get_num_threads())
        return torch.from_numpy(spikes), torch.from_numpy(last.v), torch.from_numpy(last.i)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, on_spikes: Tensor, on_v: Tensor, on_i: Tensor) -> tuple[Tensor | None, ...]:
        values, alpha, beta, threshold, x = ctx.saved_tensors
        (synapses, reset, surrogate, checkpoint), (shape, dtype) = ctx.rules, ctx.like
        drive = _numpy(x) if checkpoint else np.broadcast_to(np.zeros((), dtype), shape)
        wants = ctx.needs_input_grad[0], ctx.needs_input_grad[2]
        last = State(_numpy(on_v), _numpy(on_i), None)
        found = cpu.backward(
            synapses,
            _numpy(values),
            Neurons(*map(_numpy, (alpha, beta, threshold))),
            reset,
            surrogate,
            drive,
            ctx.tape,
            (_numpy(on_spikes), last),
            wants=wants,
            threads=torch.get_num_threads(),
        )
        parts = (found.x if wants[0] else None, found.values, *found.neurons, *found.state)
        return (*(None if part is None else torch.from_numpy(np.ascontiguousarray(part)) for part in parts), None)


def resting(synapses: Synapses, x: Tensor) -> State:
    """Give the state in which nothing has happened yet, for inputs like x `[time, batch, n]`."""
    shape = x.shape[1:]
    return State(x.new_zeros(shape), x.new_zeros(shape), x.new_zeros((synapses.memory, *shape)))


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
) -> tuple[Tensor, State]:
    """Run a population over `x [time, batch, n]`: spikes `[time, batch, n]` and the state to go on from.

    Everything that is a tensor gets its gradient: x, values `[nnz]`, the three of `neurons` `[n]`, the state.
    Memory on the way back is one float and one bit a neuron and step; with `checkpoint` 2 √time floats a neuron, for
    a second run forward. Uses `torch.get_num_threads()`.

    Raises:
        ValueError: x is not [time, batch, n] of the dtype of the weights, or the state is of another population.

    >>> from neurosparse.kernels.recurrent_scan import by_delay
    >>> pair = by_delay(np.array([0, 1, 1]), np.array([1], np.int32))
    >>> values = torch.tensor([1.0], requires_grad=True)
    >>> cells = Neurons(torch.zeros(2), torch.full((2,), 0.5), torch.ones(2))
    >>> x = torch.zeros(2, 1, 2); x[0, 0, 0] = 2.0
    >>> spikes, state = recurrent_scan(x, values, cells, pair)
    >>> spikes.sum().backward(); values.grad
    tensor([1.])
    """
    if x.dim() != 3 or x.shape[2] != synapses.n:
        remedy = "one sample is x[:, None]"
        raise ValueError(f"x: got shape {list(x.shape)}, wants [time, batch, {synapses.n}]; {remedy}")
    if x.dtype != values.dtype or x.device != values.device:
        found, wants = f"{x.dtype} on {x.device}", f"{values.dtype} on {values.device}, as the weights"
        raise ValueError(f"x: got {found}, wants {wants}; convert it with x.to(...)")
    state = resting(synapses, x) if state is None else state
    wanted = (synapses.memory, *x.shape[1:])
    if state.z.shape != wanted or state.v.shape != x.shape[1:] or state.i.shape != x.shape[1:]:
        found = f"spikes of shape {list(state.z.shape)}"
        raise ValueError(f"state: got {found}, wants {list(wanted)}: [longest delay + 1, batch, n]")
    rules = synapses, reset, surrogate, checkpoint
    arguments = x, values, *neurons, *state, rules
    spikes, v, i = _Scan.apply(*arguments)  # type: ignore[no-untyped-call]
    past = spikes[-synapses.memory :] if len(x) >= synapses.memory else torch.cat([state.z, spikes])[-synapses.memory :]
    return spikes, State(v, i, past)
