"""`csr_matmul` for torch, with gradients: an autograd function that calls the kernels."""

from typing import Any

import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import one_by_one, total


def _cpu(indptr: Tensor, indices: Tensor) -> tuple[Any, Any]:
    return indptr.numpy(), indices.numpy()


class _CsrMatmul(torch.autograd.Function):
    """y = x W + bias."""

    @staticmethod
    def forward(
        x: Tensor,
        values: Tensor,
        bias: Tensor | None,
        indptr: Tensor,
        indices: Tensor,
        n_post: int,
    ) -> Tensor:
        if x.is_cuda:
            from neurosparse.kernels.layers.csr_matmul import gpu

            return gpu.forward(indptr, indices, values, x, n_post, bias)
        from neurosparse.kernels.layers.csr_matmul import cpu

        offset = None if bias is None else bias.detach().numpy()
        rows = _cpu(indptr, indices)
        threads = torch.get_num_threads()
        return torch.from_numpy(
            cpu.forward(
                *rows, values.detach().numpy(), x.detach().numpy(), n_post, offset, threads
            )
        )

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        x, values, _, indptr, indices, ctx.n_post = inputs
        ctx.save_for_backward(x, values, indptr, indices)
        ctx.save_for_forward(x, values, indptr, indices)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        x, values, indptr, indices = ctx.saved_tensors
        needs_x, needs_values, needs_bias, *_ = ctx.needs_input_grad
        grad = grad.contiguous()
        dbias = grad.sum(0) if needs_bias else None
        nothing = None, None, None
        if torch.is_grad_enabled():
            slopes_of: Any = _CsrSlopes.apply
            return (*slopes_of(x, values, grad, indptr, indices, ctx.n_post), dbias, *nothing)
        if x.is_cuda:
            from neurosparse.kernels.layers.csr_matmul import gpu

            return (*gpu.backward(indptr, indices, values, x, grad), dbias, *nothing)
        from neurosparse.kernels.layers.csr_matmul import cpu

        rows = _cpu(indptr, indices)
        threads = torch.get_num_threads()
        samples = x.detach().numpy()
        slopes = grad.numpy()
        if not needs_x:
            dvalues = cpu.outer(*rows, samples, slopes, threads) if needs_values else None
            slopes_of_values = None if dvalues is None else torch.from_numpy(dvalues)
            return None, slopes_of_values, dbias, *nothing
        dx, dvalues = cpu.backward(*rows, values.detach().numpy(), samples, slopes, threads)
        return torch.from_numpy(dx), torch.from_numpy(dvalues), dbias, *nothing

    @staticmethod
    def jvp(
        ctx: Any, dx: Tensor | None, dvalues: Tensor | None, dbias: Tensor | None, *_: Any
    ) -> Tensor | None:
        x, values, *rest = ctx.saved_tensors
        apply: Any = _CsrMatmul.apply
        of_x = None if dx is None else apply(dx.contiguous(), values, None, *rest, ctx.n_post)
        of_values = None
        if dvalues is not None:
            of_values = apply(x, dvalues.contiguous(), None, *rest, ctx.n_post)
        offset = None if dbias is None else dbias.expand(len(x), -1)
        return total(of_x, of_values, offset)

    @staticmethod
    def vmap(info: Any, in_dims: Any, x: Tensor, *rest: Any) -> tuple[Tensor, int]:
        apply: Any = _CsrMatmul.apply
        if any(dim is not None for dim in in_dims[1:]):
            stacked: tuple[Tensor, int] = one_by_one(apply, info, in_dims, (x, *rest))
            return stacked
        # more samples of the same matrix
        samples = x.movedim(in_dims[0], 0)
        y = apply(samples.flatten(0, 1).contiguous(), *rest)
        return y.reshape(*samples.shape[:2], rest[-1]), 0


