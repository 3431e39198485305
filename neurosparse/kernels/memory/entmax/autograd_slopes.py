"""Slopes of entmax and normmax in tensor arithmetic, which have slopes themselves."""

import math
from typing import Any

import torch
from torch import Tensor

# below this the quotient of `_curve` loses digits, and a short series has all of them
_SMALL = 0.1
_TERMS = 10


def entmax_slopes(
    p: Tensor, dp: Tensor, alpha: Tensor, needs_alpha: bool
) -> tuple[Tensor, Tensor | None]:
    """Slopes to scores `[n, size]` and to α `[n]`, as the kernels give them but differentiable.

    With g = p^(2-α) on the support:  dz = g∘dp - g Σ(g∘dp)/Σg. The slope to α is that of
    `cpu.alpha_slope`, which has no pole at α = 1.

    >>> p = torch.tensor([[0.75, 0.25, 0.0]])
    >>> two = torch.tensor([2.0], dtype=torch.float64)
    >>> entmax_slopes(p, torch.tensor([[1.0, 0.0, 5.0]]), two, False)
    (tensor([[ 0.5000, -0.5000,  0.0000]]), None)
    """
    on = p > 0
    weights = p.double()
    # powers of the zeros would have slopes that are not finite
    log = torch.where(on, weights, 1.0).log()
    a = alpha[:, None]
    incoming = torch.where(on, dp.double(), 0.0)
    g = torch.exp((2 - a) * log).where(on, 0.0)
    sum_g = g.sum(1, keepdim=True)
    sum_g = torch.where(sum_g > 0, sum_g, 1.0)
    # only differences count, and small ones keep their digits
    lead = incoming - incoming.detach().gather(1, g.detach().argmax(1, keepdim=True))
    lead = torch.where(on, lead, 0.0)
    dz = g * (lead - (g * lead).sum(1, keepdim=True) / sum_g)
    if not needs_alpha:
        return dz.to(p.dtype), None
    d = a - 1
    w = log**2 * _curve(d * log)
    w_mean = (weights * w).sum(1, keepdim=True)
    entropy = (weights * log).sum(1, keepdim=True)
    rest = (weights * torch.exp(-d * log)).sum(1)
    slope = weights * (w_mean - w - d * (log * w_mean - entropy * w))
    da = (incoming * slope).sum(1) / torch.where(rest > 0, rest, 1.0)
    return dz.to(p.dtype), da


def _curve(t: Tensor) -> Tensor:
    """(e^-t - 1 + t)/t², which is 1/2 at 0."""
    small = t.abs() < _SMALL
    near = torch.where(small, t, 0.0)
    far = torch.where(small, 1.0, t)
    series = torch.zeros_like(t)
    for k in reversed(range(_TERMS)):
        series = (-1) ** k / math.factorial(k + 2) + near * series
    return torch.where(small, series, (torch.expm1(-far) + far) / far**2)


def normmax_slopes(p: Tensor, dp: Tensor, gamma: float) -> Tensor:
    """Slopes to scores: with w = p^(2-γ)‖p‖^(γ-1)/(γ-1) and h = w∘(dp - p·dp), dz = h - p Σh.

    >>> normmax_slopes(torch.tensor([[0.5, 0.5]]), torch.tensor([[1.0, 0.0]]), 2.0)
    tensor([[ 0.3536, -0.3536]])
    """
    top = p.amax(1, keepdim=True).clamp(min=torch.finfo(p.dtype).tiny)
    norm = top * (p / top).pow(gamma).sum(1, keepdim=True).pow(1 / gamma)
    # as a ratio: either power alone may overflow; 1 where nothing weighs, whose slope is finite
    ratio = torch.where(p > 0, norm / torch.where(p > 0, p, 1.0), 1.0)
    w = ratio.pow(gamma - 2).where(p > 0, 0.0) * norm / (gamma - 1)
    h = w * (dp - (p * dp).sum(1, keepdim=True))
    return h - p * h.sum(1, keepdim=True)


def as_rows(info: Any, in_dims: Any, *parts: Tensor) -> list[Tensor]:
    """Join the axis over which `vmap` goes with the rows; parts without it are repeated."""
    joined = []
    for part, dim in zip(parts, in_dims, strict=True):
        fixed = dim is None
        batch = part.expand(info.batch_size, *part.shape) if fixed else part.movedim(dim, 0)
        joined.append(batch.flatten(0, 1).contiguous())
    return joined
