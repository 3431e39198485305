"""Sparse matrices and batches of odd sizes."""

import numpy as np

SIZES = [
    (1, 1, 1),
    (5, 3, 1),
    (17, 33, 7),
    (64, 20, 33),
    (31, 70, 65),
    (3, 0, 4),
    (0, 3, 4),
    (4, 5, 0),
]


def support(n_pre, n_post, density, rng):
    mask = rng.random((n_pre, n_post)) < density
    indptr = np.concatenate([[0], np.cumsum(mask.sum(1))]).astype(np.int64)
    return indptr, np.nonzero(mask)[1].astype(np.int32)


def problem(n_pre, n_post, batch, dtype, density=0.3, seed=0):
    rng = np.random.default_rng(seed)
    indptr, indices = support(n_pre, n_post, density, rng)
    parts = [
        rng.standard_normal(s)
        for s in (len(indices), (batch, n_pre), (batch, n_post), n_post)
    ]
    return indptr, indices, *(p.astype(dtype) for p in parts)


def tolerance(dtype):
    return (
        {"rtol": 1e-4, "atol": 1e-4}
        if dtype == np.float32
        else {"rtol": 1e-10, "atol": 1e-10}
    )
