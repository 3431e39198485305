"""Constant fan-in times batch: every path against the law."""

import numpy as np
import pytest
import torch

from neurosparse.kernels.layers.condensed_matmul import autograd as face
from neurosparse.kernels.layers.condensed_matmul import (
    condensed_matmul,
    condensed_matmul_backward,
    cpu,
)


def problem(n_pre, n_post, fan_in, batch, dtype):
    rng = np.random.default_rng(3)
    indices = (
        np.stack([rng.permutation(n_pre)[:fan_in] for _ in range(n_post)])
        if n_post
        else np.zeros((0, fan_in))
    )
    parts = [
        rng.standard_normal(s)
        for s in ((n_post, fan_in), (batch, n_pre), (batch, n_post), n_post)
    ]
    return indices.astype(np.int32), *(p.astype(dtype) for p in parts)


@pytest.fixture(autouse=True)
def _divide(monkeypatch):
    """Divide the work among threads however small it is."""
    monkeypatch.setattr(cpu, "worthwhile", lambda threads, operations: threads)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(
    "size",
    [(1, 1, 1, 1), (9, 5, 3, 7), (40, 33, 4, 70), (5, 4, 0, 3), (5, 0, 2, 3), (5, 4, 2, 0)],
    ids=str,
)
def test_cpu_is_the_law(size, dtype):
    indices, values, x, grad, bias = problem(*size, dtype)
    close = {"rtol": 1e-4, "atol": 1e-4}
    law = condensed_matmul(indices, values, x, bias, backend="naive")
    laws = condensed_matmul_backward(indices, values, x, grad, backend="naive")
    for threads in (1, 3):
        np.testing.assert_allclose(
            condensed_matmul(indices, values, x, bias, threads=threads), law, **close
        )
        ours = condensed_matmul_backward(indices, values, x, grad, threads=threads)
        for mine, true in zip(ours, laws, strict=True):
            np.testing.assert_allclose(mine, true, **close)


def test_gradients_by_finite_differences():
    indices, values, x, _, bias = problem(6, 5, 3, 4, np.float64)
    free = [torch.from_numpy(a).requires_grad_() for a in (x, values, bias)]
    assert torch.autograd.gradcheck(
        lambda x, v, b: face.condensed_matmul(x, v, b, torch.from_numpy(indices)), free
    )


def test_an_input_used_twice_counts_twice():
    indices = np.array([[1, 1]], np.int32)
    assert condensed_matmul(
        indices, np.array([[2.0, 3.0]]), np.array([[9.0, 10.0]])
    ).tolist() == [[50.0]]


def test_bad_input_names_the_argument():
    indices, values, x, grad, _ = problem(6, 5, 3, 4, np.float64)
    with pytest.raises(ValueError, match=r"indices: got .*, wants 0\.\.5"):
        condensed_matmul(indices + np.int32(4), values, x)
    with pytest.raises(ValueError, match="int32"):
        condensed_matmul(indices.astype(np.int64), values, x)
    with pytest.raises(ValueError, match="grad"):
        condensed_matmul_backward(indices, values, x, grad[:2])
    with pytest.raises(ValueError, match="float64"):
        face.condensed_matmul(
            torch.ones(1, 6), torch.from_numpy(values), None, torch.from_numpy(indices)
        )
