"""What layers represent: similarity between networks, matched neurons, sparseness and selectivity.

Activities are tables `[samples, neurons]`; two networks are compared on the same samples in the
same order.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import finite
from neurosparse.errors import Said, bad_argument
from neurosparse.typing import Array, Float64, Int64


def cka(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Linear centred kernel alignment of two activities `[samples, n]`, `[samples, m]`, in [0, 1].

        CKA = ‖Yᵀ X‖² / (‖Xᵀ X‖ ‖Yᵀ Y‖)    with centred columns, Frobenius norms

    It ignores rotations and a common scale; with fewer samples than neurons it is high for
    anything. NaN where one side is constant.

    Source: S. Kornblith et al., ICML 2019, arXiv:1905.00414.

    >>> round(cka([[1, 0], [0, 1], [1, 1]], [[2, 0], [0, 2], [2, 2]]), 6)
    1.0
    """
    one, two = _pair(x, y)
    norms = np.linalg.norm(_gram(one)) * np.linalg.norm(_gram(two))
    # the cheaper of neurons x neurons and samples x samples; both have the same norm
    if one.shape[1] * two.shape[1] <= len(one) ** 2:
        cross = float(np.linalg.norm(two.T @ one) ** 2)
    else:
        cross = float(np.sum((one @ one.T) * (two @ two.T)))
    return cross / float(norms) if norms > 0 else float("nan")


def cca(x: npt.ArrayLike, y: npt.ArrayLike, keep: float = 0.99) -> Float64:
    """Canonical correlations of two activities, largest first (SVCCA).

    Args:
        x: activity `[samples, n]`.
        y: activity `[samples, m]`.
        keep: share of the variance of each that PCA leaves.

    Source: M. Raghu et al., NeurIPS 2017, arXiv:1706.05806.

    >>> x = np.array([[1, 0], [0, 1], [1, 1], [0, 0]])
    >>> cca(x, x[:, ::-1]).round(6).tolist()
    [1.0, 1.0]
    """
    if not 0 < finite("keep", keep) <= 1:
        raise bad_argument("keep", keep, "a share of the variance above 0, at most 1")
    one, two = _pair(x, y)
    left = _directions(one, keep)
    right = _directions(two, keep)
    return np.clip(np.linalg.svd(left.T @ right, compute_uv=False), 0.0, 1.0)


class NeuronMatch(NamedTuple):
    """Partner in the second network of each neuron of the first `[n]`, and their correlation `[n]`.

    -1 and NaN: none.
    """

    partner: Int64
    correlation: Float64


def match_neurons(x: npt.ArrayLike, y: npt.ArrayLike) -> NeuronMatch:
    """Pair the neurons of two networks one to one so that the summed correlation is largest.

    Constant neurons correlate 0 with all. Where one network is larger, some of it stays unpaired.

    Sources: Y. Li et al., ICLR 2016, arXiv:1511.07543; the assignment by SciPy (Jonker-Volgenant).

    >>> match_neurons([[1, 0], [0, 1], [1, 1]], [[0, 1], [1, 0], [1, 1]]).partner.tolist()
    [1, 0]
    """
    from scipy.optimize import linear_sum_assignment

    one, two = _pair(x, y)
    pairs = one.shape[1] * two.shape[1]
    refuse_beyond_memory("x", 16.0 * pairs, f"{pairs:,} pairs of neurons", "take a sample")
    table = _standard(one).T @ _standard(two)
    rows, columns = linear_sum_assignment(table, maximize=True)
    partner = np.full(one.shape[1], -1)
    correlation = np.full(one.shape[1], np.nan)
    partner[rows] = columns
    correlation[rows] = table[rows, columns]
    return NeuronMatch(partner, correlation)


