"""Weights from scores, the law: exact by sorting where a closed form exists, else by bisection."""

import numpy as np

from neurosparse.kernels.memory.entmax.rules import Entmax, Normmax, Rule
from neurosparse.typing import Array

HALVINGS = 100


def softmax(z: Array) -> Array:
    """exp(z_i) / Σ exp(z_j) of each row."""
    e = np.exp(z - z.max(1, keepdims=True))
    return np.asarray(e / e.sum(1, keepdims=True))


def sparsemax(z: Array) -> Array:
    """Project each row onto the simplex: the longest sorted prefix above its threshold."""
    s = -np.sort(-z, axis=1)
    rank = np.arange(1, z.shape[1] + 1)
    total = s.cumsum(1)
    k = (1 + rank * s > total).sum(1, keepdims=True)
    tau = (np.take_along_axis(total, k - 1, 1) - 1) / k
    return np.asarray(np.maximum(z - tau, 0))


def entmax15(z: Array) -> Array:
    """1.5-entmax of each row: the longest sorted prefix with τ <= its last score."""
    z = (z - z.max(1, keepdims=True)) / 2
    s = -np.sort(-z, axis=1)
    rank = np.arange(1, z.shape[1] + 1)
    mean = s.cumsum(1) / rank
    spread = (s * s).cumsum(1) - rank * mean**2
    taus = mean - np.sqrt(np.maximum((1 - spread) / rank, 0))
    k = (taus <= s).sum(1, keepdims=True)
    return np.asarray(np.maximum(z - np.take_along_axis(taus, k - 1, 1), 0) ** 2)


def bisect(z: Array, rule: Rule) -> Array:
    """Weights by halving the bracket of τ, for any rule but softmax."""
    scale, power, out, total = rule.shape
    v = scale * z
    lo = np.partition(v, -int(total), axis=1)[:, -int(total)][:, None] - 1
    hi = v.max(1, keepdims=True)
    for _ in range(HALVINGS):
        mid = (lo + hi) / 2
        enough = (np.clip(v - mid, 0, 1) ** power).sum(1, keepdims=True) >= total
        lo = np.where(enough, mid, lo)
        hi = np.where(enough, hi, mid)
    s = np.clip(v - lo, 0, 1)
    p = np.where(s > 0, s**out, 0)
    return np.asarray(p / p.sum(1, keepdims=True))


def steep(z: Array, alpha: float) -> Array:
    """Weights for α > 2 by sorting, and halving what τ lies below the lowest score of the support.

    A small weight is a root of that rest, which τ itself would have rounded away.
    """
    power = 1 / (alpha - 1)
    p = np.zeros_like(z)
    for row, out in zip((alpha - 1) * z, p, strict=True):
        v = -np.sort(-row)
        inside = 0
        outside = len(v)
        while outside - inside > 1:
            mid = (inside + outside) // 2
            fits = ((v[:mid] - v[mid]) ** power).sum() < 1
            if fits:
                inside = mid
            else:
                outside = mid
        lo, hi = -1074.0, 0.0  # log2 of the rest
        for _ in range(HALVINGS):
            half = (lo + hi) / 2
            enough = ((v[: inside + 1] - v[inside] + 2**half) ** power).sum() >= 1
            if enough:
                hi = half
            else:
                lo = half
        above = row >= v[inside]
        out[above] = (row[above] - v[inside] + 2**hi) ** power
    return np.asarray(p / p.sum(1, keepdims=True))


def weigh(z: Array, rule: Rule) -> Array:
    """Weights of each row of z [n, size] in float64."""
    z = z.astype(np.float64)
    # only leads count; of scores far from 0 their digits would be lost in sums
    z = z - z.max(1, keepdims=True)
    if rule.shape.total == 1 and np.isfinite(rule.gap):
        # further behind than the gap no score weighs, be it -inf
        z = np.maximum(z, -2 * rule.gap)
    match rule:
        case Entmax(1.0):
            return softmax(z)
        case Entmax(1.5):
            return entmax15(z)
        case Entmax(2.0):
            return sparsemax(z)
        case Entmax(alpha) if alpha > 2:
            return steep(z, alpha)
        case _:
            return bisect(z, rule)


def entmax_backward(p: Array, dp: Array, alpha: Array) -> tuple[Array, Array]:
    """Slopes to scores [n, size] and to α [n]; the published forms, α = 1 by its limit.

    With g = p^(2-α) on the support and s = g/Σg:  dz = g∘dp - s Σ(g∘dp),
    dα = Σ dp_i [(p_i - s_i)/(α-1)² - (p_i ln p_i - s_i Σ p ln p)/(α-1)].
    """
    a = alpha[:, None].astype(np.float64)
    on = p > 0
    safe = np.where(on, p, 1.0).astype(np.float64)
    log = np.log(safe)
    g = np.where(on, safe ** (2 - a), 0)
    s = g / g.sum(1, keepdims=True)
    dz = _centred(g, s, dp.astype(np.float64))
    neg = p * log
    d = a - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        general = (p - s) / d**2 - (neg - s * neg.sum(1, keepdims=True)) / d
    limit = (p * (neg * log).sum(1, keepdims=True) - neg * log) / 2
    return dz, (dp * np.where(d == 0, limit, general)).sum(1)


def _centred(g: Array, s: Array, dp: Array) -> Array:
    """g∘dp - s Σ(g∘dp); the largest g may outweigh all, so its slope is what the others leave."""
    k = g.argmax(1)[:, None]
    lead = dp - np.take_along_axis(dp, k, 1)
    dz = g * (lead - (s * lead).sum(1, keepdims=True))
    np.put_along_axis(dz, k, 0.0, 1)
    np.put_along_axis(dz, k, -dz.sum(1, keepdims=True), 1)
    return np.asarray(dz)


def normmax_backward(p: Array, dp: Array, rule: Normmax) -> Array:
    """Slopes to scores: with w = p^(2-γ)‖p‖^(γ-1)/(γ-1) and h = w∘(dp - p·dp), dz = h - p Σh."""
    g = rule.gamma
    on = p > 0
    safe = np.where(on, p, 1.0)
    top = p.max(1, keepdims=True)
    norm = top * ((p / top) ** g).sum(1, keepdims=True) ** (1 / g)
    # as a ratio: either power alone may overflow
    w = np.where(on, (norm / safe) ** (g - 2), 0) * norm / (g - 1)
    h = w * (dp - (p * dp).sum(1, keepdims=True))
    return np.asarray(h - p * h.sum(1, keepdims=True))
