"""The streamed scan for torch: input layer, population and readout in one autograd function.

The scan from input currents alone is in `autograd.py`.
"""

from typing import Any, NamedTuple

import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import once, refuse_fake
from neurosparse.kernels.layers.recurrent_scan import check, streamed
from neurosparse.kernels.layers.recurrent_scan.autograd import _numpy, _tensor, resting
from neurosparse.kernels.layers.recurrent_scan.parts import (
    SUBTRACT,
    Neurons,
    Reset,
    State,
    Synapses,
)
from neurosparse.kernels.layers.recurrent_scan.surrogates import USUAL, Surrogate


class InputLayer(NamedTuple):
    """An input layer as `torch.nn.Linear` has it: weight `[n, n_in]`, offset `[n]` or None."""

    weight: Tensor
    offset: Tensor | None = None


class _Rules(NamedTuple):
    synapses: Synapses
    reset: Reset
    surrogate: Surrogate


def _product(a: Any, b: Any) -> Any:
    # autocast would give bfloat16, which NumPy has not
    with torch.autocast("cpu", enabled=False):
        return torch.mm(torch.from_numpy(a), torch.from_numpy(b)).numpy()


def _inlet(weight: Tensor, offset: Tensor | None) -> streamed.Inlet:
    shift = weight.new_zeros(len(weight)) if offset is None else offset
    return streamed.Inlet(_numpy(weight).T, _numpy(shift), _product)


class _Streamed(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, rules: _Rules, readout: Tensor | None, *parts: Any
    ) -> tuple[Tensor, ...]:
        """Run from parts = (u, weight, offset, values, alpha, beta, threshold, v, i, z)."""
        u, weight, offset, values, alpha, beta, threshold, *state = parts
        neurons = Neurons(*map(_numpy, (alpha, beta, threshold)))
        law = rules.synapses, _numpy(values), neurons, rules.reset
        begin = State(*map(_numpy, state))
        matrix = None if readout is None else _numpy(readout)
        threads = torch.get_num_threads()
        more: Any = {
            "keep": any(ctx.needs_input_grad),
            "threads": threads,
            "readout": matrix,
        }
        inlet = _inlet(weight, offset)
        out, ctx.marks, last = streamed.forward(*law, _numpy(u), begin, inlet, **more)
        ctx.save_for_backward(u, weight, offset, values, alpha, beta, threshold, readout)
        ctx.rules = rules
        tensors = tuple(map(torch.from_numpy, (out, *last)))
        ctx.mark_non_differentiable(tensors[3])
        return tensors

    @staticmethod
    @once("streamed_scan")
    def backward(
        ctx: Any, on_out: Tensor, on_v: Tensor, on_i: Tensor, _: Tensor
    ) -> tuple[Tensor | None, ...]:
        u, weight, offset, values, alpha, beta, threshold, readout = ctx.saved_tensors
        rules = ctx.rules
        neurons = Neurons(*map(_numpy, (alpha, beta, threshold)))
        needs = ctx.needs_input_grad[2], ctx.needs_input_grad[6]
        law = rules.synapses, _numpy(values), neurons, rules.reset, rules.surrogate
        grad = _numpy(on_out), State(_numpy(on_v), _numpy(on_i), None)
        more: Any = {"needs": needs, "threads": torch.get_num_threads()}
        more["readout"] = None if readout is None else _numpy(readout)
        inlet = _inlet(weight, offset)
        back = streamed.backward(*law, _numpy(u), inlet, ctx.marks, grad, **more)
        scan = back.scan
        on_u = scan.x if needs[0] else None
        on_offset = None if offset is None else back.offset
        on_layer = back.weight.T, on_offset
        parts = scan.readout, on_u, *on_layer, scan.values, *scan.neurons, *scan.state
        return None, *map(_tensor, parts)


def streamed_scan(
    u: Tensor,
    layer: InputLayer,
    values: Tensor,
    neurons: Neurons,
    synapses: Synapses,
    state: State | None = None,
    *,
    readout: Tensor | None = None,
    rules: tuple[Reset, Surrogate] = (SUBTRACT, USUAL),
) -> tuple[Tensor, State]:
    """Run `recurrent_scan` on the currents u W' + c of inputs u, never holding all of them.

    u is `[time, batch, n_in]`. For the way back 2 √time floats and one bit a neuron are held, and a
    second run forward is made; the gradient of the currents goes straight into that of the layer.
    rules = (reset, surrogate). On a CPU; the last `z` carries no gradient.

    Raises:
        ValueError: u, the layer, the weights or the state do not fit each other, or are not on the
            CPU.

    >>> import numpy as np
    >>> from neurosparse.kernels.layers.recurrent_scan.parts import by_delay
    >>> pair = by_delay(np.array([0, 1, 1]), np.array([1], np.int32))
    >>> cells = Neurons(torch.zeros(2), torch.full((2,), 0.5), torch.ones(2))
    >>> layer = InputLayer(torch.tensor([[2.0], [0.0]], requires_grad=True))
    >>> u = torch.tensor([[[1.0]], [[0.0]]])
    >>> out, _ = streamed_scan(u, layer, torch.tensor([1.5]), cells, pair)
    >>> out.sum().backward(); out[:, 0].tolist(), layer.weight.grad.shape
    ([[1.0, 0.0], [0.0, 1.0]], torch.Size([2, 1]))
    """
    refuse_fake("streamed_scan", u)
    n_in = layer.weight.shape[1]
    if u.dim() != 3 or u.shape[2] != n_in or len(layer.weight) != synapses.n:
        shapes = f"{list(u.shape)} and {list(layer.weight.shape)}"
        expected = f"[time, batch, n_in] and [{synapses.n}, n_in]; one sample is u[:, None]"
        raise ValueError(f"u, layer.weight: got shapes {shapes}, wants {expected}")
    on_cpu = u.device.type == values.device.type == "cpu"
    if not on_cpu or {u.dtype, layer.weight.dtype} != {values.dtype}:
        kind = f"{u.dtype} on {u.device}"
        expected = f"{values.dtype} on the CPU, as the weights"
        raise ValueError(f"u: got {kind}, wants {expected}; convert it with u.to(...)")
    if state is None:
        state = resting(synapses, u.new_empty((1, 1, 1)).expand(1, u.shape[1], synapses.n))
    check.tensors(u, values, neurons, synapses, state, readout)
    rule = _Rules(synapses, *rules)
    parts = u, *layer, values, *neurons, *state
    out, v, i, z = _Streamed.apply(rule, readout, *parts)  # type: ignore[no-untyped-call]
    return out, State(v, i, z)
