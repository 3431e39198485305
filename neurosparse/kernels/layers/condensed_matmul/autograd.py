"""`condensed_matmul` for torch, with gradients: an autograd function that calls the kernels."""

from typing import Any

import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import one_by_one, total
from neurosparse.kernels.layers.csr_matmul.autograd import as_input


class _CondensedMatmul(torch.autograd.Function):
    """y = x W + bias."""

    @staticmethod
    def forward(x: Tensor, values: Tensor, bias: Tensor | None, indices: Tensor) -> Tensor:
        if x.is_cuda:
            from neurosparse.kernels.layers.condensed_matmul import gpu

            return gpu.forward(indices, values, x, bias)
        from neurosparse.kernels.layers.condensed_matmul import cpu

        offset = None if bias is None else bias.detach().numpy()
        arrays = indices.numpy(), values.detach().numpy(), x.detach().numpy()
        return torch.from_numpy(cpu.forward(*arrays, offset, torch.get_num_threads()))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        x, values, _, indices = inputs
        ctx.save_for_backward(x, values, indices)
        ctx.save_for_forward(x, values, indices)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        x, values, indices = ctx.saved_tensors
        grad = grad.contiguous()
        dbias = grad.sum(0) if ctx.needs_input_grad[2] else None
        # with create_graph=True these slopes have slopes
        again = torch.is_grad_enabled()
        slopes: Any = _CondensedSlopes.apply if again else _CondensedSlopes.forward
        dx, dvalues = slopes(x, values, grad, indices)
        return dx, dvalues, dbias, None

    @staticmethod
    def jvp(
        ctx: Any, dx: Tensor | None, dvalues: Tensor | None, dbias: Tensor | None, *_: Any
    ) -> Tensor | None:
        x, values, indices = ctx.saved_tensors
        apply: Any = _CondensedMatmul.apply
        of_x = None if dx is None else apply(dx.contiguous(), values, None, indices)
        of_values = None
        if dvalues is not None:
            of_values = apply(x, dvalues.contiguous(), None, indices)
        offset = None if dbias is None else dbias.expand(len(x), -1)
        return total(of_x, of_values, offset)

    @staticmethod
    def vmap(info: Any, in_dims: Any, x: Tensor, *rest: Any) -> tuple[Tensor, int]:
        apply: Any = _CondensedMatmul.apply
        if any(dim is not None for dim in in_dims[1:]):
            stacked: tuple[Tensor, int] = one_by_one(apply, info, in_dims, (x, *rest))
            return stacked
        # more samples of the same matrix
        samples = x.movedim(in_dims[0], 0)
        y = apply(samples.flatten(0, 1).contiguous(), *rest)
        return y.reshape(*samples.shape[:2], y.shape[1]), 0


class _CondensedSlopes(torch.autograd.Function):
    """The slopes of y = x W to x and to the values of W, which have slopes again.

    Both are linear in x, W and the incoming slope, so their slopes are products of the same kinds.
    """

    @staticmethod
    def forward(
        x: Tensor, values: Tensor, grad: Tensor, indices: Tensor
    ) -> tuple[Tensor, Tensor]:
        if x.is_cuda:
            from neurosparse.kernels.layers.condensed_matmul import gpu

            return gpu.backward(indices, values, x, grad)
        from neurosparse.kernels.layers.condensed_matmul import cpu

        weights, samples, slopes = (part.detach().numpy() for part in (values, x, grad))
        dx, dvalues = cpu.backward(
            indices.numpy(), weights, samples, slopes, torch.get_num_threads()
        )
        return torch.from_numpy(dx), torch.from_numpy(dvalues)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx: Any, on_x: Tensor, on_values: Tensor) -> tuple[Tensor | None, ...]:
        x, values, grad, indices = ctx.saved_tensors
        h = on_x.contiguous()
        u = on_values.contiguous()
        slopes: Any = _CondensedSlopes.apply
        product: Any = _CondensedMatmul.apply
        on_grad = product(h, values, None, indices) + product(x, u, None, indices)
        return (*slopes(h, u, grad, indices), on_grad, None)

    @staticmethod
    def jvp(
        ctx: Any, tx: Tensor | None, tvalues: Tensor | None, tgrad: Tensor | None, *_: Any
    ) -> tuple[Tensor, Tensor]:
        x, values, grad, indices = ctx.saved_tensors
        slopes: Any = _CondensedSlopes.apply
        tx = torch.zeros_like(x) if tx is None else tx.contiguous()
        tvalues = torch.zeros_like(values) if tvalues is None else tvalues.contiguous()
        tgrad = torch.zeros_like(grad) if tgrad is None else tgrad.contiguous()
        dx, dvalues = slopes(tx, tvalues, grad, indices)
        dx_of_grad, dvalues_of_grad = slopes(x, values, tgrad, indices)
        return dx + dx_of_grad, dvalues + dvalues_of_grad

    @staticmethod
    def vmap(info: Any, in_dims: Any, *arguments: Any) -> Any:
        return one_by_one(_CondensedSlopes.apply, info, in_dims, arguments)


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
