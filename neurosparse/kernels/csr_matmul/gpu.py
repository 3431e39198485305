"""Sparse matrix times batch on a GPU (Triton): a program gathers one row for a block of the batch.

No atomics: the forward pass walks the transposed support, so sums have one owner and one order.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

from neurosparse.kernels.sampled_outer.gpu import outer_edges

BLOCK = 64


@triton.jit
def _gather(starts, ends, neighbours, places, values, x, y, batch, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    """y[row, :] = Σ_e values[places[e]] x[neighbours[e], :], feature-major."""
    row = tl.program_id(0).to(tl.int64)
    b = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)
    total = tl.zeros([BLOCK], dtype=y.dtype.element_ty)
    for e in range(tl.load(starts + row), tl.load(ends + row)):
        w = tl.load(values + tl.load(places + e))
        source = tl.load(neighbours + e).to(tl.int64)
        total += w * tl.load(x + source * batch + b, mask=b < batch, other=0.0)
    tl.store(y + row * batch + b, total, mask=b < batch)


def gather(indptr: Tensor, neighbours: Tensor, places: Tensor, values: Tensor, x: Tensor) -> Tensor:
    """Compute y `[rows, batch]`, `y[i] = Σ_e values[places[e]] x[neighbours[e]]`, from x `[n, batch]`."""
    n, batch = len(indptr) - 1, x.shape[1]
    y = torch.zeros((n, batch), dtype=x.dtype, device=x.device)
    if n and batch and len(neighbours):
        ends = indptr[1:].contiguous()
        grid = (n, triton.cdiv(batch, BLOCK))
        _gather[grid](indptr, ends, neighbours, places, values, x, y, batch, BLOCK=BLOCK)
    return y


def transpose(indptr: Tensor, indices: Tensor, n_post: int) -> tuple[Tensor, Tensor, Tensor]:
    """(indptr `[n_post + 1]`, presynaptic `[nnz]`, position `[nnz]`) of the columns."""
    order = torch.argsort(indices, stable=True)
    rows = torch.arange(len(indptr) - 1, device=indptr.device)
    pre = torch.repeat_interleave(rows, indptr.diff())[order]
    count = torch.bincount(indices, minlength=n_post)
    return torch.nn.functional.pad(count.cumsum(0), (1, 0)), pre.to(torch.int32), order


def forward(indptr: Tensor, indices: Tensor, values: Tensor, x: Tensor, n_post: int, bias: Tensor | None) -> Tensor:
    """Compute `y[b, j] = bias[j] + Σ_i x[b, i] W[i, j]`."""
    y = gather(*transpose(indptr, indices, n_post), values, x.T.contiguous()).T
    return y.contiguous() if bias is None else y + bias


def backward(indptr: Tensor, indices: Tensor, values: Tensor, x: Tensor, grad: Tensor) -> tuple[Tensor, Tensor]:
    """Compute dx `[batch, n_pre]` and dvalues `[nnz]`."""
    places = torch.arange(len(indices), device=indices.device)
    slopes = grad.T.contiguous()
    dx = gather(indptr, indices, places, values, slopes).T.contiguous()
    return dx, outer_edges(indptr, indices, x.T.contiguous(), slopes)