class _CsrSlopes(torch.autograd.Function):
    """The slopes of y = x W to x and to the values of W, which have slopes again.

    dx = G Wᵀ and dW = xᵀG are linear in x, W and G, so their slopes are products of the same kinds.
    """

    @staticmethod
    def forward(
        x: Tensor,
        values: Tensor,
        grad: Tensor,
        indptr: Tensor,
        indices: Tensor,
        n_post: int,
    ) -> tuple[Tensor, Tensor]:
        if x.is_cuda:
            from neurosparse.kernels.layers.csr_matmul import gpu

            return gpu.backward(indptr, indices, values, x, grad)
        from neurosparse.kernels.layers.csr_matmul import cpu

        weights, samples, slopes = (part.detach().numpy() for part in (values, x, grad))
        rows = _cpu(indptr, indices)
        dx, dvalues = cpu.backward(*rows, weights, samples, slopes, torch.get_num_threads())
        return torch.from_numpy(dx), torch.from_numpy(dvalues)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        x, values, grad, indptr, indices, ctx.n_post = inputs
        ctx.save_for_backward(x, values, grad, indptr, indices)
        ctx.save_for_forward(x, values, grad, indptr, indices)

    @staticmethod
    def backward(ctx: Any, on_x: Tensor, on_values: Tensor) -> tuple[Tensor | None, ...]:
        x, values, grad, *rest = ctx.saved_tensors
        h = on_x.contiguous()
        u = on_values.contiguous()
        slopes: Any = _CsrSlopes.apply
        product: Any = _CsrMatmul.apply
        on_grad = product(h, values, None, *rest, ctx.n_post)
        on_grad = on_grad + product(x, u, None, *rest, ctx.n_post)
        return (*slopes(h, u, grad, *rest, ctx.n_post), on_grad, None, None, None)

    @staticmethod
    def jvp(
        ctx: Any, tx: Tensor | None, tvalues: Tensor | None, tgrad: Tensor | None, *_: Any
    ) -> tuple[Tensor, Tensor]:
        x, values, grad, *rest = ctx.saved_tensors
        slopes: Any = _CsrSlopes.apply
        tx = torch.zeros_like(x) if tx is None else tx.contiguous()
        tvalues = torch.zeros_like(values) if tvalues is None else tvalues.contiguous()
        tgrad = torch.zeros_like(grad) if tgrad is None else tgrad.contiguous()
        dx, dvalues = slopes(tx, tvalues, grad, *rest, ctx.n_post)
        dx_of_grad, dvalues_of_grad = slopes(x, values, tgrad, *rest, ctx.n_post)
        return dx + dx_of_grad, dvalues + dvalues_of_grad

    @staticmethod
    def vmap(info: Any, in_dims: Any, *arguments: Any) -> Any:
        return one_by_one(_CsrSlopes.apply, info, in_dims, arguments)


def as_input(x: Any, values: Tensor) -> Tensor:
    """Give an input as it is; under autocast, narrow floats in the type of the weights.

    These kernels keep the type of the weights.

    Raises:
        TypeError: x is no tensor.

    >>> with torch.autocast("cpu", dtype=torch.bfloat16):
    ...     as_input(torch.ones(1, dtype=torch.bfloat16), torch.ones(1)).dtype
    torch.float32
    """
    if not isinstance(x, Tensor):
        raise TypeError(
            f"x: got {type(x).__name__}, wants a tensor; torch.as_tensor(x) makes one"
        )
    if x.layout is not torch.strided:
        remedy = "x.to_dense() makes one"
        raise TypeError(
            f"x: got a tensor of layout {x.layout}, wants a dense tensor; {remedy}"
        )
    narrow = x.dtype in (torch.float16, torch.bfloat16)
    return x.to(values.dtype) if narrow and torch.is_autocast_enabled(x.device.type) else x


def csr_matmul(
    x: Tensor,
    values: Tensor,
    bias: Tensor | None,
    indptr: Tensor,
    indices: Tensor,
    n_post: int,
) -> Tensor:
    """Compute `y[..., j] = bias[j] + Σ_i x[..., i] W[i, j]` with gradients on the support alone.

    Shapes: x `[..., n_pre]`, values `[nnz]`, bias `[n_post]` or None, indptr int64 `[n_pre + 1]`,
    indices int32 `[nnz]`. The support is trusted: whoever makes it checks it once. Uses
    `torch.get_num_threads()`.

    Raises:
        ValueError: x is of another width or dtype than the matrix, or of one the CPU has no kernel
            for.
        TypeError: x is no tensor.

    >>> indptr, indices = torch.tensor([0, 1, 3]), torch.tensor([1, 0, 1], dtype=torch.int32)
    >>> values = torch.tensor([2.0, 3.0, 4.0], requires_grad=True)
    >>> y = csr_matmul(torch.tensor([[1.0, 10.0]]), values, None, indptr, indices, 2)
    >>> y.sum().backward(); values.grad
    tensor([ 1., 10., 10.])
    """
    x = as_input(x, values)
    if x.shape[-1:] != (len(indptr) - 1,):
        raise ValueError(f"x: got shape {list(x.shape)}, wants [..., {len(indptr) - 1}]")
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
    arguments = flat, values.contiguous(), bias, indptr, indices, n_post
    y: Tensor = _CsrMatmul.apply(*arguments)  # type: ignore[no-untyped-call]
    return y.reshape(*x.shape[:-1], n_post)
