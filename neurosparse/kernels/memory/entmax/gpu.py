"""Entmax and normmax on the GPU (Triton): a row a program, τ by halving its bracket."""

import numpy as np
import torch
import triton
import triton.language as tl
from torch import Tensor

from neurosparse.kernels.base.machine.gpu import find_device, upload
from neurosparse.kernels.memory.entmax.rules import NEAR, Rule
from neurosparse.typing import Array

BLOCK = (
    4096  # scores at once; longer rows are walked, from the first-level cache, in several
)
HALVINGS = {torch.float32: 40, torch.float64: 64}


@triton.jit
def _raised(s, power):  # type: ignore[no-untyped-def]
    # log2 of what is masked out anyway must not be -inf · 0
    return tl.where(s > 0, tl.exp2(power * tl.log2(tl.maximum(s, 1e-37))), 0.0)


@triton.jit
def _lead(z, at, size, floor):  # type: ignore[no-untyped-def]
    """Scores less the largest, far below where there is none or no number."""
    v = tl.load(z + at, mask=at < size, other=float("-inf")).to(floor.dtype)
    return tl.where(tl.abs(v) < float("inf"), v - floor, -1e30)


@triton.jit
def _weight(lead, scale, lo, out):  # type: ignore[no-untyped-def]
    weight = tl.where(
        scale == 0.0, tl.exp(lead), _raised(tl.maximum(scale * lead - lo, 0.0), out)
    )
    return tl.where(lead == -1e30, 0.0, weight)


@triton.jit
def _weigh(  # type: ignore[no-untyped-def]
    z, p, scales, powers, outs, size, HALVINGS: tl.constexpr, BLOCK: tl.constexpr
):
    """p [n, size] of z [n, size], whatever its type, in that of scales, powers and outs [n]."""
    row = tl.program_id(0).to(tl.int64)
    each = tl.arange(0, BLOCK)  # [BLOCK]
    scale = tl.load(scales + row)
    power = tl.load(powers + row)
    out = tl.load(outs + row)
    z += row * size
    p += row * size
    highest = tl.full([BLOCK], float("-inf"), scale.dtype)
    broken = tl.zeros([BLOCK], tl.int32)
    for start in range(0, size, BLOCK):
        v = tl.load(z + start + each, mask=start + each < size, other=float("-inf")).to(
            scale.dtype
        )
        # a maximum may pass over NaN
        broken |= ((v != v) | (v == float("inf"))).to(tl.int32)
        highest = tl.maximum(highest, v)
    top = tl.max(highest, 0)
    floor = tl.where(tl.abs(top) < float("inf"), top, 0.0)
    lo = scale * 0.0 - 1.0
    hi = scale * 0.0
    for _ in range(HALVINGS):
        mid = 0.5 * (lo + hi)
        mass = tl.zeros([BLOCK], scale.dtype)
        for start in range(0, size, BLOCK):
            mass += _raised(
                tl.maximum(scale * _lead(z, start + each, size, floor) - mid, 0.0), power
            )
        enough = tl.sum(mass, 0) >= 1.0
        lo = tl.where(enough, mid, lo)
        hi = tl.where(enough, hi, mid)
    mass = tl.zeros([BLOCK], scale.dtype)
    for start in range(0, size, BLOCK):
        mass += _weight(_lead(z, start + each, size, floor), scale, lo, out)
    whole = tl.sum(mass, 0)
    whole = tl.where(whole > 0, whole, 1.0)
    whole = tl.where(tl.max(broken, 0) > 0, float("nan"), whole)
    for start in range(0, size, BLOCK):
        weight = _weight(_lead(z, start + each, size, floor), scale, lo, out)
        tl.store(p + start + each, weight / whole, mask=start + each < size)


@triton.jit
def _parts(p, dp, at, size, d):  # type: ignore[no-untyped-def]
    """Weights, their logarithms, g = w^(2 - α), the slope and the curve of each, from d = α - 1."""
    w = tl.load(p + at, mask=at < size, other=0.0).to(d.dtype)
    slope = tl.load(dp + at, mask=at < size, other=0.0).to(d.dtype)
    on = w > 0
    log = tl.where(on, tl.log(tl.maximum(w, 1e-37)), 0.0)
    g = tl.where(on, w * tl.exp(-d * log), 0.0)
    # the slope to α with its poles at α = 1 cancelled, as in cpu.py
    x = d * log
    near = log * log * (0.5 - x / 6.0 + x * x / 24.0)
    curve = tl.where(
        tl.abs(x) < 0.05, near, (tl.exp(-x) - 1.0 + x) / tl.where(d == 0.0, 1.0, d * d)
    )
    return w, log, g, slope, curve


