"""The whole product, then the cut: the law."""

import numpy as np

from neurosparse.kernels.graphs.pruned_product.values import Rows
from neurosparse.typing import Float64


def pruned_product(a: Rows, b: Rows, width: int, least: float, threads: int) -> Rows:
    """Multiply dense matrices."""
    product = _dense(a, len(b.indptr) - 1) @ _dense(b, width)
    row, column = np.nonzero((np.abs(product) >= least) & (product != 0))
    size = np.bincount(row, minlength=len(a.indptr) - 1)
    indptr = np.concatenate(([0], np.cumsum(size))).astype(np.int64)
    value = product[row, column].astype(np.float32)
    return Rows(indptr, column.astype(np.int32), value)


def _dense(rows: Rows, width: int) -> Float64:
    n = len(rows.indptr) - 1
    table = np.zeros((n, width))
    row = np.repeat(np.arange(n), np.diff(rows.indptr))
    np.add.at(table, (row, rows.indices), rows.value)
    return table
