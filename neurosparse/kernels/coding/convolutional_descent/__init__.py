"""Coordinate descent on what a sum of shifted kernels leaves of an image.

With r = s - Σ_i a_i d_{m_i}(· - p_i), on the torus, one visit of entry i is

    a_i <- soft(a_i ‖d‖² + Σ_q r[p_i + q] d[q], λ)/‖d‖²,    r -= Δa_i d(· - p_i).

Shapes: `residual [height, width]`; `kernels [m, k_h, k_w]`; an entry is a kernel, a row and a
column (`which`, `row`, `column`, int32 `[n]`) and its value `[n]`; all others float64. A visit
reads and writes k_h·k_w pixels, and no map of coefficients.

Source: Kavukcuoglu et al. 2010 (NeurIPS 23) for the coordinate descent; Moreau, Oudre & Vayatis
2018, arXiv:1705.10087, for keeping it local.
"""

from typing import Literal, NamedTuple

from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Array, Float64, Int32


class Entries(NamedTuple):
    """Places `[n]` of coefficients: kernel, row and column of its corner."""

    which: Int32
    row: Int32
    column: Int32


Backend = Literal["naive", "cpu"]


def sweep(
    residual: Float64,
    kernels: Float64,
    entries: Entries,
    values: Float64,
    lam: float,
    *,
    nonnegative: bool = False,
    backend: Backend = "cpu",
) -> tuple[float, int]:
    """Visit every entry once, in order; `residual` and `values` are changed in place.

    Returns:
        The largest change of the objective's slope, |Δa| ‖d‖², and how many values changed.

    >>> import numpy as np
    >>> left = np.array([[0.0, 2.0, 1.0]])
    >>> one = Entries(*np.array([[0], [0], [1]], np.int32))
    >>> values = np.zeros(1)
    >>> sweep(left, np.array([[[1.0, 0.5]]]) / 1.25**0.5, one, values, 0.1, backend="naive")[1]
    1
    >>> values.round(6).tolist()  # √5 - .1
    [2.136068]
    """
    run = implementation(__name__, backend).sweep
    largest, changes = run(residual, kernels, *entries, values, lam, nonnegative)
    return float(largest), int(changes)


def add(
    image: Array,
    kernels: Array,
    entries: Entries,
    values: Array,
    *,
    backend: Backend = "cpu",
) -> None:
    """Add a d_m(· - p) of every entry to `image [height, width]`, in place."""
    implementation(__name__, backend).add(image, kernels, *entries, values)


def correlate(
    residual: Array,
    shape: tuple[int, int, int],
    entries: Entries,
    values: Array,
    *,
    backend: Backend = "cpu",
) -> Float64:
    """Sum a r[p + q] over the entries of each kernel: `[m, k_h, k_w]`, minus the slope in d."""
    run = implementation(__name__, backend).correlate
    sums: Float64 = run(residual, shape, *entries, values)
    return sums
