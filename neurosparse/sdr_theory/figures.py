"""The curves of the papers, redrawn from the formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neurosparse.sdr_theory.matching import false_negative, false_positive
from neurosparse.sdr_theory.thresholds import threshold_sweep
from neurosparse.sdr_theory.unions import union_match


def _axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    from matplotlib.figure import Figure

    return Figure(figsize=(5, 4)).subplots()


def false_positive_curves(ax: Any = None, active: Sequence[int] = (64, 128, 256), s: int = 24, theta: int = 12) -> Any:
    """Draw false positives of a segment against the number of cells, one line an activity; returns Axes.

    Source: Hawkins & Ahmad 2016, figure on scaling with n.

    >>> len(false_positive_curves().lines)
    3
    """
    ax, cells = _axes(ax), list(range(300, 4001, 200))
    for a in active:
        ax.semilogy(cells, [false_positive(n, a, s, theta) for n in cells], label=f"a = {a}")
    ax.set(xlabel="cells n", ylabel="false positive", title=f"s = {s}, θ = {theta}")
    ax.legend()
    return ax


def noise_curves(ax: Any = None, a: int = 128, s: int = 30, thetas: Sequence[int] = (8, 12, 16)) -> Any:
    """Draw false negatives of a segment against the share of moved cells, one line a threshold.

    >>> len(noise_curves().lines)
    3
    """
    ax, moved = _axes(ax), list(range(0, a + 1, 4))
    for theta in thetas:
        ax.plot([v / a for v in moved], [false_negative(a, s, theta, v) for v in moved], label=f"θ = {theta}")
    ax.set(xlabel="share of active cells moved", ylabel="false negative", title=f"a = {a}, s = {s}")
    ax.legend()
    return ax


def union_curves(ax: Any = None, n: int = 1024, patterns: Sequence[int] = (10, 20, 40)) -> Any:
    """Draw chance matches against a union over the weight of its codes, one line a number of codes.

    >>> len(union_curves().lines)
    3
    """
    ax, weights = _axes(ax), list(range(1, 80))
    for m in patterns:
        ax.semilogy(weights, [union_match(n, w, m) for w in weights], label=f"M = {m}")
    ax.set(xlabel="active cells w", ylabel="false positive", title=f"n = {n}")
    ax.legend()
    return ax


def threshold_curve(ax: Any = None, thetas: Sequence[int] = tuple(range(3, 21))) -> Any:
    """Draw median and mean error over the grid of `threshold_sweep` against the threshold.

    >>> len(threshold_curve(thetas=[3, 4]).lines)
    2
    """
    ax, rows = _axes(ax), threshold_sweep(thetas)
    for name in ("median", "mean"):
        ax.semilogy([r.theta for r in rows], [getattr(r, name) for r in rows], label=name)
    ax.set(xlabel="threshold θ", ylabel="false positive")
    ax.legend()
    return ax
