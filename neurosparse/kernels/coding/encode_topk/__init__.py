"""The k best rows of a dictionary for each sample, without forming all scores.

`h = x rowsᵀ + bias`; for each sample the k largest h (or |h|), by ascending index, ties to the
higher index as in `k_winners`. Shapes: `x [batch, d]`, `rows [n, d]`, `bias [n]`, float32 or
float64 alike. Scores are formed for a block of samples at a time.
"""

from typing import Literal, cast

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.base.backends import implementation
from neurosparse.typing import Array, Int32

Backend = Literal["naive", "cpu"]


def encode_topk(
    x: Array,
    rows: Array,
    k: int,
    bias: Array | None = None,
    *,
    magnitude: bool = False,
    threads: int = 1,
    backend: Backend = "cpu",
) -> tuple[Int32, Array]:
    """Find the k best rows of each sample and their h, both `[batch, k]`, by ascending index.

    Args:
        x: samples, `[batch, d]`.
        rows: atoms, `[n, d]`.
        k: winners of each sample.
        bias: of each row; 0 by default.
        magnitude: whether the largest |h| win.
        threads: that take blocks of samples.
        backend: "naive" (the law) or "cpu".

    Raises:
        ValueError: arrays that do not fit each other, k outside 0..n, or numbers that are NaN.

    >>> x = np.array([[0.6, 0.5, 0.1]])
    >>> encode_topk(x, np.eye(3), 2)
    (array([[0, 1]], dtype=int32), array([[0.6, 0.5]]))
    """
    if rows.ndim != 2 or rows.dtype not in (np.float32, np.float64):
        raise bad_argument("rows", rows, "float32 or float64 [n, d]")
    if x.ndim != 2 or x.shape[1] != rows.shape[1] or x.dtype != rows.dtype:
        expected = f"{rows.dtype} [batch, {rows.shape[1]}], as the rows"
        raise bad_argument("x", x, expected)
    bias = np.zeros(len(rows), x.dtype) if bias is None else bias
    if bias.shape != (len(rows),) or bias.dtype != x.dtype:
        raise bad_argument("bias", bias, f"{x.dtype} [{len(rows)}], one a row")
    if not 0 <= k <= len(rows):
        raise bad_argument("k", k, f"a count from 0 to {len(rows)}, the number of rows")
    for name, array in (("x", x), ("rows", rows), ("bias", bias)):
        if np.isnan(array).any():
            raise bad_argument(name, Said("NaN"), "numbers, which have a rank")
    run = implementation(__name__, backend).encode
    arrays = [np.ascontiguousarray(part) for part in (x, rows, bias)]
    return cast(tuple[Int32, Array], run(*arrays, int(k), magnitude, threads))
