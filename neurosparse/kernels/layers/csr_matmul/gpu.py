"""Sparse matrix times batch on a GPU (Triton): a program gathers one row for a block of the batch.

No atomics: the forward pass walks the transposed support, so sums have one owner and one order.
"""

from collections.abc import Callable
from typing import Any

import torch
import triton
import triton.language as tl
from torch import Tensor
from torch.utils.weak import WeakTensorKeyDictionary

from neurosparse.kernels.layers.sampled_outer.gpu import outer_edges

# edges at once, samples of a program: 8 rows of 512 bytes under way, 8 sums a thread
EDGES = 8
BLOCK = 128

_KEPT = WeakTensorKeyDictionary()
Columns = tuple[Tensor, Tensor, Tensor]


@triton.jit
def _gather(  # type: ignore[no-untyped-def]
    starts,
    ends,
    neighbours,
    places,
    values,
    x,
    y,
    batch,
    EDGES: tl.constexpr,
    BLOCK: tl.constexpr,
):
    """y[row, :] = Σ_e values[places[e]] x[neighbours[e], :], feature-major."""
    row = tl.program_id(0).to(tl.int64)
    b = tl.program_id(1) * BLOCK + tl.arange(0, BLOCK)  # [BLOCK]
    total = tl.zeros([EDGES, BLOCK], dtype=y.dtype.element_ty)
    last = tl.load(ends + row)
    for first in range(tl.load(starts + row), last, EDGES):
        e = first + tl.arange(0, EDGES)  # [EDGES]
        on = e < last
        w = tl.load(values + tl.load(places + e, mask=on, other=0), mask=on, other=0.0)
        source = tl.load(neighbours + e, mask=on, other=0).to(tl.int64) * batch
        inside = on[:, None] & (b < batch)[None, :]
        total += w[:, None] * tl.load(
            x + source[:, None] + b[None, :], mask=inside, other=0.0
        )
    tl.store(y + row * batch + b, tl.sum(total, 0), mask=b < batch)


def gather(
    indptr: Tensor, neighbours: Tensor, places: Tensor, values: Tensor, x: Tensor
) -> Tensor:
    """Compute `y[i] = Σ_e values[places[e]] x[neighbours[e]]`, `[rows, batch]` of `[n, batch]`."""
    n = len(indptr) - 1
    batch = x.shape[1]
    y = torch.zeros((n, batch), dtype=x.dtype, device=x.device)
    if n and batch and len(neighbours):
        ends = indptr[1:].contiguous()
        grid = (n, triton.cdiv(batch, BLOCK))
        _gather[grid](
            indptr, ends, neighbours, places, values, x, y, batch, EDGES=EDGES, BLOCK=BLOCK
        )
    return y


def transpose(indptr: Tensor, indices: Tensor, n_post: int) -> Columns:
    """Return the columns: indptr `[n_post + 1]`, presynaptic `[nnz]`, position `[nnz]`."""
    order = torch.argsort(indices, stable=True)
    rows = torch.arange(len(indptr) - 1, device=indptr.device)
    pre = torch.repeat_interleave(rows, indptr.diff(), output_size=len(indices))[order]
    # where columns begin, without a count that the host would wait for
    columns = torch.arange(n_post + 1, device=indices.device, dtype=indices.dtype)
    return torch.searchsorted(indices[order], columns), pre.to(torch.int32), order


def remembered(indices: Tensor, beside: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """Give what `make` makes, kept for when the same indices are used again.

    It is made anew where the indices, or what is `beside` them, have changed.
    """
    # NumPy may change a host tensor's numbers without torch knowing
    if not indices.is_cuda:
        return make()
    versions = (
        (id(part), part._version) if isinstance(part, Tensor) else part for part in beside
    )
    state = (indices._version, *versions)
    kept: Any = _KEPT.get(indices)  # type: ignore[no-untyped-call]
    if kept is None or kept[0] != state:
        kept = _KEPT[indices] = (state, make(), beside)
    return kept[1]


def forward(
    indptr: Tensor,
    indices: Tensor,
    values: Tensor,
    x: Tensor,
    n_post: int,
    bias: Tensor | None,
) -> Tensor:
    """Compute `y[b, j] = bias[j] + Σ_i x[b, i] W[i, j]`."""
    columns: Columns = remembered(
        indices, (indptr, n_post), lambda: transpose(indptr, indices, n_post)
    )
    y = gather(*columns, values, x.T.contiguous()).T
    return y.contiguous() if bias is None else y + bias


def backward(
    indptr: Tensor, indices: Tensor, values: Tensor, x: Tensor, grad: Tensor
) -> tuple[Tensor, Tensor]:
    """Compute dx `[batch, n_pre]` and dvalues `[nnz]`."""
    places = torch.arange(len(indices), device=indices.device)
    slopes = grad.T.contiguous()
    dx = gather(indptr, indices, places, values, slopes).T.contiguous()
    return dx, outer_edges(indptr, indices, x.T.contiguous(), slopes)
