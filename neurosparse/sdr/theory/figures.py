"""The curves of the papers, redrawn from the formulas."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from neurosparse.sdr.theory.classification import classification, classification_bound
from neurosparse.sdr.theory.matching import false_negative, false_positive
from neurosparse.sdr.theory.sequences import sequence_jaccard
from neurosparse.sdr.theory.thresholds import threshold_sweep
from neurosparse.sdr.theory.unions import union_match

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def _axes(ax: "Axes | None") -> "Axes":
    if ax is not None:
        return ax
    from matplotlib.figure import Figure

    return Figure(figsize=(5, 4)).subplots()


def plot_false_positive_curves(
    ax: "Axes | None" = None,
    active: Sequence[int] = (64, 128, 256),
    s: int = 24,
    theta: int = 12,
) -> "Axes":
    """Draw false positives of a segment against the number of cells, one line an activity.

    Returns:
        Axes.

    Source: Hawkins & Ahmad 2016, figure on scaling with n.

    >>> len(plot_false_positive_curves().lines)
    3
    """
    ax = _axes(ax)
    cells = list(range(300, 4001, 200))
    for a in active:
        ax.semilogy(
            cells, [false_positive(n, a, s, theta) for n in cells], label=f"a = {a}"
        )
    ax.set(xlabel="cells n", ylabel="false positive", title=f"s = {s}, θ = {theta}")
    ax.legend()
    return ax


def plot_noise_curves(
    ax: "Axes | None" = None, a: int = 128, s: int = 30, thetas: Sequence[int] = (8, 12, 16)
) -> "Axes":
    """Draw false negatives of a segment against the share of moved cells, one line a threshold.

    >>> len(plot_noise_curves().lines)
    3
    """
    ax = _axes(ax)
    moved = list(range(0, a + 1, 4))
    for theta in thetas:
        ax.plot(
            [v / a for v in moved],
            [false_negative(a, s, theta, v) for v in moved],
            label=f"θ = {theta}",
        )
    ax.set(
        xlabel="share of active cells moved",
        ylabel="false negative",
        title=f"a = {a}, s = {s}",
    )
    ax.legend()
    return ax


def plot_union_curves(
    ax: "Axes | None" = None, n: int = 1024, patterns: Sequence[int] = (10, 20, 40)
) -> "Axes":
    """Draw chance matches against a union over the weight of its codes, one line a number of codes.

    >>> len(plot_union_curves().lines)
    3
    """
    ax = _axes(ax)
    weights = list(range(1, 80))
    for m in patterns:
        ax.semilogy(weights, [union_match(n, w, m) for w in weights], label=f"M = {m}")
    ax.set(xlabel="active cells w", ylabel="false positive", title=f"n = {n}")
    ax.legend()
    return ax


def plot_threshold_curve(
    ax: "Axes | None" = None, thetas: Sequence[int] = tuple(range(3, 21))
) -> "Axes":
    """Draw median and mean error over the grid of `threshold_sweep` against the threshold.

    >>> len(plot_threshold_curve(thetas=[3, 4]).lines)
    2
    """
    ax = _axes(ax)
    rows = threshold_sweep(thetas)
    for name in ("median", "mean"):
        ax.semilogy([r.theta for r in rows], [getattr(r, name) for r in rows], label=name)
    ax.set(xlabel="threshold θ", ylabel="false positive")
    ax.legend()
    return ax


def plot_size_curves(
    ax: "Axes | None" = None,
    pairs: Sequence[tuple[int, int]] = ((2000, 32), (10_000, 300), (16_000, 4000)),
) -> "Axes":
    """Draw false positives at θ = s/2 against a segment's s synapses, one line a pair (n, a).

    Where a quarter of the cells is active no segment is large enough. Source: Ahmad & Hawkins 2016,
    arXiv:1601.00720.

    >>> len(plot_size_curves().lines)
    3
    """
    ax = _axes(ax)
    sizes = list(range(2, 49, 2))
    for n, a in pairs:
        ax.semilogy(
            sizes,
            [false_positive(n, a, s, s // 2) for s in sizes],
            label=f"n = {n:,}, a = {a:,}",
        )
    ax.set(xlabel="synapses s", ylabel="false positive", title="θ = s/2")
    ax.legend()
    return ax


def plot_accuracy_curves(
    ax: "Axes | None" = None, a: int = 40, s: int = 20, thetas: Sequence[int] = (8, 12, 16)
) -> "Axes":
    """Draw how often a noisy pattern is recognised against the cells moved, one line a threshold.

    Source: Hawkins & Ahmad 2016, doi:10.3389/fncir.2016.00023, the figure on noise.

    >>> len(plot_accuracy_curves().lines)
    3
    """
    ax = _axes(ax)
    moved = list(range(0, a + 1, 2))
    for theta in thetas:
        ax.plot(
            [v / a for v in moved],
            [1 - false_negative(a, s, theta, v) for v in moved],
            label=f"θ = {theta}",
        )
    ax.set(
        xlabel="share of active cells moved", ylabel="accuracy", title=f"a = {a}, s = {s}"
    )
    ax.legend()
    return ax


def plot_classification_curves(
    ax: "Axes | None" = None,
    n: int = 100,
    w: int = 7,
    stored: Sequence[int] = (10, 100, 500),
) -> "Axes":
    """Draw the error against M stored codes over the threshold, and dotted the bound M·fp.

    >>> len(plot_classification_curves().lines)
    6
    """
    ax = _axes(ax)
    thetas = list(range(1, w + 1))
    for i, m in enumerate(stored):
        colour = f"C{i}"
        exact = [classification(n, w, theta, m) for theta in thetas]
        ax.semilogy(thetas, exact, color=colour, label=f"M = {m}")
        ax.semilogy(
            thetas,
            [classification_bound(n, w, theta, m) for theta in thetas],
            ":",
            color=colour,
        )
    ax.set(xlabel="threshold θ", ylabel="false match", title=f"n = {n}, w = {w}")
    ax.legend()
    return ax


def plot_sequence_curve(ax: "Axes | None" = None, a: int = 64) -> "Axes":
    """Draw the Jaccard index of a first-order sequence memory's predictions against its cells.

    >>> len(plot_sequence_curve().lines)
    1
    """
    ax = _axes(ax)
    cells = list(range(300, 2101, 100))
    ax.plot(cells, [sequence_jaccard(n, a) for n in cells], color="C0")
    ax.set(
        xlabel="cells n",
        ylabel="Jaccard index of predictions",
        ylim=(0, 1.02),
        title=f"a = {a}",
    )
    return ax
