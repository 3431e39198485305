"""The outer product on a support on a GPU (Triton): a program an edge, rows of the batch contiguous."""

import torch
import triton
import triton.language as tl
from torch import Tensor

BLOCK = 64


@triton.jit
def _outer(pre, post, x, g, out, batch, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    e = tl.program_id(0).to(tl.int64)
    i, j = tl.load(pre + e).to(tl.int64), tl.load(post + e).to(tl.int64)
    total = tl.zeros([BLOCK], dtype=out.dtype.element_ty)
    for start in range(0, batch, BLOCK):
        b = start + tl.arange(0, BLOCK)
        left = tl.load(x + i * batch + b, mask=b < batch, other=0.0)
        total += left * tl.load(g + j * batch + b, mask=b < batch, other=0.0)
    tl.store(out + e, tl.sum(total))


def outer_edges(indptr: Tensor, indices: Tensor, x: Tensor, g: Tensor) -> Tensor:
    """Compute dvalues `[nnz]` from feature-major x `[n_pre, batch]` and g `[n_post, batch]`."""
    out = torch.zeros(len(indices), dtype=x.dtype, device=x.device)
    if len(indices) and x.shape[1]:
        rows = torch.arange(len(indptr) - 1, device=indptr.device)
        pre = torch.repeat_interleave(rows, indptr.diff())
        _outer[(len(indices),)](pre, indices, x, g, out, x.shape[1], BLOCK=BLOCK)
    return out
