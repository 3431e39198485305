"""The outer product on a support on a GPU (Triton): a program some edges, rows contiguous."""

import torch
import triton
import triton.language as tl
from torch import Tensor

# edges of a program, samples at once: 8 products a thread, 2 rows of 256 bytes an edge
EDGES = 16
BLOCK = 64


@triton.jit
def _outer(  # type: ignore[no-untyped-def]
    pre, post, x, g, out, nnz, batch, EDGES: tl.constexpr, BLOCK: tl.constexpr
):
    """out[e] = Σ_b x[pre[e], b] g[post[e], b]; neighbouring edges share their row of x."""
    e = tl.program_id(0).to(tl.int64) * EDGES + tl.arange(0, EDGES)  # [EDGES]
    on = e < nnz
    left = x + tl.load(pre + e, mask=on, other=0).to(tl.int64) * batch
    right = g + tl.load(post + e, mask=on, other=0).to(tl.int64) * batch
    total = tl.zeros([EDGES, BLOCK], dtype=out.dtype.element_ty)
    for start in range(0, batch, BLOCK):
        b = start + tl.arange(0, BLOCK)  # [BLOCK]
        inside = on[:, None] & (b < batch)[None, :]
        product = tl.load(left[:, None] + b[None, :], mask=inside, other=0.0)
        total += product * tl.load(right[:, None] + b[None, :], mask=inside, other=0.0)
    tl.store(out + e, tl.sum(total, 1), mask=on)


def outer_edges(indptr: Tensor, indices: Tensor, x: Tensor, g: Tensor) -> Tensor:
    """Compute dvalues `[nnz]` from feature-major x `[n_pre, batch]` and g `[n_post, batch]`."""
    out = torch.zeros(len(indices), dtype=x.dtype, device=x.device)
    if len(indices) and x.shape[1]:
        rows = torch.arange(len(indptr) - 1, device=indptr.device)
        pre = torch.repeat_interleave(rows, indptr.diff(), output_size=len(indices))
        grid = (triton.cdiv(len(indices), EDGES),)
        _outer[grid](
            pre, indices, x, g, out, len(indices), x.shape[1], EDGES=EDGES, BLOCK=BLOCK
        )
    return out
