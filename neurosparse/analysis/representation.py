"""What layers represent: similarity between networks, matched neurons, sparseness and selectivity.

Activities are tables `[samples, neurons]`; two networks are compared on the same samples in the
same order.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.errors import Said, bad_argument

Float = npt.NDArray[np.float64]


def cka(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Linear centred kernel alignment of two activities `[samples, n]`, `[samples, m]`, in [0, 1].

    CKA = ‖Yᵀ X‖² / (‖Xᵀ X‖ ‖Yᵀ Y‖) with centred columns (Frobenius norms). It ignores rotations and
    a common scale; with fewer samples than neurons it is high for anything. NaN where one side is
    constant.

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


def cca(x: npt.ArrayLike, y: npt.ArrayLike, keep: float = 0.99) -> Float:
    """Canonical correlations of two activities, largest first, after PCA to `keep` of the variance (SVCCA).

    Source: M. Raghu et al., NeurIPS 2017, arXiv:1706.05806.

    >>> cca([[1, 0], [0, 1], [1, 1], [0, 0]], [[0, 1], [1, 0], [1, 1], [0, 0]]).round(6).tolist()
    [1.0, 1.0]
    """
    if not 0 < keep <= 1:
        raise bad_argument("keep", keep, "a share of the variance above 0, at most 1")
    left, right = (_directions(table, keep) for table in _pair(x, y))
    return np.clip(np.linalg.svd(left.T @ right, compute_uv=False), 0.0, 1.0)


class NeuronMatch(NamedTuple):
    """Neuron `partner[i]` of the second network for each i of the first (-1: none), and their correlation."""

    partner: npt.NDArray[np.int64]
    correlation: Float


def match_neurons(x: npt.ArrayLike, y: npt.ArrayLike) -> NeuronMatch:
    """Pair the neurons of two networks one to one so that the summed correlation is largest.

    Constant neurons correlate 0 with all. Where one network is larger, some of it stays unpaired.

    Sources: Y. Li et al., ICLR 2016, arXiv:1511.07543; the assignment by SciPy (Jonker-Volgenant).

    >>> match_neurons([[1, 0], [0, 1], [1, 1]], [[0, 1], [1, 0], [1, 1]]).partner.tolist()
    [1, 0]
    """
    from scipy.optimize import linear_sum_assignment

    one, two = (_standard(table) for table in _pair(x, y))
    correlation = one.T @ two
    rows, columns = linear_sum_assignment(correlation, maximize=True)
    partner = np.full(one.shape[1], -1)
    found = np.full(one.shape[1], np.nan)
    partner[rows] = columns
    found[rows] = correlation[rows, columns]
    return NeuronMatch(partner, found)


def hoyer_sparseness(x: npt.ArrayLike, axis: int = -1) -> Float:
    """Hoyer's sparseness along an axis, (√n - ‖x‖₁ / ‖x‖₂) / (√n - 1): 0 all equal, 1 only one is not 0.

    NaN for an all-zero vector and along an axis shorter than 2; the scale of x does not matter.

    Source: P. O. Hoyer, JMLR 5 (2004).

    >>> hoyer_sparseness([[1, 1, 1, 1], [0, 0, 3, 0]]).tolist()
    [0.0, 1.0]
    """
    values = np.abs(_along(x, axis))
    n = values.shape[axis]
    largest = np.linalg.norm(values, axis=axis)
    total = values.sum(axis=axis)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (np.sqrt(n) - total / largest) / (np.sqrt(n) - 1)
    return np.asarray(found if n > 1 else np.full_like(total, np.nan))


def treves_rolls_sparseness(x: npt.ArrayLike, axis: int = -1) -> Float:
    """Treves-Rolls sparseness of rates ≥ 0 along an axis, 1 - (mean r)² / mean r², over its maximum 1 - 1/n.

    Over neurons it is population sparseness, over samples lifetime sparseness: 0 uniform, 1 one
    alone. NaN where all rates are 0.

    Sources: E. T. Rolls, M. J. Tovee, J. Neurophysiol. 73 (1995), doi:10.1152/jn.1995.73.2.713;
    W. E. Vinje, J. L. Gallant, Science 287 (2000), doi:10.1126/science.287.5456.1273.

    >>> treves_rolls_sparseness([[1, 1, 1, 1], [0, 0, 3, 0]]).tolist()
    [0.0, 1.0]
    """
    rates = _along(x, axis)
    if rates.size and rates.min() < 0:
        raise bad_argument(
            "x",
            float(rates.min()),
            "rates, 0 or more",
            "take hoyer_sparseness() for signed activity",
        )
    n = rates.shape[axis]
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (
            1 - (rates.sum(axis=axis) / n) ** 2 / ((rates**2).sum(axis=axis) / n)
            if n
            else rates.sum(axis=axis)
        )
        return np.asarray(found / (1 - 1 / n) if n > 1 else np.full_like(found, np.nan))


def local_rank(jacobians: npt.ArrayLike, eps: float = 1e-3) -> float:
    """Local rank of a layer: the mean number of directions in which a small change of the input moves it.

    LR = E_x #{ i : σ_i(J_x) > eps σ_1(J_x) },  J_x the derivative of the layer's input by the
    network's, `[m, n]`.

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
        raise bad_argument(
            "jacobians", table, "finite matrices, one a sample, shape [samples, m, n]"
        )
    if not 0 <= eps < 1:
        raise bad_argument("eps", eps, "a share of at least 0, below 1")
    size = np.linalg.svd(table, compute_uv=False)
    return float((size > eps * size[:, :1]).sum(axis=1).mean())


