"""Overlap on the GPU (Triton): one tile of pairs a program, 32-bit words, popcount by bit sums."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import triton
import triton.language as tl
from numpy.typing import NDArray

from neurosparse.kernels.machine.gpu import find_device


@triton.jit
def _popcount(v):  # type: ignore[no-untyped-def]
    # sums of 2, 4, 8 bits in place; v is int32, so every right shift is masked
    v = v - ((v >> 1) & 0x55555555)
    v = (v & 0x33333333) + ((v >> 2) & 0x33333333)
    v = (v + (v >> 4)) & 0x0F0F0F0F
    v = v + (v >> 8)
    return (v + (v >> 16)) & 0x3F


@triton.jit
def _overlap(a, b, out, n, m, words, TILE: tl.constexpr):  # type: ignore[no-untyped-def]
    rows = tl.program_id(0).to(tl.int64) * TILE + tl.arange(0, TILE)  # [TILE]
    cols = tl.program_id(1).to(tl.int64) * TILE + tl.arange(0, TILE)  # [TILE]
    count = tl.zeros((TILE, TILE), tl.int32)
    for w in range(words):
        x = tl.load(a + rows * words + w, mask=rows < n, other=0)
        y = tl.load(b + cols * words + w, mask=cols < m, other=0)
        count += _popcount(x[:, None] & y[None, :])
    where = rows[:, None] * m + cols[None, :]
    tl.store(out + where, count, mask=(rows[:, None] < n) & (cols[None, :] < m))


def overlap_tensor(a: Any, b: Any) -> Any:
    """Overlap of int32 tensors a [n, words32] and b [m, words32] on one device -> int32 [n, m]."""
    out = torch.empty((a.shape[0], b.shape[0]), dtype=torch.int32, device=a.device)
    tile = 32
    if out.numel():
        grid = (triton.cdiv(a.shape[0], tile), triton.cdiv(b.shape[0], tile))
        _overlap[grid](a, b, out, a.shape[0], b.shape[0], a.shape[1], TILE=tile)
    return out


def overlap(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> NDArray[np.int32]:
    """Common bits of every row of a [n, words] with every row of b [m, words] -> [n, m]."""
    device = find_device()
    x, y = (torch.from_numpy(v.view(np.int32)).to(device) for v in (a, b))
    return np.asarray(overlap_tensor(x, y).cpu().numpy(), np.int32)
