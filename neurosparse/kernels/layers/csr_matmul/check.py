"""What a support and its arrays must be before compiled code reads them."""

from typing import Any

import numpy as np


def support(indptr: Any, indices: Any, n_post: int) -> None:
    """Refuse rows that compiled code could not walk safely.

    Raises:
        ValueError: wrong dtype, a pointer that falls, or an index outside 0..n_post-1.
    """
    for name, array, dtype in (
        ("indptr", indptr, np.int64),
        ("indices", indices, np.int32),
    ):
        if getattr(array, "dtype", None) != dtype or array.ndim != 1:
            kind = f"{getattr(array, 'dtype', type(array).__name__)} of shape {np.shape(array)}"
            raise ValueError(
                f"{name}: got {kind}, wants a vector of {np.dtype(dtype).name}"
            )
    spans = len(indptr) > 0 and indptr[0] == 0 and indptr[-1] == len(indices)
    if not spans or (np.diff(indptr) < 0).any():
        expected = f"a vector rising from 0 to the number of edges, {len(indices)}"
        raise ValueError(
            f"indptr: got {np.array2string(indptr, threshold=6)}, wants {expected}"
        )
    if len(indices) and not (indices.min() >= 0 and indices.max() < n_post):
        span = f"{indices.min()}..{indices.max()}"
        remedy = "a larger n_post, or fewer edges"
        raise ValueError(f"indices: got {span}, wants 0..{n_post - 1}; {remedy}")


def batch(name: str, x: Any, n: int, dtype: Any) -> None:
    """Refuse a batch that is not `[batch, n]` of the dtype of the values."""
    if x.ndim != 2 or x.shape[1] != n:
        raise ValueError(f"{name}: got shape {x.shape}, wants [batch, {n}]")
    if x.dtype != dtype or dtype not in (np.float32, np.float64):
        expected = f"float32 or float64, and the dtype of the values ({dtype})"
        raise ValueError(
            f"{name}: got {x.dtype}, wants {expected}; convert one with astype"
        )


def length(name: str, x: Any, n: int, of: str) -> None:
    """Refuse a vector that has not one number for each thing."""
    if x.shape != (n,):
        raise ValueError(
            f"{name}: got shape {x.shape}, wants [{n}], one number for each {of}"
        )
