"""Winners on a GPU (Triton): a program finds the k-th value of its row by bisection of bits.

Bits of float32, those of negative ones turned round, are ordered as the numbers are, so 32 halvings
of the range of int32 find the threshold exactly. A row is held whole, so rows may have at most
16,384 values.
"""

import numpy as np
import torch
import triton
import triton.language as tl
from torch import Tensor

from neurosparse.kernels.base.machine.gpu import find_device, upload
from neurosparse.typing import Array, Int32

LONGEST = 16_384


@triton.jit
def _k_winners(values, out, size, k, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    row = tl.program_id(0).to(tl.int64)
    i = tl.arange(0, BLOCK)
    inside = i < size
    # adding 0 makes -0 and 0 the same bits
    bits = (tl.load(values + row * size + i, mask=inside, other=0.0) + 0.0).to(
        tl.int32, bitcast=True
    )
    key = (bits ^ ((bits >> 31) & 0x7FFFFFFF)).to(tl.int64)
    low = tl.zeros([], tl.int64) - 2147483648
    high = tl.zeros([], tl.int64) + 2147483647
    for _ in range(32):  # the largest key that at least k reach
        middle = (low + high + 1) >> 1
        enough = tl.sum(((key >= middle) & inside).to(tl.int32), 0) >= k
        low = tl.where(enough, middle, low)
        high = tl.where(enough, high, middle - 1)
    above = (key > low) & inside
    tie = ((key == low) & inside).to(tl.int32)
    ties = k - tl.sum(above.to(tl.int32), 0)
    from_end = tl.sum(tie, 0) - tl.cumsum(tie, 0) + tie
    wins = above | ((tie > 0) & (from_end <= ties))
    place = tl.cumsum(wins.to(tl.int32), 0) - 1
    tl.store(out + row * k + place, i, mask=wins)


def winners_of_tensor(rows: Tensor, k: int) -> Tensor:
    """Return the ascending indices of the k largest, int32, of float32 rows on the device."""
    size = rows.shape[1]
    out = torch.empty((len(rows), k), dtype=torch.int32, device=rows.device)
    if out.numel():
        block = triton.next_power_of_2(size)
        # about 16 values a thread, so that a row stays in registers
        warps = min(max(block // 512, 1), 16)
        grid = (len(rows),)
        _k_winners[grid](rows.contiguous(), out, size, k, BLOCK=block, num_warps=warps)
    return out


def k_winners(values: Array, k: int) -> Int32:
    """Return the ascending indices of the k largest of each row, float32 `[n, size]`."""
    if values.dtype != np.float32 or values.shape[1] > LONGEST:
        kind = f"{values.dtype}{list(values.shape)}"
        expected = f"float32 rows of at most {LONGEST}; use backend='cpu' for others"
        raise ValueError(f"values: got {kind}, want {expected}")
    device = find_device()
    if not values.size or not k:
        return np.empty((len(values), k), np.int32)
    winners = winners_of_tensor(upload(values, device), int(k))
    return np.asarray(winners.cpu().numpy(), np.int32)
