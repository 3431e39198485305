"""`decode_rows` for torch, with gradients that touch only the rows that a code names."""

from typing import Any, cast

import torch
from torch import Tensor

from neurosparse.kernels.base.autograd import once
from neurosparse.typing import Array


def _array(tensor: Tensor) -> Array:
    array: Array = tensor.detach().contiguous().numpy()
    return array


def _code(indptr: Tensor, indices: Tensor, values: Tensor) -> tuple[Array, Array, Array]:
    return _array(indptr), _array(indices), _array(values)


def sum_rows(indptr: Tensor, indices: Tensor, values: Tensor, rows: Tensor) -> Tensor:
    """Compute `x[b] = Σ_e values[e] rows[indices[e]]` where the tensors are, without gradients."""
    if rows.is_cuda:
        from neurosparse.kernels.coding.decode_rows import gpu

        return gpu.forward(indptr, indices, values, rows)
    from neurosparse.kernels.coding.decode_rows import cpu

    code = _code(indptr, indices, values)
    return torch.from_numpy(cpu.forward(*code, _array(rows), torch.get_num_threads()))


def sum_columns(
    indptr: Tensor, indices: Tensor, values: Tensor, grad: Tensor, out: Tensor
) -> None:
    """Add `Σ_e values[e] grad[b]` to the row of each entry of `out [n, d]`, in place."""
    if grad.is_cuda:
        from neurosparse.kernels.coding.decode_rows import gpu

        out += gpu.add_columns(indptr, indices, values, grad, len(out))
        return
    from neurosparse.kernels.coding.decode_rows import cpu

    code = _code(indptr, indices, values)
    cpu.add_columns(*code, _array(grad), out.numpy(), torch.get_num_threads())


def dots(indptr: Tensor, indices: Tensor, rows: Tensor, grad: Tensor) -> Tensor:
    """Compute `<grad[b], rows[indices[e]]>`, one number an entry."""
    if rows.is_cuda:
        from neurosparse.kernels.coding.decode_rows import gpu

        return gpu.dots(indptr, indices, rows, grad)
    from neurosparse.kernels.coding.decode_rows import cpu

    pairs = _array(indptr), _array(indices)
    parts = _array(rows), _array(grad)
    return torch.from_numpy(cpu.dots(*pairs, *parts, torch.get_num_threads()))


class _DecodeRows(torch.autograd.Function):
    """x = Σ values rows."""

    @staticmethod
    def forward(
        ctx: Any, indptr: Tensor, indices: Tensor, values: Tensor, rows: Tensor
    ) -> Tensor:
        ctx.save_for_backward(indptr, indices, values, rows)
        return sum_rows(indptr, indices, values, rows)

    @staticmethod
    @once("decode_rows")
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        indptr, indices, values, rows = ctx.saved_tensors
        grad = grad.contiguous()
        dvalues = drows = None
        if ctx.needs_input_grad[2]:
            dvalues = dots(indptr, indices, rows, grad)
        if ctx.needs_input_grad[3]:
            drows = torch.zeros_like(rows, memory_format=torch.contiguous_format)
            sum_columns(indptr, indices, values, grad, drows)
        return None, None, dvalues, drows


def decode_rows(indptr: Tensor, indices: Tensor, values: Tensor, rows: Tensor) -> Tensor:
    """Compute `x[b] = Σ_e values[e] rows[indices[e]]` with gradients.

    Shapes: indptr int64 `[batch + 1]`, indices int32 and values `[nnz]`, rows `[n, d]`. The code is
    trusted: whoever makes it checks it once. Uses `torch.get_num_threads()`.

    >>> rows = torch.eye(3, requires_grad=True)
    >>> code = torch.tensor([0, 2]), torch.tensor([0, 2], dtype=torch.int32)
    >>> x = decode_rows(*code, torch.tensor([2.0, 3.0]), rows)
    >>> x.sum().backward(); rows.grad[1].tolist()
    [0.0, 0.0, 0.0]
    """
    decode: Any = _DecodeRows.apply
    return cast(Tensor, decode(indptr, indices, values, rows))
