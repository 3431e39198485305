"""The kernels of `condensed_matmul` as operators of torch, for what traces tensors."""

from typing import Any

from torch import Tensor
from torch.library import custom_op

from neurosparse.kernels.base.autograd import (
    count_flops,
    more_samples,
    one_by_one,
    register_vmap,
)
from neurosparse.kernels.layers.condensed_matmul.autograd_functions import (
    CondensedMatmul,
    CondensedSlopes,
)


@custom_op(
    "neurosparse::condensed_matmul",
    mutates_args=(),
    schema="(Tensor x, Tensor values, Tensor? bias, Tensor indices) -> Tensor",
)
def product(x: Tensor, values: Tensor, bias: Tensor | None, indices: Tensor) -> Tensor:
    """Compute `y = x W + bias`."""
    return CondensedMatmul.forward(x.contiguous(), values.contiguous(), bias, indices)


@custom_op(
    "neurosparse::condensed_slopes",
    mutates_args=(),
    schema="(Tensor x, Tensor values, Tensor grad, Tensor indices) -> (Tensor, Tensor)",
)
def slopes(
    x: Tensor, values: Tensor, grad: Tensor, indices: Tensor
) -> tuple[Tensor, Tensor]:
    """Compute `dx = G Wᵀ` and `dW = xᵀ G` on the support."""
    arrays = x.contiguous(), values.contiguous(), grad.contiguous()
    return CondensedSlopes.forward(*arrays, indices)


@product.register_fake
def _(x: Tensor, values: Tensor, bias: Any, indices: Any) -> Tensor:
    return x.new_empty(x.shape[0], values.shape[0])


@slopes.register_fake
def _(x: Tensor, values: Tensor, *_: Any) -> tuple[Tensor, Tensor]:
    return x.new_empty(x.shape), values.new_empty(values.shape)


def _keep_product(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
    x, values, _, indices = inputs
    ctx.save_for_backward(x, values, indices)


def _product_back(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    x, values, indices = ctx.saved_tensors
    on_bias = grad.sum(0) if ctx.needs_input_grad[2] else None
    return (*slopes(x, values, grad, indices), on_bias, None)


def _keep_slopes(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
    ctx.save_for_backward(*inputs)


def _slopes_back(ctx: Any, h: Tensor, u: Tensor) -> tuple[Tensor | None, ...]:
    x, values, grad, indices = ctx.saved_tensors
    on_grad = product(h, values, None, indices) + product(x, u, None, indices)
    return (*slopes(h, u, grad, indices), on_grad, None)


product.register_autograd(_product_back, setup_context=_keep_product)
slopes.register_autograd(_slopes_back, setup_context=_keep_slopes)
register_vmap(product, more_samples)
register_vmap(slopes, one_by_one)

# a multiplication and an addition for each sample and synapse
count_flops(
    "condensed_matmul", lambda x, values, *_, **__: 2 * x[0] * values[0] * values[1]
)
count_flops(
    "condensed_slopes", lambda x, values, *_, **__: 4 * x[0] * values[0] * values[1]
)
