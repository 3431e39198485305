"""Sums of weighted rows on a GPU (Triton): a program sums the rows of one sample, in order.

Backward it walks the transposed entries, so that no sum has two owners and nothing is atomic.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from neurosparse.kernels.layers.csr_matmul.gpu import transpose

# numbers of a row that a program holds
BLOCK = 256


@triton.jit
def _add_rows(  # type: ignore[no-untyped-def]
    starts, ends, indices, places, values, rows, out, d, BLOCK: tl.constexpr
):
    """out[o, :] = Σ_e values[places[e]] rows[indices[e], :]."""
    o = tl.program_id(0).to(tl.int64)
    j = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros([BLOCK], dtype=out.dtype.element_ty)
    for e in range(tl.load(starts + o), tl.load(ends + o)):
        row = tl.load(indices + e).to(tl.int64) * d
        value = tl.load(values + tl.load(places + e))
        total += value * tl.load(rows + row + j, mask=j < d, other=0.0)
    tl.store(out + o * d + j, total, mask=j < d)


@triton.jit
def _dot_rows(  # type: ignore[no-untyped-def]
    owners, indices, rows, grad, out, d, BLOCK: tl.constexpr
):
    """out[e] = <grad[owners[e], :], rows[indices[e], :]>."""
    e = tl.program_id(0).to(tl.int64)
    left = grad + tl.load(owners + e).to(tl.int64) * d
    right = rows + tl.load(indices + e).to(tl.int64) * d
    total = tl.zeros([BLOCK], dtype=out.dtype.element_ty)
    for first in range(0, d, BLOCK):
        j = first + tl.arange(0, BLOCK)
        on = j < d
        product = tl.load(left + j, mask=on, other=0.0)
        total += product * tl.load(right + j, mask=on, other=0.0)
    tl.store(out + e, tl.sum(total, 0))


def add_rows(
    indptr: Tensor, indices: Tensor, places: Tensor, values: Tensor, rows: Tensor
) -> Tensor:
    """Compute `Σ_e values[places[e]] rows[indices[e]]`, `[len(indptr) - 1, d]`."""
    d = rows.shape[1]
    out = torch.zeros((len(indptr) - 1, d), dtype=rows.dtype, device=rows.device)
    if out.numel() and len(indices):
        ends = indptr[1:].contiguous()
        grid = (len(out), triton.cdiv(d, BLOCK))
        _add_rows[grid](indptr, ends, indices, places, values, rows, out, d, BLOCK=BLOCK)
    return out


def dots(indptr: Tensor, indices: Tensor, rows: Tensor, grad: Tensor) -> Tensor:
    """Compute `<grad[b], rows[indices[e]]>`, one number an entry."""
    out = torch.zeros(len(indices), dtype=rows.dtype, device=rows.device)
    if len(out) and rows.shape[1]:
        samples = torch.arange(len(indptr) - 1, device=indptr.device)
        owners = torch.repeat_interleave(samples, indptr.diff(), output_size=len(out))
        _dot_rows[(len(out),)](owners, indices, rows, grad, out, rows.shape[1], BLOCK=BLOCK)
    return out


def add_columns(
    indptr: Tensor, indices: Tensor, values: Tensor, grad: Tensor, n: int
) -> Tensor:
    """Compute `Σ_e values[e] grad[b]` for the row of each entry, `[n, d]`."""
    starts, owners, places = transpose(indptr, indices, n)
    return add_rows(starts, owners, places, values, grad)


def forward(indptr: Tensor, indices: Tensor, values: Tensor, rows: Tensor) -> Tensor:
    """Compute `x[b] = Σ_e values[e] rows[indices[e]]` over the entries of sample b."""
    places = torch.arange(len(indices), device=indices.device)
    return add_rows(indptr, indices, places, values, rows)


def backward(
    indptr: Tensor, indices: Tensor, values: Tensor, rows: Tensor, grad: Tensor
) -> tuple[Tensor, Tensor]:
    """Compute dvalues `[nnz]` and drows `[n, d]`."""
    drows = add_columns(indptr, indices, values, grad, len(rows))
    return dots(indptr, indices, rows, grad), drows
