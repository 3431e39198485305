"""The kernels of `condensed_matmul` as functions of torch: gradients, also of gradients."""

from typing import Any

import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import more_samples, one_by_one, total


class CondensedMatmul(torch.autograd.Function):
    """y = x W + bias."""

    @staticmethod
    def forward(x: Tensor, values: Tensor, bias: Tensor | None, indices: Tensor) -> Tensor:
        """Compute `y [batch, n_post]` of `x [batch, n_pre]`."""
        if x.is_cuda:
            from neurosparse.kernels.layers.condensed_matmul import gpu

            return gpu.forward(indices, values, x, bias)
        from neurosparse.kernels.layers.condensed_matmul import cpu

        offset = None if bias is None else bias.detach().numpy()
        arrays = indices.numpy(), values.detach().numpy(), x.detach().numpy()
        return torch.from_numpy(cpu.forward(*arrays, offset, torch.get_num_threads()))

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        """Keep what the slopes are computed of."""
        x, values, _, indices = inputs
        ctx.save_for_backward(x, values, indices)
        ctx.save_for_forward(x, values, indices)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        """Compute dx, dW and dbias."""
        x, values, indices = ctx.saved_tensors
        grad = grad.contiguous()
        dbias = grad.sum(0) if ctx.needs_input_grad[2] else None
        # with create_graph=True these slopes have slopes
        again = torch.is_grad_enabled()
        slopes: Any = CondensedSlopes.apply if again else CondensedSlopes.forward
        dx, dvalues = slopes(x, values, grad, indices)
        return dx, dvalues, dbias, None

    @staticmethod
    def jvp(
        ctx: Any, dx: Tensor | None, dvalues: Tensor | None, dbias: Tensor | None, *_: Any
    ) -> Tensor | None:
        """Compute `ẏ = ẋ W + x Ẇ` and the tangent of the bias."""
        x, values, indices = ctx.saved_tensors
        apply: Any = CondensedMatmul.apply
        of_x = None if dx is None else apply(dx.contiguous(), values, None, indices)
        of_values = None
        if dvalues is not None:
            of_values = apply(x, dvalues.contiguous(), None, indices)
        offset = None if dbias is None else dbias.expand(len(x), -1)
        return total(of_x, of_values, offset)

    @staticmethod
    def vmap(info: Any, in_dims: Any, *arguments: Any) -> tuple[Tensor, int]:
        """Take a stack of x as more samples, and stacks of weights one by one."""
        return more_samples(CondensedMatmul.apply, info, in_dims, arguments)


class CondensedSlopes(torch.autograd.Function):
    """The slopes of y = x W to x and to the values of W, which have slopes again.

    Both are linear in x, W and the incoming slope, so their slopes are products of the same kinds.
    """

    @staticmethod
    def forward(
        x: Tensor, values: Tensor, grad: Tensor, indices: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Compute dx `[batch, n_pre]` and dW `[n_post, fan_in]`."""
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
        """Keep what the slopes are computed of."""
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx: Any, on_x: Tensor, on_values: Tensor) -> tuple[Tensor | None, ...]:
        """Compute the slopes to x, W and G from those to dx and dW."""
        x, values, grad, indices = ctx.saved_tensors
        h = on_x.contiguous()
        u = on_values.contiguous()
        slopes: Any = CondensedSlopes.apply
        product: Any = CondensedMatmul.apply
        on_grad = product(h, values, None, indices) + product(x, u, None, indices)
        return (*slopes(h, u, grad, indices), on_grad, None)

    @staticmethod
    def jvp(
        ctx: Any, tx: Tensor | None, tvalues: Tensor | None, tgrad: Tensor | None, *_: Any
    ) -> tuple[Tensor, Tensor]:
        """Compute the tangents of dx and dW, linear in those of x, W and G."""
        x, values, grad, indices = ctx.saved_tensors
        slopes: Any = CondensedSlopes.apply
        tx = torch.zeros_like(x) if tx is None else tx.contiguous()
        tvalues = torch.zeros_like(values) if tvalues is None else tvalues.contiguous()
        tgrad = torch.zeros_like(grad) if tgrad is None else tgrad.contiguous()
        dx, dvalues = slopes(tx, tvalues, grad, indices)
        dx_of_grad, dvalues_of_grad = slopes(x, values, tgrad, indices)
        return dx + dx_of_grad, dvalues + dvalues_of_grad

    @staticmethod
    def vmap(info: Any, in_dims: Any, *arguments: Any) -> Any:
        """Take stacks one by one."""
        return one_by_one(CondensedSlopes.apply, info, in_dims, arguments)
