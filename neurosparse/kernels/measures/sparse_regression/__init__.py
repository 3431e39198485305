"""Linear regressions with a penalty on the size of each weight, all from one table of moments.

For every row i of W, with G `[n, n]` the moments of the predictors and c_i those with target i:

    minimise ½ wᵀ G w - c_iᵀ w + penalty |w|₁    (lasso)

by coordinate descent: w_j ← soft(c_ij - Σ_(k ≠ j) G_jk w_k, penalty) / G_jj, in turn, until no
weight moves by more than `tolerance` or after `sweeps` turns.

Source: J. Friedman, T. Hastie, R. Tibshirani, J. Stat. Softw. 33 (2010), doi:10.18637/jss.v033.i01.
"""

from typing import Literal, cast

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Float64


def sparse_regression(
    moments: Float64,
    cross: Float64,
    penalty: float,
    tolerance: float = 1e-9,
    sweeps: int = 1000,
    backend: Literal["naive", "cpu"] = "cpu",
) -> Float64:
    """Weights `[targets, n]` from moments `[n, n]` and cross moments `[targets, n]`.

    A predictor whose moment is 0 has weight 0.

    >>> import numpy as np
    >>> sparse_regression(np.eye(2), np.array([[1.0, 0.1]]), 0.25, backend="naive").tolist()
    [[0.75, 0.0]]
    """
    run = implementation(__name__, backend).sparse_regression
    return cast(Float64, run(moments, cross, penalty, tolerance, sweeps))
