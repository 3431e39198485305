"""Sparse weights from scores: α-entmax, normmax, budgets of k; their slopes and supports.

Shapes: scores `z [n, size]` float32 or float64, one row a problem; weights are of the same shape
and dtype and each row sums to 1. Rules: a number is the α of an entmax, else `Entmax(α)`,
`Normmax(γ)`, `Budget(k)`. README.md derives the equations.
"""

from typing import Any, Literal, cast

import numpy as np

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.memory.entmax.rules import Budget as Budget
from neurosparse.kernels.memory.entmax.rules import Entmax as Entmax
from neurosparse.kernels.memory.entmax.rules import Normmax as Normmax
from neurosparse.kernels.memory.entmax.rules import Rule as Rule
from neurosparse.kernels.memory.entmax.rules import Support as Support
from neurosparse.kernels.memory.entmax.rules import as_rule as as_rule
from neurosparse.kernels.memory.entmax.rules import check_width
from neurosparse.typing import Array

Backend = Literal["naive", "cpu", "gpu"]


def _load(backend: Backend) -> Any:
    return implementation(__name__, backend, "gpu")


def _check_rows(name: str, z: Any) -> None:
    if getattr(z, "dtype", None) not in (np.float32, np.float64) or z.ndim != 2:
        received = f"{getattr(z, 'dtype', type(z).__name__)} of shape {np.shape(z)}"
        raise ValueError(f"{name}: got {received}, wants float32 or float64 [n, size]")


def _check_scores(z: Any, rule: Rule) -> None:
    _check_rows("z", z)
    check_width(rule, z.shape[1])
    if not np.isfinite(z.max(initial=0)) or np.isnan(z).any():
        raise ValueError(
            "z: holds NaN or +inf, which have no weight; "
            "scores must be finite, or -inf to leave one out"
        )
    if isinstance(rule, Budget) and np.isinf(z).any():
        raise ValueError(
            "z: holds -inf, wants finite scores: a budget needs k of them in every row"
        )
    if np.isinf(z.max(1, initial=-np.inf)).any():
        raise ValueError(
            "z: a row holds nothing but -inf, wants at least one score to weigh"
        )


def weigh(
    z: Array, rule: Rule | float = 1.5, *, threads: int = 1, backend: Backend = "cpu"
) -> Array:
    """Turn each row of scores into weights >= 0 that sum to 1; a score of -inf weighs nothing.

    Raises:
        ValueError: NaN or +inf among the scores, an empty row, a rule that cannot be meant.

    >>> weigh(np.array([[1.0, 0.5, 0.2, -0.3]]), 2.0)
    array([[0.75, 0.25, 0.  , 0.  ]])
    >>> weigh(np.array([[9.0, 0.5, 8.0, -0.3]]), Budget(2))
    array([[0.5, 0. , 0.5, 0. ]])
    """
    rule = as_rule(rule)
    _check_scores(z, rule)
    z = np.ascontiguousarray(z)
    if backend == "naive":
        return cast(Array, _load(backend).weigh(z, rule).astype(z.dtype))
    return cast(Array, _load(backend).weigh(z, rule, threads))


def entmax(
    z: Array, alpha: float = 1.5, *, threads: int = 1, backend: Backend = "cpu"
) -> Array:
    """α-entmax of each row: softmax at α = 1, sparsemax at 2, one-hot once the lead is 1/(α-1).

    Source: Peters, Niculae, Martins (2019), arXiv:1905.05702.

    >>> entmax(np.array([[1.0, 0.0], [3.0, 1.0]]), 1.5).round(6)
    array([[0.830719, 0.169281],
           [1.      , 0.      ]])
    """
    return weigh(z, Entmax(alpha), threads=threads, backend=backend)


def normmax(
    z: Array, gamma: float = 2.0, *, threads: int = 1, backend: Backend = "cpu"
) -> Array:
    """γ-normmax of each row: one-hot once the lead is 1.

    The larger γ, the more evenly the support shares. Source: Blondel, Martins, Niculae (2020),
    arXiv:1901.02324.

    >>> normmax(np.array([[1.0, 0.0], [1.0, 0.8]]), 2.0).round(6)
    array([[1.      , 0.      ],
           [0.571429, 0.428571]])
    """
    return weigh(z, Normmax(gamma), threads=threads, backend=backend)


def entmax_support(
    z: Array,
    rule: Rule | float = 1.5,
    *,
    k: int = 64,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Support:
    """Weights that are not zero, without a sort and without writing the zeros.

    At most 2k scores of a row are kept at a time; k doubles until the support provably fits.

    Raises:
        ValueError: scores or rule that cannot be meant, or softmax, whose support is everything.

    >>> entmax_support(np.array([[1.0, 0.5, 0.2, -0.3]]), 2.0)
    Support(indptr=array([0, 2]), indices=array([0, 1], dtype=int32), weights=array([0.75, 0.25]))
    """
    rule = as_rule(rule)
    _check_scores(z, rule)
    if rule.shape.scale == 0:
        raise ValueError(
            "rule: got softmax, under which every score weighs; "
            "wants α above 1, or use weigh(z, 1.0)"
        )
    if k < 1:
        raise ValueError(f"k: got {k}, wants at least 1 score")
    if backend == "cpu":
        from neurosparse.kernels.memory.entmax.scan import support_of

        return support_of(np.ascontiguousarray(z), rule.shape, k)
    p = weigh(z, rule, threads=threads, backend=backend)
    row, index = np.nonzero(p)
    indptr = np.concatenate(([0], np.cumsum(np.bincount(row, minlength=len(z)))))
    return Support(indptr, index.astype(np.int32), p[row, index])


def entmax_backward(
    p: Array, dp: Array, alpha: float | Array, *, threads: int = 1, backend: Backend = "cpu"
) -> tuple[Array, Array]:
    """Slopes to scores and to α, from weights and the slopes to them.

    Args:
        p: weights, `[n, size]`.
        dp: slopes to the weights, `[n, size]`.
        alpha: one number, or one a row; at α = 1 its slope is the limit.
        threads: workers.
        backend: "naive" (the law), "cpu" or "gpu".

    Returns:
        Slopes to scores `[n, size]` and to α `[n]`.

    Raises:
        ValueError: shapes that differ, or α below 1.

    >>> p = entmax(np.array([[1.0, 0.5, 0.2, -0.3]]), 2.0)
    >>> dz, dalpha = entmax_backward(p, np.array([[1.0, 0.0, 0.0, 0.0]]), 2.0)
    >>> dz
    array([[ 0.5, -0.5,  0. ,  0. ]])
    """
    _check_rows("p", p)
    if dp.shape != p.shape or dp.dtype != p.dtype:
        raise ValueError(
            f"dp: got {dp.dtype}{list(dp.shape)}, wants {p.dtype}{list(p.shape)}, as p"
        )
    rows = np.broadcast_to(np.asarray(alpha, np.float64), len(p))
    if not (np.isfinite(rows) & (rows >= 1)).all():
        raise ValueError(f"alpha: got {alpha}, wants finite numbers of at least 1")
    p = np.ascontiguousarray(p)
    dp = np.ascontiguousarray(dp)
    if backend == "naive":
        return cast(tuple[Array, Array], _load(backend).entmax_backward(p, dp, rows))
    slopes = _load(backend).entmax_backward(p, dp, np.ascontiguousarray(rows), threads)
    return cast(tuple[Array, Array], slopes)
