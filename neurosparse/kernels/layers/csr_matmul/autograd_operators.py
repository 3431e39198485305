"""The kernels of `csr_matmul` as operators of torch.

What traces tensors sees operators: `torch.compile`, `torch.export`, fake tensors, FLOP counters.
Without them the functions of `autograd_functions.py` cost less at every call.
"""

from typing import Any

from torch import Tensor
from torch.library import custom_op

from neurosparse.kernels.base.autograd import (
    count_flops,
    more_samples,
    one_by_one,
    register_vmap,
)
from neurosparse.kernels.layers.csr_matmul.autograd_functions import (
    CsrMatmul,
    CsrSlopes,
    outer_slopes,
)

_SUPPORT = "Tensor indptr, Tensor indices, SymInt n_post"


@custom_op(
    "neurosparse::csr_matmul",
    mutates_args=(),
    schema=f"(Tensor x, Tensor values, Tensor? bias, {_SUPPORT}) -> Tensor",
)
def product(
    x: Tensor,
    values: Tensor,
    bias: Tensor | None,
    indptr: Tensor,
    indices: Tensor,
    n_post: int,
) -> Tensor:
    """Compute `y = x W + bias`."""
    return CsrMatmul.forward(
        x.contiguous(), values.contiguous(), bias, indptr, indices, n_post
    )


@custom_op(
    "neurosparse::csr_slopes",
    mutates_args=(),
    schema=f"(Tensor x, Tensor values, Tensor grad, {_SUPPORT}) -> (Tensor, Tensor)",
)
def slopes(
    x: Tensor, values: Tensor, grad: Tensor, indptr: Tensor, indices: Tensor, n_post: int
) -> tuple[Tensor, Tensor]:
    """Compute `dx = G Wᵀ` and `dW = xᵀ G` on the support."""
    arrays = x.contiguous(), values.contiguous(), grad.contiguous()
    return CsrSlopes.forward(*arrays, indptr, indices, n_post)


@custom_op(
    "neurosparse::csr_outer",
    mutates_args=(),
    schema=f"(Tensor x, Tensor grad, {_SUPPORT}) -> Tensor",
)
def outer(x: Tensor, grad: Tensor, indptr: Tensor, indices: Tensor, n_post: int) -> Tensor:
    """Compute `dW = xᵀ G` on the support alone, where the input needs no gradient."""
    return outer_slopes(x.contiguous(), grad.contiguous(), indptr, indices)


@product.register_fake
def _(x: Tensor, values: Any, bias: Any, indptr: Any, indices: Any, n_post: int) -> Tensor:
    return x.new_empty(x.shape[0], n_post)


@slopes.register_fake
def _(x: Tensor, values: Tensor, *_: Any) -> tuple[Tensor, Tensor]:
    return x.new_empty(x.shape), values.new_empty(values.shape)


@outer.register_fake
def _(x: Tensor, grad: Any, indptr: Any, indices: Tensor, n_post: int) -> Tensor:
    return x.new_empty(indices.shape)


def _keep_product(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
    x, values, _, indptr, indices, ctx.n_post = inputs
    ctx.save_for_backward(x, values, indptr, indices)


def _product_back(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
    x, values, *rest = ctx.saved_tensors
    needs_x, needs_values, needs_bias, *_ = ctx.needs_input_grad
    on_bias = grad.sum(0) if needs_bias else None
    on_x = on_values = None
    if needs_x:
        on_x, on_values = slopes(x, values, grad, *rest, ctx.n_post)
    elif needs_values:
        on_values = outer(x, grad, *rest, ctx.n_post)
    return on_x, on_values, on_bias, None, None, None


def _keep_slopes(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
    *tensors, ctx.n_post = inputs
    ctx.save_for_backward(*tensors)


def _slopes_back(ctx: Any, h: Tensor, u: Tensor) -> tuple[Tensor | None, ...]:
    x, values, grad, *rest = ctx.saved_tensors
    on_grad = product(h, values, None, *rest, ctx.n_post)
    on_grad = on_grad + product(x, u, None, *rest, ctx.n_post)
    return (*slopes(h, u, grad, *rest, ctx.n_post), on_grad, None, None, None)


def _outer_back(ctx: Any, u: Tensor) -> tuple[Tensor | None, ...]:
    x, grad, *rest = ctx.saved_tensors
    on_x, _ = slopes(x, u, grad, *rest, ctx.n_post)
    return on_x, product(x, u, None, *rest, ctx.n_post), None, None, None


product.register_autograd(_product_back, setup_context=_keep_product)
slopes.register_autograd(_slopes_back, setup_context=_keep_slopes)
outer.register_autograd(_outer_back, setup_context=_keep_slopes)
register_vmap(product, more_samples)
register_vmap(slopes, one_by_one)
register_vmap(outer, one_by_one)

# a multiplication and an addition for each sample and synapse
count_flops("csr_matmul", lambda x, values, *_, **__: 2 * x[0] * values[0])
count_flops("csr_slopes", lambda x, values, *_, **__: 4 * x[0] * values[0])
count_flops("csr_outer", lambda x, grad, indptr, indices, *_, **__: 2 * x[0] * indices[0])
