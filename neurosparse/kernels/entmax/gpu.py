"""Entmax and normmax on the GPU (Triton): a row a program, τ by halving its bracket in registers."""

from typing import Any

import numpy as np
import torch
import triton
import triton.language as tl
from numpy.typing import NDArray
from torch import Tensor

from neurosparse.kernels.entmax.rules import Rule
from neurosparse.kernels.machine.gpu import find_device

HALVINGS = 40


@triton.jit
def _raised(s, power):  # type: ignore[no-untyped-def]
    # log2 of what is masked out anyway must not be -inf · 0
    return tl.where(s > 0, tl.exp2(power * tl.log2(tl.maximum(s, 1e-37))), 0.0)


@triton.jit
def _weigh(z, p, scales, powers, outs, size, HALVINGS: tl.constexpr, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    row = tl.program_id(0).to(tl.int64)
    at = tl.arange(0, BLOCK)  # [BLOCK]
    v = tl.load(z + row * size + at, mask=at < size, other=float("-inf")).to(tl.float32)
    scale, power, out = tl.load(scales + row), tl.load(powers + row), tl.load(outs + row)
    top = tl.max(v, 0)
    lead = tl.where(v == float("-inf"), -1e30, v - tl.where(top == float("-inf"), 0.0, top))
    u = scale * lead
    lo, hi = scale * 0.0 - 1.0, scale * 0.0
    for _ in range(HALVINGS):
        mid = 0.5 * (lo + hi)
        enough = tl.sum(_raised(tl.maximum(u - mid, 0.0), power), 0) >= 1.0
        lo = tl.where(enough, mid, lo)
        hi = tl.where(enough, hi, mid)
    weight = tl.where(scale == 0.0, tl.exp(lead), _raised(tl.maximum(u - lo, 0.0), out))
    weight = tl.where(v == float("-inf"), 0.0, weight)
    whole = tl.sum(weight, 0)
    weight = weight / tl.where(whole > 0, whole, 1.0)
    tl.store(p + row * size + at, weight, mask=at < size)


@triton.jit
def _backward(p, dp, alphas, dz, da, size, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    row = tl.program_id(0).to(tl.int64)
    at = tl.arange(0, BLOCK)
    w = tl.load(p + row * size + at, mask=at < size, other=0.0).to(tl.float32)
    slope = tl.load(dp + row * size + at, mask=at < size, other=0.0).to(tl.float32)
    d = tl.load(alphas + row) - 1.0
    on = w > 0
    log = tl.where(on, tl.log(tl.maximum(w, 1e-37)), 0.0)
    g = tl.where(on, w * tl.exp(-d * log), 0.0)
    rest = tl.sum(g, 0)
    safe = tl.where(rest > 0, rest, 1.0)
    along = tl.sum(g * slope, 0)
    tl.store(dz + row * size + at, g * (slope - along / safe), mask=at < size)
    # the slope to α with its poles at α = 1 cancelled, as in cpu.py
    x = d * log
    near = log * log * (0.5 - x / 6.0 + x * x / 24.0)
    curve = tl.where(tl.abs(x) < 0.05, near, (tl.exp(-x) - 1.0 + x) / tl.where(d == 0.0, 1.0, d * d))
    mean = tl.sum(w * curve, 0)
    entropy = tl.sum(w * log, 0)
    change = w * (mean - curve - d * (log * mean - entropy * curve))
    tl.store(da + row, tl.sum(slope * change, 0) / safe)


def shapes_of(alpha: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(scale, power, out) of the entmax of each row, float32 [n]; zeros for α = 1."""
    scale = (alpha - 1.0).float()
    power = torch.where(scale > 0, 1.0 / scale.clamp(min=1e-30), 0.0)
    return scale, power, power


def weigh_tensor(z: Tensor, scale: Tensor, power: Tensor, out: Tensor) -> Tensor:
    """Weights of each row of z [n, size] by its own shape, each [n]."""
    p = torch.empty_like(z)
    if z.numel():
        block = triton.next_power_of_2(z.shape[1])
        _weigh[(len(z),)](z, p, scale, power, out, z.shape[1], HALVINGS=HALVINGS, BLOCK=block)
    return p


def backward_tensor(p: Tensor, dp: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor]:
    """Slopes to scores [n, size] and to α [n] of float64, from weights and the slopes to them."""
    dz, da = torch.empty_like(p), torch.zeros(len(p), dtype=torch.float32, device=p.device)
    if p.numel():
        block = triton.next_power_of_2(p.shape[1])
        _backward[(len(p),)](p, dp, alpha.float(), dz, da, p.shape[1], BLOCK=block)
    return dz, da.double()


def weigh(z: NDArray[Any], rule: Rule, threads: int = 1) -> NDArray[Any]:
    """Weights of each row of z [n, size] by one rule, with a total of 1."""
    if rule.shape.total != 1:
        raise ValueError(f"rule: got {rule} on the GPU, wants an entmax or normmax; use backend='cpu'")
    device = find_device()
    rows = torch.from_numpy(z).to(device)
    shape = [torch.full((len(z),), value, device=device) for value in rule.shape[:3]]
    return np.asarray(weigh_tensor(rows, *shape).cpu().numpy())


def entmax_backward(
    p: NDArray[Any], dp: NDArray[Any], alpha: NDArray[Any], threads: int = 1
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Slopes to scores and to α, NumPy face."""
    device = find_device()
    dz, da = backward_tensor(*(torch.from_numpy(a).to(device) for a in (p, dp, alpha)))
    return dz.cpu().numpy(), da.cpu().numpy()
