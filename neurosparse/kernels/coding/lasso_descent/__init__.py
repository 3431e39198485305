"""The lasso by coordinate descent on a working set, to a duality gap.

    minimise ½ ‖x - a D‖² + λ ‖a‖₁,   or the same with a >= 0.

With g = b - a G, in turn for the atoms of a working set: a_i <- soft(g_i + G_ii a_i, λ)/G_ii. The
set begins with the start, or empty; what breaks |g_j| <= λ among all atoms is taken in, the worst
first, at most as many as there are. A sample ends when primal less dual is at most `gap ‖x‖²`; the
dual point is the residual, scaled so that no atom sees more than λ of it.

Shapes: `gram [n, n]`, `drive [batch, n]` = x Dᵀ, `squares [batch]` = ‖x‖², `lam [batch]`, a start
as CSR by sample; float32 or float64 alike.

Source: Friedman, Hastie & Tibshirani 2010, https://doi.org/10.18637/jss.v033.i01; working sets:
Massias, Gramfort & Salmon 2018, arXiv:1802.07481.
"""

from typing import Literal, NamedTuple

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Array, Int32, Int64

Backend = Literal["naive", "cpu"]


class Descended(NamedTuple):
    """Codes by sample, atoms ascending; sweeps done, and the gap over ‖x‖²."""

    indptr: Int64
    indices: Int32
    values: Array
    sweeps: Int64
    gap: Array


def descend(
    gram: Array,
    drive: Array,
    squares: Array,
    lam: Array,
    gap: float,
    sweeps: int,
    *,
    start: tuple[Array, Array, Array] | None = None,
    nonnegative: bool = False,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Descended:
    """Descend until the gap is small, or after `sweeps` of the working set.

    Raises:
        ValueError: arrays that do not fit each other.

    >>> gram = np.array([[1.0, 0.6], [0.6, 1.0]])
    >>> sides = np.array([[1.0, 1.4]]), np.array([2.25]), np.array([0.1])
    >>> descend(gram, *sides, 1e-12, 1000, backend="naive").values.round(6).tolist()
    [0.1875, 1.1875]
    """
    n = len(gram)
    if gram.shape != (n, n) or gram.dtype not in (np.float32, np.float64):
        raise bad_argument("gram", gram, "float32 or float64 [n, n]")
    if drive.shape != (len(drive), n) or drive.dtype != gram.dtype:
        raise bad_argument("drive", drive, f"{gram.dtype} [batch, {n}]")
    for name, array in (("squares", squares), ("lam", lam)):
        if array.shape != (len(drive),) or array.dtype != np.float64:
            raise bad_argument(name, array, f"float64 [{len(drive)}]")
    if start is None:
        start = (np.zeros(len(drive) + 1, np.int64), np.zeros(0, np.int32), drive[0:0, 0])
    arrays = [np.ascontiguousarray(a) for a in (gram, drive, squares, lam)]
    codes = tuple(np.ascontiguousarray(a) for a in start)
    # a smaller gap would be rounding
    least = max(gap, 16 * float(np.finfo(gram.dtype).eps))
    run = implementation(__name__, backend).descend
    return Descended(*run(*arrays, codes, least, sweeps, nonnegative, threads))
