"""Overlap on the GPU (Triton): one tile of pairs a program, 32-bit words, a popcount a pair."""

from typing import Any

import numpy as np
import torch
import triton
import triton.language as tl

from neurosparse.kernels.base.machine.gpu import find_device, upload
from neurosparse.typing import Int32, UInt64

TILE = 64  # 32 pairs a thread, for 12 words read: popcounts, not loads, set the pace


@triton.jit
def popcount(v):  # type: ignore[no-untyped-def]
    """Number of set bits of 32-bit words."""
    # sums of 2, 4, 8 bits in place, of all bytes by a product: LLVM knows this as its popcount
    v = v.to(tl.uint32, bitcast=True)
    v = v - ((v >> 1) & 0x55555555)
    v = (v & 0x33333333) + ((v >> 2) & 0x33333333)
    v = (v + (v >> 4)) & 0x0F0F0F0F
    return ((v * 0x01010101) >> 24).to(tl.int32)


@triton.jit
def _overlap(a, b, out, n, m, words, across, TILE: tl.constexpr):  # type: ignore[no-untyped-def]
    """out [n, m] from word-major a [words, n] and b [words, m]: neighbours load neighbours."""
    tile = tl.program_id(0).to(tl.int64)
    rows = tile // across * TILE + tl.arange(0, TILE)  # [TILE]
    cols = tile % across * TILE + tl.arange(0, TILE)  # [TILE]
    count = tl.zeros((TILE, TILE), tl.int32)
    for w in range(words):
        x = tl.load(a + tl.cast(w, tl.int64) * n + rows, mask=rows < n, other=0)
        y = tl.load(b + tl.cast(w, tl.int64) * m + cols, mask=cols < m, other=0)
        count += popcount(x[:, None] & y[None, :])
    where = rows[:, None] * m + cols[None, :]
    tl.store(out + where, count, mask=(rows[:, None] < n) & (cols[None, :] < m))


def overlap_tensor(a: Any, b: Any) -> Any:
    """Overlap of int32 tensors a [n, words32] and b [m, words32] on one device -> int32 [n, m]."""
    n, m = len(a), len(b)
    out = torch.empty((n, m), dtype=torch.int32, device=a.device)
    if out.numel():
        across = triton.cdiv(m, TILE)
        x = a.T.contiguous()
        y = b.T.contiguous()
        # one axis: a grid's second ends at 65,535
        _overlap[(triton.cdiv(n, TILE) * across,)](
            x, y, out, n, m, a.shape[1], across, TILE=TILE
        )
    return out


def overlap(a: UInt64, b: UInt64) -> Int32:
    """Common bits of every row of a [n, words] with every row of b [m, words] -> [n, m]."""
    device = find_device()
    x = upload(a.view(np.int32), device)
    y = upload(b.view(np.int32), device)
    return np.asarray(overlap_tensor(x, y).cpu().numpy(), np.int32)
