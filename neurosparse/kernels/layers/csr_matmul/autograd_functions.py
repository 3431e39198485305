"""The kernels of `csr_matmul` as functions of torch: gradients, their gradients, forward mode."""

from typing import Any

import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import more_samples, one_by_one, total


def _cpu(indptr: Tensor, indices: Tensor) -> tuple[Any, Any]:
    return indptr.numpy(), indices.numpy()


class CsrMatmul(torch.autograd.Function):
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
        """Compute `y [batch, n_post]` of `x [batch, n_pre]`."""
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
        """Keep what the slopes are computed of."""
        x, values, _, indptr, indices, ctx.n_post = inputs
        ctx.save_for_backward(x, values, indptr, indices)
        ctx.save_for_forward(x, values, indptr, indices)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """Compute dx, dW and dbias, only those that are needed."""
        x, values, indptr, indices = ctx.saved_tensors
        needs_x, needs_values, needs_bias, *_ = ctx.needs_input_grad
        grad = grad.contiguous()
        dbias = grad.sum(0) if needs_bias else None
        nothing = None, None, None
        if torch.is_grad_enabled():
            slopes_of: Any = CsrSlopes.apply
            return (
                *slopes_of(x, values, grad, indptr, indices, ctx.n_post),
                dbias,
                *nothing,
            )
        if needs_x or x.is_cuda:
            slopes = CsrSlopes.forward(x, values, grad, indptr, indices, ctx.n_post)
            return (*slopes, dbias, *nothing)
        dvalues = outer_slopes(x, grad, indptr, indices) if needs_values else None
        return None, dvalues, dbias, *nothing

    @staticmethod
    def jvp(
        ctx: Any, dx: Tensor | None, dvalues: Tensor | None, dbias: Tensor | None, *_: Any
    ) -> Tensor | None:
        """Compute `ẏ = ẋ W + x Ẇ` and the tangent of the bias."""
        x, values, *rest = ctx.saved_tensors
        apply: Any = CsrMatmul.apply
        of_x = (
            None if dx is None else apply(dx.contiguous(), values, None, *rest, ctx.n_post)
        )
        of_values = None
        if dvalues is not None:
            of_values = apply(x, dvalues.contiguous(), None, *rest, ctx.n_post)
        offset = None if dbias is None else dbias.expand(len(x), -1)
        return total(of_x, of_values, offset)

    @staticmethod
    def vmap(info: Any, in_dims: Any, *arguments: Any) -> tuple[Tensor, int]:
        """Take a stack of x as more samples, and stacks of weights one by one."""
        return more_samples(CsrMatmul.apply, info, in_dims, arguments)


class CsrSlopes(torch.autograd.Function):
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
        """Compute dx `[batch, n_pre]` and dW `[nnz]` of `grad [batch, n_post]`."""
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
        """Keep what the slopes are computed of."""
        x, values, grad, indptr, indices, ctx.n_post = inputs
        ctx.save_for_backward(x, values, grad, indptr, indices)
        ctx.save_for_forward(x, values, grad, indptr, indices)

    @staticmethod
    def backward(ctx: Any, on_x: Tensor, on_values: Tensor) -> tuple[Tensor | None, ...]:
        """Compute the slopes to x, W and G from those to dx and dW."""
        x, values, grad, *rest = ctx.saved_tensors
        h = on_x.contiguous()
        u = on_values.contiguous()
        slopes: Any = CsrSlopes.apply
        product: Any = CsrMatmul.apply
        on_grad = product(h, values, None, *rest, ctx.n_post)
        on_grad = on_grad + product(x, u, None, *rest, ctx.n_post)
        return (*slopes(h, u, grad, *rest, ctx.n_post), on_grad, None, None, None)

    @staticmethod
    def jvp(
        ctx: Any, tx: Tensor | None, tvalues: Tensor | None, tgrad: Tensor | None, *_: Any
    ) -> tuple[Tensor, Tensor]:
        """Compute the tangents of dx and dW, linear in those of x, W and G."""
        x, values, grad, *rest = ctx.saved_tensors
        slopes: Any = CsrSlopes.apply
        tx = torch.zeros_like(x) if tx is None else tx.contiguous()
        tvalues = torch.zeros_like(values) if tvalues is None else tvalues.contiguous()
        tgrad = torch.zeros_like(grad) if tgrad is None else tgrad.contiguous()
        dx, dvalues = slopes(tx, tvalues, grad, *rest, ctx.n_post)
        dx_of_grad, dvalues_of_grad = slopes(x, values, tgrad, *rest, ctx.n_post)
        return dx + dx_of_grad, dvalues + dvalues_of_grad

    @staticmethod
    def vmap(info: Any, in_dims: Any, *arguments: Any) -> Any:
        """Take stacks one by one."""
        return one_by_one(CsrSlopes.apply, info, in_dims, arguments)


def outer_slopes(x: Tensor, grad: Tensor, indptr: Tensor, indices: Tensor) -> Tensor:
    """Compute dW = xᵀG alone, the half of the work where the input needs no gradient."""
    if x.is_cuda:
        from neurosparse.kernels.layers.sampled_outer import gpu

        return gpu.outer_edges(indptr, indices, x.T.contiguous(), grad.T.contiguous())
    from neurosparse.kernels.layers.csr_matmul import cpu

    samples, slopes = x.detach().numpy(), grad.detach().numpy()
    threads = torch.get_num_threads()
    return torch.from_numpy(cpu.outer(*_cpu(indptr, indices), samples, slopes, threads))
