"""The autograd face of the streamed scan: input layer, population and readout in one pass."""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from neurosparse.kernels.layers.recurrent_scan import check, streamed
from neurosparse.kernels.layers.recurrent_scan.autograd import _numpy, resting
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
    def forward(ctx: Any, rules: _Rules, readout: Tensor | None, *parts: Any) -> tuple[Tensor, ...]:
        """Run from parts = (u, weight, offset, values, alpha, beta, threshold, v, i, z)."""
        u, weight, offset, values, alpha, beta, threshold, *state = parts
        neurons = Neurons(*map(_numpy, (alpha, beta, threshold)))
        given = (
            rules.synapses,
            _numpy(values),
            neurons,
            rules.reset,
            _numpy(u),
            State(*map(_numpy, state)),
        )
        matrix = None if readout is None else _numpy(readout)
        threads = torch.get_num_threads()
        more: Any = {"keep": any(ctx.needs_input_grad), "threads": threads, "readout": matrix}
        out, ctx.marks, last = streamed.forward(*given, _inlet(weight, offset), **more)
        ctx.save_for_backward(u, weight, offset, values, alpha, beta, threshold, readout)
        ctx.rules = rules
        found = tuple(map(torch.from_numpy, (out, *last)))
        ctx.mark_non_differentiable(found[3])
        return found

    @staticmethod
    @once_differentiable
    def backward(
        ctx: Any, on_out: Tensor, on_v: Tensor, on_i: Tensor, _: Tensor
    ) -> tuple[Tensor | None, ...]:
        u, weight, offset, values, alpha, beta, threshold, readout = ctx.saved_tensors
        rules = ctx.rules
        neurons = Neurons(*map(_numpy, (alpha, beta, threshold)))
        wants = ctx.needs_input_grad[2], ctx.needs_input_grad[6]
        given = rules.synapses, _numpy(values), neurons, rules.reset, rules.surrogate, _numpy(u)
        grad = _numpy(on_out), State(_numpy(on_v), _numpy(on_i), None)
        more: Any = {"wants": wants, "threads": torch.get_num_threads()}
        more["readout"] = None if readout is None else _numpy(readout)
        scan, on_weight, on_offset = streamed.backward(
            *given, _inlet(weight, offset), ctx.marks, grad, **more
        )
        ours = scan.x if wants[0] else None, on_weight.T, None if offset is None else on_offset
        parts = scan.readout, *ours, scan.values, *scan.neurons, *scan.state
        return None, *(
            None if part is None else torch.from_numpy(np.ascontiguousarray(part)) for part in parts
        )


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
    """Run `recurrent_scan` on the currents u W' + c of inputs `u [time, batch, n_in]`, never
    holding all of them.

    For the way back 2 √time floats and one bit a neuron are held, and a second run forward is made;
    the gradient of the currents goes straight into that of the layer. rules = (reset, surrogate).
    On a CPU; the last `z` carries no gradient.

    Raises:
        ValueError: u, the layer, the weights or the state do not fit each other, or are not on the
            CPU.

    >>> from neurosparse.kernels.layers.recurrent_scan.parts import by_delay
    >>> pair = by_delay(np.array([0, 1, 1]), np.array([1], np.int32))
    >>> cells = Neurons(torch.zeros(2), torch.full((2,), 0.5), torch.ones(2))
    >>> layer = InputLayer(torch.tensor([[2.0], [0.0]], requires_grad=True))
    >>> out, _ = streamed_scan(torch.tensor([[[1.0]], [[0.0]]]), layer, torch.tensor([1.5]), cells, pair)
    >>> out.sum().backward(); out[:, 0].tolist(), layer.weight.grad.shape
    ([[1.0, 0.0], [0.0, 1.0]], torch.Size([2, 1]))
    """
    n_in = layer.weight.shape[1]
    if u.dim() != 3 or u.shape[2] != n_in or len(layer.weight) != synapses.n:
        found = f"{list(u.shape)} and {list(layer.weight.shape)}"
        wants = f"[time, batch, n_in] and [{synapses.n}, n_in]"
        raise ValueError(
            f"u, layer.weight: got shapes {found}, wants {wants}; one sample is u[:, None]"
        )
    if {u.dtype, layer.weight.dtype} != {values.dtype} or {
        part.device.type for part in (u, values)
    } != {"cpu"}:
        found = f"{u.dtype} on {u.device}"
        wants = f"{values.dtype} on the CPU, as the weights"
        raise ValueError(f"u: got {found}, wants {wants}; convert it with u.to(...)")
    begin = (
        resting(synapses, u.new_empty((1, 1, 1)).expand(1, u.shape[1], synapses.n))
        if state is None
        else state
    )
    check.tensors(u, values, neurons, synapses, begin, readout)
    parts = u, *layer, values, *neurons, *begin
    out, v, i, z = _Streamed.apply(_Rules(synapses, *rules), readout, *parts)  # type: ignore[no-untyped-call]
    return out, State(v, i, z)
