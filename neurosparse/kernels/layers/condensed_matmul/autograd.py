"""`condensed_matmul` for torch, with gradients: an autograd function that calls the kernels."""

from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from neurosparse.kernels.layers.csr_matmul.autograd import as_input


class _CondensedMatmul(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: Tensor, values: Tensor, bias: Tensor | None, indices: Tensor
    ) -> Tensor:
        ctx.save_for_backward(x, values, indices)
        if x.is_cuda:
            from neurosparse.kernels.layers.condensed_matmul import gpu

            return gpu.forward(indices, values, x, bias)
        from neurosparse.kernels.layers.condensed_matmul import cpu

        offset = None if bias is None else bias.detach().numpy()
        arrays = indices.numpy(), values.detach().numpy(), x.detach().numpy()
        return torch.from_numpy(cpu.forward(*arrays, offset, torch.get_num_threads()))

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        x, values, indices = ctx.saved_tensors
        grad = grad.contiguous()
        dbias = grad.sum(0) if ctx.needs_input_grad[2] else None
        if x.is_cuda:
            from neurosparse.kernels.layers.condensed_matmul import gpu

            return (*gpu.backward(indices, values, x, grad), dbias, None)
        from neurosparse.kernels.layers.condensed_matmul import cpu

        arrays = indices.numpy(), values.detach().numpy(), x.detach().numpy(), grad.numpy()
        dx, dvalues = cpu.backward(*arrays, torch.get_num_threads())
        return torch.from_numpy(dx), torch.from_numpy(dvalues), dbias, None


def condensed_matmul(
    x: Tensor, values: Tensor, bias: Tensor | None, indices: Tensor
) -> Tensor:
    """Compute `y[..., j] = bias[j] + Σ_k values[j, k] x[..., indices[j, k]]` with gradients.

    Shapes: x `[..., n_pre]`, values and int32 indices `[n_post, fan_in]`, bias `[n_post]` or None.
    The indices are trusted: whoever makes them checks them once. Uses `torch.get_num_threads()`.

    Raises:
        ValueError: x is of another dtype or device than the weights, or of one the CPU has no
            kernel for.

    >>> indices = torch.tensor([[0, 2], [1, 2]], dtype=torch.int32)
    >>> condensed_matmul(torch.tensor([[1.0, 10.0, 100.0]]), torch.ones(2, 2), None, indices)
    tensor([[101., 110.]])
    """
    x = as_input(x, values)
    if x.dtype != values.dtype or x.device != values.device:
        kind = f"{x.dtype} on {x.device}"
        expected = f"{values.dtype} on {values.device}, as the weights"
        raise ValueError(f"x: got {kind}, wants {expected}; convert it with x.to(...)")
    if not x.is_cuda and x.dtype not in (torch.float32, torch.float64):
        remedy = "convert with layer.float()"
        raise ValueError(
            f"values: got {x.dtype} on the CPU, wants float32 or float64; {remedy}"
        )
    # not -1: no size follows from a width of 0
    flat = x.reshape(x.shape[:-1].numel(), x.shape[-1]).contiguous()
    arguments = flat, values.contiguous(), bias, indices
    y: Tensor = _CondensedMatmul.apply(*arguments)  # type: ignore[no-untyped-call]
    return y.reshape(*x.shape[:-1], len(indices))
