"""Pursuit from a Gram matrix: atoms taken one after the other, one sample a work item.

With `b = x Dᵀ`, G = D Dᵀ and the code a, `α = b - a G` is what each atom sees of the residual.

- `omp`: the atom i, not yet chosen, of the largest |α_i| is added to the support I; the
  coefficients are those of least squares, `a_I = (G_II)⁻¹ b_I`. A sample ends with k atoms, when
  ‖x - a D‖ <= tol, or when the part of the best atom that is orthogonal to those chosen is only
  rounding ("dependent"). `recursive` takes the atom of the
  largest α_i² / ‖d_i orthogonal to I‖² instead, which leaves the least (order-recursive pursuit).
- `mp`: a_i += α_i and α -= α_i G_i for the atom of the largest |α_i|, or of the largest α_i > 0
  where coefficients are non-negative; it may be chosen again. A sample ends after `steps`, when an
  atom more than k would be taken, when ‖x - a D‖ <= tol, or when no product is left.

Of equal products that of the higher index is taken. Shapes: `atoms [n, d]` of length 1,
`gram [n, n]`, `x [batch, d]`, `drive [batch, n]` = x Dᵀ; float32 or float64 alike. What is left is
measured as ‖x‖² less what was explained and, once that is near rounding, from the residual itself.

Source: Pati, Rezaiifar & Krishnaprasad 1993, https://doi.org/10.1109/ACSSC.1993.342465; Mallat &
Zhang 1993, https://doi.org/10.1109/78.258082; Rubinstein, Zibulevsky & Elad 2008, Technion report
CS-2008-08; recursive: Chen, Billings & Luo 1989, https://doi.org/10.1080/00207178908953472.
"""

from typing import Any, Literal, NamedTuple

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Array, Int32, Int64

Backend = Literal["naive", "cpu"]
REASONS = ("k", "tolerance", "dependent", "steps")


class Pursued(NamedTuple):
    """Codes by sample, atoms ascending, and how each sample ended."""

    indptr: Int64
    indices: Int32
    values: Array
    steps: Int64
    reason: Array


class Limits(NamedTuple):
    """When a sample ends, and what counts as rounding in the kind of its numbers."""

    k: int
    steps: int
    tol: float
    # squared length, as a share of ‖x‖², below which it is measured anew
    unsure: float
    # the same, below which nothing is left
    nothing: float
    # squared length of the new part of an atom below which it is dependent
    dependent: float


def _limits(dtype: Any, k: int, steps: int, tol: float) -> Limits:
    eps = float(np.finfo(dtype).eps)
    if dtype == np.float32:
        return Limits(k, steps, tol, 1e-3, (8 * eps) ** 2, 1e-5)
    return Limits(k, steps, tol, 1e-8, (8 * eps) ** 2, 1e-12)


def _check(atoms: Array, gram: Array, x: Array, drive: Array) -> None:
    if atoms.ndim != 2 or atoms.dtype not in (np.float32, np.float64):
        raise bad_argument("atoms", atoms, "float32 or float64 [n, d]")
    n, d = atoms.shape
    shapes = {"gram": (gram, (n, n)), "x": (x, (len(x), d)), "drive": (drive, (len(x), n))}
    for name, (array, shape) in shapes.items():
        if array.shape != shape or array.dtype != atoms.dtype:
            raise bad_argument(name, array, f"{atoms.dtype} {list(shape)}")


def omp(
    atoms: Array,
    gram: Array,
    x: Array,
    drive: Array,
    k: int,
    tol: float = 0.0,
    *,
    recursive: bool = False,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Pursued:
    """Pursue with coefficients fitted anew at each step.

    Args:
        recursive: whether the atom is taken that explains most together with those chosen.

    Raises:
        ValueError: arrays that do not fit each other, or k outside 1..n.

    >>> atoms = np.array([[1.0, 0.0], [0.6, 0.8]])
    >>> x = np.array([[1.0, 0.6]])
    >>> omp(atoms, atoms @ atoms.T, x, x @ atoms.T, 2, backend="naive").values.round(9).tolist()
    [0.55, 0.75]
    """
    _check(atoms, gram, x, drive)
    if not 1 <= k <= len(atoms):
        raise bad_argument("k", k, f"1..{len(atoms)}")
    arrays = [np.ascontiguousarray(a) for a in (atoms, gram, x, drive)]
    limits = _limits(atoms.dtype, k, k, tol)
    run = implementation(__name__, backend).omp
    return Pursued(*run(*arrays, limits, recursive, threads))


def mp(
    atoms: Array,
    gram: Array,
    x: Array,
    drive: Array,
    k: int,
    steps: int,
    tol: float = 0.0,
    *,
    nonnegative: bool = False,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Pursued:
    """Pursue with each step final.

    Raises:
        ValueError: arrays that do not fit each other, or k outside 1..n.

    >>> atoms = np.array([[1.0, 0.0], [0.6, 0.8]])
    >>> x = np.array([[1.0, 0.6]])
    >>> mp(atoms, atoms @ atoms.T, x, x @ atoms.T, 2, 2, backend="naive").values.round(9).tolist()
    [0.352, 1.08]
    """
    _check(atoms, gram, x, drive)
    if not 1 <= k <= len(atoms):
        raise bad_argument("k", k, f"1..{len(atoms)}")
    arrays = [np.ascontiguousarray(a) for a in (atoms, gram, x, drive)]
    limits = _limits(atoms.dtype, k, steps, tol)
    run = implementation(__name__, backend).mp
    return Pursued(*run(*arrays, limits, nonnegative, threads))