def hoyer_sparseness(x: npt.ArrayLike, axis: int = -1) -> Float64:
    """Hoyer's sparseness along an axis: 0 all equal, 1 only one is not 0.

        (√n - ‖x‖₁ / ‖x‖₂) / (√n - 1)

    NaN for an all-zero vector and along an axis shorter than 2; the scale of x does not matter.

    Source: P. O. Hoyer, JMLR 5 (2004).

    >>> hoyer_sparseness([[1, 1, 1, 1], [0, 0, 3, 0]]).tolist()
    [0.0, 1.0]
    """
    values = np.abs(_along(x, axis))
    n = values.shape[axis]
    length = np.linalg.norm(values, axis=axis)
    total = values.sum(axis=axis)
    if n <= 1:
        return np.full_like(total, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((np.sqrt(n) - total / length) / (np.sqrt(n) - 1))


def treves_rolls_sparseness(x: npt.ArrayLike, axis: int = -1) -> Float64:
    """Treves-Rolls sparseness of rates ≥ 0 along an axis: 0 uniform, 1 one alone.

        (1 - (mean r)² / mean r²) / (1 - 1/n)

    Over neurons it is population sparseness, over samples lifetime sparseness. NaN where all rates
    are 0, and along an axis shorter than 2.

    Sources: E. T. Rolls, M. J. Tovee, J. Neurophysiol. 73 (1995), doi:10.1152/jn.1995.73.2.713;
    W. E. Vinje, J. L. Gallant, Science 287 (2000), doi:10.1126/science.287.5456.1273.

    >>> treves_rolls_sparseness([[1, 1, 1, 1], [0, 0, 3, 0]]).tolist()
    [0.0, 1.0]
    """
    rates = _along(x, axis)
    if rates.size and rates.min() < 0:
        remedy = "take hoyer_sparseness() for signed activity"
        raise bad_argument("x", float(rates.min()), "rates, 0 or more", remedy)
    n = rates.shape[axis]
    total = rates.sum(axis=axis)
    if n <= 1:
        return np.full_like(total, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        uniform = (total / n) ** 2 / ((rates**2).sum(axis=axis) / n)
        return np.asarray((1 - uniform) / (1 - 1 / n))


def local_rank(jacobians: npt.ArrayLike, eps: float = 1e-3) -> float:
    """Local rank of a layer: the mean number of directions in which a small change moves it.

        LR = E_x #{ i : σ_i(J_x) > eps σ_1(J_x) }

    J_x `[m, n]` is the derivative of the layer's input by the network's.

    Args:
        jacobians: one matrix a sample, `[samples, m, n]`, such as
            `torch.func.vmap(torch.func.jacrev(f))(x)`.
        eps: share of the largest singular value below which a direction counts as lost. A layer
            that does not move at all has rank 0 there.

    Source: N. Patel, R. Shwartz-Ziv (2024), arXiv:2410.07687.

    >>> local_rank([[[1, 0], [0, 1]], [[1, 0], [0, 0]], [[0, 0], [0, 0]]])
    1.0
    """
    table = _real("jacobians", jacobians)
    if table.ndim != 3 or 0 in table.shape or not np.isfinite(table).all():
        expected = "finite matrices, one a sample, shape [samples, m, n]"
        raise bad_argument("jacobians", table, expected)
    if not 0 <= finite("eps", eps) < 1:
        raise bad_argument("eps", eps, "a share of at least 0, below 1")
    size = np.linalg.svd(table, compute_uv=False)
    return float((size > eps * size[:, :1]).sum(axis=1).mean())


class Selectivity(NamedTuple):
    """Per neuron `[n]`: score in [0, 1] for rates ≥ 0, and the class it prefers."""

    score: Float64
    preferred: Array


def selectivity(x: npt.ArrayLike, classes: npt.ArrayLike) -> Selectivity:
    """Class selectivity of mean responses: 1 fires for one class alone, 0 for all alike.

        (best - rest) / (best + rest)

    `best` is the largest mean over classes, `rest` the mean of the other class means; NaN for a
    silent neuron.

    Args:
        x: activity, 0 or more `[samples, n]`.
        classes: of the samples `[samples]`, two or more.

    Source: A. S. Morcos et al., ICLR 2018, arXiv:1803.06959.

    >>> result = selectivity([[1, 2], [1, 2], [0, 2]], ["a", "a", "b"])
    >>> result.score.tolist(), result.preferred.tolist()
    ([1.0, 0.0], ['a', 'a'])
    """
    rates = _table("x", x)
    labels = np.asarray(classes)
    if labels.shape != (len(rates),):
        raise bad_argument("classes", labels, f"one class per sample, shape [{len(rates)}]")
    names = np.unique(labels)
    if len(names) < 2 or rates.min(initial=0) < 0:
        problem = Said("one class, or negative rates")
        raise bad_argument("classes", problem, "two classes or more, rates ≥ 0")
    means = np.stack([rates[labels == name].mean(axis=0) for name in names])
    best = means.max(axis=0)
    rest = (means.sum(axis=0) - best) / (len(names) - 1)
    with np.errstate(invalid="ignore"):
        return Selectivity((best - rest) / (best + rest), names[means.argmax(axis=0)])


def _real(name: str, x: npt.ArrayLike) -> Float64:
    array = np.asarray(x)
    if array.dtype.kind not in "biuf":
        raise bad_argument(name, array, "real numbers")
    return np.asarray(array, np.float64)


def _along(x: npt.ArrayLike, axis: int) -> Float64:
    """Values whose largest size along an axis is 1: no square leaves the range of a float."""
    values = _real("x", x)
    if not -values.ndim <= axis < values.ndim:
        raise bad_argument("axis", axis, f"one of the {values.ndim} axes of x")
    if not np.isfinite(values).all():
        raise bad_argument("x", Said("NaN or infinity"), "finite numbers")
    top = np.abs(values).max(axis=axis, keepdims=True, initial=0.0)
    return np.asarray(values / np.where(top > 0, top, 1.0))


def _table(name: str, x: npt.ArrayLike) -> Float64:
    table = _real(name, x)
    if (
        table.ndim != 2
        or len(table) < 2
        or table.shape[1] < 1
        or not np.isfinite(table).all()
    ):
        expected = (
            "finite activity [samples, neurons] of at least two samples and one neuron"
        )
        raise bad_argument(name, table, expected)
    return table


def _pair(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Float64, Float64]:
    one = _table("x", x)
    two = _table("y", y)
    if len(one) != len(two):
        raise bad_argument("y", two, f"the same {len(one)} samples as x")
    return _centred(one), _centred(two)


def _centred(table: Float64) -> Float64:
    """Deviations from the mean of each neuron, the largest of size 1.

    Every measure of a pair ignores the scale.
    """
    scaled = table / (np.abs(table).max() or 1.0)
    rest = scaled - scaled.mean(axis=0)
    # a constant neuron leaves rounding noise, not activity
    rest[:, np.ptp(table, axis=0) == 0] = 0.0
    centred: Float64 = rest / (np.abs(rest).max() or 1.0)
    return centred


def _gram(table: Float64) -> Float64:
    """The smaller of both Gram matrices; their norms are equal."""
    return table.T @ table if table.shape[1] <= len(table) else table @ table.T


def _directions(table: Float64, keep: float) -> Float64:
    """Orthonormal directions over samples that hold `keep` of the variance."""
    left, size, _ = np.linalg.svd(table, full_matrices=False)
    share = np.cumsum(size**2) / max(float((size**2).sum()), 1e-300)
    count = int(np.searchsorted(share, keep - 1e-12)) + 1
    # directions without variance are rounding noise
    varies = size[:count] > 1e-10 * max(float(size[0]), 1e-300)
    return np.asarray(left[:, :count][:, varies])


def _standard(table: Float64) -> Float64:
    """Columns of length 1; constant ones stay 0."""
    norm = np.linalg.norm(table, axis=0)
    varies = norm > 1e-12 * norm.max(initial=0.0)
    scaled: Float64 = np.divide(table, norm, out=np.zeros_like(table), where=varies)
    return scaled