@triton.jit
def _backward(p, dp, alphas, dz, da, size, BLOCK: tl.constexpr):  # type: ignore[no-untyped-def]
    row = tl.program_id(0).to(tl.int64)
    each = tl.arange(0, BLOCK)  # [BLOCK]
    d = tl.load(alphas + row) - 1.0
    p += row * size
    dp += row * size
    rest = tl.zeros([BLOCK], d.dtype)
    along = tl.zeros([BLOCK], d.dtype)
    mean = tl.zeros([BLOCK], d.dtype)
    entropy = tl.zeros([BLOCK], d.dtype)
    for start in range(0, size, BLOCK):
        w, log, g, slope, curve = _parts(p, dp, start + each, size, d)
        rest += g
        along += g * slope
        mean += w * curve
        entropy += w * log
    safe = tl.sum(rest, 0)
    safe = tl.where(safe > 0, safe, 1.0)
    pull = tl.sum(along, 0) / safe
    middle = tl.sum(mean, 0)
    spread = tl.sum(entropy, 0)
    change = tl.zeros([BLOCK], d.dtype)
    for start in range(0, size, BLOCK):
        w, log, g, slope, curve = _parts(p, dp, start + each, size, d)
        tl.store(
            dz + row * size + start + each, g * (slope - pull), mask=start + each < size
        )
        change += slope * w * (middle - curve - d * (log * middle - spread * curve))
    tl.store(da + row, tl.sum(change, 0) / safe)


def shapes_of(alpha: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """(scale, power, out) of the entmax of each row [n]; zeros for α = 1."""
    scale = torch.where(alpha - 1.0 > NEAR, alpha - 1.0, 0.0)
    power = torch.where(scale > 0, 1.0 / scale.clamp(min=NEAR), 0.0)
    return scale, power, power


def _real(z: Tensor) -> torch.dtype:
    return torch.float64 if z.dtype == torch.float64 else torch.float32


def _launch(size: int) -> dict[str, int]:
    block = min(triton.next_power_of_2(size), BLOCK)
    # 16 scores a thread, which then stay in registers
    return {"BLOCK": block, "num_warps": min(max(block // 512, 1), 8)}


def weigh_tensor(z: Tensor, scale: Tensor, power: Tensor, out: Tensor) -> Tensor:
    """Weights of each row of z [n, size] by its own shape, each [n].

    float64 is computed so, all else in float32.
    """
    p = torch.empty_like(z)
    if z.numel():
        numbers = [part.to(_real(z)).contiguous() for part in (scale, power, out)]
        halvings = HALVINGS[_real(z)]
        size = z.shape[1]
        _weigh[(len(z),)](z, p, *numbers, size, HALVINGS=halvings, **_launch(size))
    return p


def weigh_rule(z: Tensor, rule: Rule) -> Tensor:
    """Weights of each row of z [n, size] by one rule with a total of 1."""
    shapes = (torch.full((len(z),), value, device=z.device) for value in rule.shape[:3])
    return weigh_tensor(z, *shapes)


def backward_tensor(p: Tensor, dp: Tensor, alpha: Tensor) -> tuple[Tensor, Tensor]:
    """Slopes to scores [n, size] and to α [n] of float64, from weights and the slopes to them."""
    dz = torch.empty_like(p)
    da = torch.zeros(len(p), dtype=_real(p), device=p.device)
    if p.numel():
        _backward[(len(p),)](
            p, dp, alpha.to(_real(p)), dz, da, p.shape[1], **_launch(p.shape[1])
        )
    return dz, da.double()


def weigh(z: Array, rule: Rule, threads: int = 1) -> Array:
    """Weights of each row of z [n, size] by one rule, with a total of 1."""
    if rule.shape.total != 1:
        raise ValueError(
            f"rule: got {rule} on the GPU, wants an entmax or normmax; use backend='cpu'"
        )
    return np.asarray(weigh_rule(upload(z, find_device()), rule).cpu().numpy())


def entmax_backward(
    p: Array, dp: Array, alpha: Array, threads: int = 1
) -> tuple[Array, Array]:
    """Slopes to scores and to α, NumPy face."""
    device = find_device()
    dz, da = backward_tensor(*(upload(a, device) for a in (p, dp, alpha)))
    return dz.cpu().numpy(), da.cpu().numpy()
