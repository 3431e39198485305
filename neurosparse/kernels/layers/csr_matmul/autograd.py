"""`csr_matmul` for torch, with gradients: a function, or an operator where one traces."""

from math import prod
from typing import Any

import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import is_traced, reshaped
from neurosparse.kernels.layers.csr_matmul.autograd_functions import CsrMatmul
from neurosparse.kernels.layers.csr_matmul.autograd_operators import product


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
    if x.layout is not torch.strided or x.is_nested:
        kind = "a nested tensor" if x.is_nested else f"a tensor of layout {x.layout}"
        remedy = "x.to_padded_tensor(0)" if x.is_nested else "x.to_dense()"
        raise TypeError(f"x: got {kind}, wants a dense tensor; {remedy} makes one")
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
    flat = x.reshape(prod(x.shape[:-1]), x.shape[-1]).contiguous()
    arguments = flat, values.contiguous(), bias, indptr, indices, n_post
    if is_traced(flat):
        y: Tensor = product(*arguments)
    else:
        y = CsrMatmul.apply(*arguments)  # type: ignore[no-untyped-call]
    return reshaped(y, (*x.shape[:-1], n_post))
