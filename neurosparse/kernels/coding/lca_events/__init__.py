"""Coefficients that change one at a time, the one furthest from its place first.

With β = b - a G + a, what drives each unit but itself, and a threshold T, in turn

    i = argmax_i |T(β_i) - a_i|,   Δ = T(β_i) - a_i,   a_i += Δ,   β_j -= Δ G_ij (j != i),

until |Δ| <= tol. One change sends one message: a row of G. Of equal changes that of the higher
index is made. Atoms have length 1, so G_ii = 1.

Shapes: `gram [n, n]`, `drive [batch, n]` = x Dᵀ, a start as CSR by sample; float32 or float64
alike.

Source: Rozell, Johnson, Baraniuk & Olshausen 2008, https://doi.org/10.1162/neco.2008.03-07-486; Li
& Osher 2009, https://doi.org/10.3934/ipi.2009.3.487.
"""

from typing import Literal, NamedTuple

import numpy as np

from neurosparse.errors import bad_argument
from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Array, Int32, Int64

Backend = Literal["naive", "cpu"]


class Cut(NamedTuple):
    """A threshold in pieces: 0 up to `limit`, then `slope (|u| - shift)`, u itself above `knee`.

    Where `half` is above 0, the map of `half √|a|` above the limit instead.
    """

    limit: float
    shift: float
    slope: float
    knee: float
    half: float = 0.0
    nonnegative: bool = False


class Settled(NamedTuple):
    """Codes by sample, atoms ascending; messages sent, and the change that would come next."""

    indptr: Int64
    indices: Int32
    values: Array
    messages: Int64
    change: Array


def settle(
    gram: Array,
    drive: Array,
    cut: Cut,
    tol: float,
    most: int,
    *,
    start: tuple[Array, Array, Array] | None = None,
    threads: int = 1,
    backend: Backend = "cpu",
) -> Settled:
    """Change coefficients until none moves by more than tol, or after `most` messages a sample.

    Raises:
        ValueError: arrays that do not fit each other.

    >>> gram = np.array([[1.0, 0.6], [0.6, 1.0]])
    >>> soft = Cut(0.1, 0.1, 1.0, np.inf)
    >>> ended = settle(gram, np.array([[1.0, 1.4]]), soft, 1e-9, 3, backend="naive")
    >>> ended.values.round(3).tolist(), ended.messages.tolist()
    ([0.12, 1.228], [3])
    """
    n = len(gram)
    if gram.shape != (n, n) or gram.dtype not in (np.float32, np.float64):
        raise bad_argument("gram", gram, "float32 or float64 [n, n]")
    if drive.shape != (len(drive), n) or drive.dtype != gram.dtype:
        raise bad_argument("drive", drive, f"{gram.dtype} [batch, {n}]")
    if start is None:
        start = (np.zeros(len(drive) + 1, np.int64), np.zeros(0, np.int32), drive[0:0, 0])
    arrays = [np.ascontiguousarray(a) for a in (gram, drive, *start)]
    run = implementation(__name__, backend).settle
    return Settled(*run(*arrays, cut, tol, most, threads))
