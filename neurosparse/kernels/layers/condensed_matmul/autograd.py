"""`condensed_matmul` for torch, with gradients: a function, or an operator where one traces."""

from math import prod

import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import is_traced, reshaped
from neurosparse.kernels.layers.condensed_matmul.autograd_functions import CondensedMatmul
from neurosparse.kernels.layers.condensed_matmul.autograd_operators import product
from neurosparse.kernels.layers.csr_matmul.autograd import as_input


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
    flat = x.reshape(prod(x.shape[:-1]), x.shape[-1]).contiguous()
    arguments = flat, values.contiguous(), bias, indices
    if is_traced(flat):
        y: Tensor = product(*arguments)
    else:
        y = CondensedMatmul.apply(*arguments)  # type: ignore[no-untyped-call]
    return reshaped(y, (*x.shape[:-1], len(indices)))