class Selectivity(NamedTuple):
    """Per neuron `[n]`: score in [0, 1] for rates ≥ 0, and the class it prefers."""

    score: Float
    preferred: npt.NDArray[np.generic]


def selectivity(x: npt.ArrayLike, classes: npt.ArrayLike) -> Selectivity:
    """Class selectivity (best - rest) / (best + rest) of mean responses, `x` `[samples, n]` ≥ 0.

    `best` is the largest mean over classes `[samples]`, `rest` the mean of the other class means.
    1: fires for one class alone, 0: for all alike; NaN for a silent neuron.

    Source: A. S. Morcos et al., ICLR 2018, arXiv:1803.06959.

    >>> found = selectivity([[1, 2], [1, 2], [0, 2]], ["a", "a", "b"])
    >>> found.score.tolist(), found.preferred.tolist()
    ([1.0, 0.0], ['a', 'a'])
    """
    rates = _table("x", x)
    labels = np.asarray(classes)
    if labels.shape != (len(rates),):
        raise bad_argument("classes", labels, f"one class per sample, shape [{len(rates)}]")
    names = np.unique(labels)
    if len(names) < 2 or rates.min(initial=0) < 0:
        raise bad_argument(
            "classes", Said("one class, or negative rates"), "two classes or more, rates ≥ 0"
        )
    means = np.stack([rates[labels == name].mean(axis=0) for name in names])
    best = means.max(axis=0)
    rest = (means.sum(axis=0) - best) / (len(names) - 1)
    with np.errstate(invalid="ignore"):
        return Selectivity((best - rest) / (best + rest), names[means.argmax(axis=0)])


def _real(name: str, x: npt.ArrayLike) -> Float:
    given = np.asarray(x)
    if given.dtype.kind not in "biuf":
        raise bad_argument(name, given, "real numbers")
    return np.asarray(given, np.float64)


def _along(x: npt.ArrayLike, axis: int) -> Float:
    """Values whose largest size along an axis is 1, so that no square leaves the range of a float."""
    values = _real("x", x)
    if not -values.ndim <= axis < values.ndim:
        raise bad_argument("axis", axis, f"one of the {values.ndim} axes of x")
    if not np.isfinite(values).all():
        raise bad_argument("x", Said("NaN or infinity"), "finite numbers")
    top = np.abs(values).max(axis=axis, keepdims=True, initial=0.0)
    return np.asarray(values / np.where(top > 0, top, 1.0))


def _table(name: str, x: npt.ArrayLike) -> Float:
    table = _real(name, x)
    if table.ndim != 2 or len(table) < 2 or table.shape[1] < 1 or not np.isfinite(table).all():
        raise bad_argument(
            name, table, "finite activity [samples, neurons] of at least two samples and one neuron"
        )
    return table


def _pair(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Float, Float]:
    one, two = _table("x", x), _table("y", y)
    if len(one) != len(two):
        raise bad_argument("y", two, f"the same {len(one)} samples as x")
    return _centred(one), _centred(two)


def _centred(table: Float) -> Float:
    """Deviations from the mean of each neuron, the largest of size 1: every measure of a pair ignores the scale."""
    scaled = table / (np.abs(table).max() or 1.0)
    rest = scaled - scaled.mean(axis=0)
    # a constant neuron leaves rounding noise, not activity
    rest[:, np.ptp(table, axis=0) == 0] = 0.0
    centred: Float = rest / (np.abs(rest).max() or 1.0)
    return centred


def _gram(table: Float) -> Float:
    return table.T @ table if table.shape[1] <= len(table) else table @ table.T


def _directions(table: Float, keep: float) -> Float:
    """Orthonormal directions over samples that hold `keep` of the variance."""
    left, size, _ = np.linalg.svd(table, full_matrices=False)
    share = np.cumsum(size**2) / max(float((size**2).sum()), 1e-300)
    count = int(np.searchsorted(share, keep - 1e-12)) + 1
    return np.asarray(left[:, :count][:, size[:count] > 1e-10 * max(float(size[0]), 1e-300)])


def _standard(table: Float) -> Float:
    norm = np.linalg.norm(table, axis=0)
    scaled: Float = np.divide(
        table, norm, out=np.zeros_like(table), where=norm > 1e-12 * norm.max(initial=0.0)
    )
    return scaled
