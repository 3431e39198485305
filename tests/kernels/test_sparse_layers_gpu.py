"""The Triton paths of the sparse layers against the law, on a GPU or in Triton's interpreter."""

import os

import numpy as np
import pytest
import torch

pytest.importorskip("triton")
if not torch.cuda.is_available() and os.environ.get("TRITON_INTERPRET") != "1":
    pytest.skip("no GPU here and TRITON_INTERPRET=1 is not set", allow_module_level=True)

from neurosparse.kernels.condensed_matmul import condensed_matmul, condensed_matmul_backward
from neurosparse.kernels.condensed_matmul import gpu as condensed
from neurosparse.kernels.csr_matmul import csr_matmul, csr_matmul_backward
from neurosparse.kernels.csr_matmul import gpu as csr

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def tensors(*arrays):
    return [torch.from_numpy(np.ascontiguousarray(a)).to(DEVICE) for a in arrays]


def near(mine, law):
    np.testing.assert_allclose(mine.cpu().numpy(), law, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("size", [(7, 5, 3), (1, 1, 1), (4, 6, 70), (3, 4, 0)], ids=str)
def test_csr(size):
    n_pre, n_post, batch = size
    rng = np.random.default_rng(1)
    mask = rng.random((n_pre, n_post)) < 0.5
    indptr, indices = (
        np.concatenate([[0], mask.sum(1).cumsum()]).astype(np.int64),
        np.nonzero(mask)[1].astype(np.int32),
    )
    values, x = rng.standard_normal(len(indices), np.float32), rng.standard_normal((batch, n_pre), np.float32)
    grad, bias = rng.standard_normal((batch, n_post), np.float32), rng.standard_normal(n_post, np.float32)
    p, i, v, X, G, b = tensors(indptr, indices, values, x, grad, bias)
    near(
        csr.forward(p, i, v, X, n_post, b),
        csr_matmul(indptr, indices, values, x, n_post, bias, backend="naive"),
    )
    laws = csr_matmul_backward(indptr, indices, values, x, grad, backend="naive")
    for mine, law in zip(csr.backward(p, i, v, X, G), laws, strict=True):
        near(mine, law)


def test_condensed():
    rng = np.random.default_rng(2)
    indices = np.stack([rng.permutation(6)[:2] for _ in range(5)]).astype(np.int32)
    values, x, grad = (rng.standard_normal(s, np.float32) for s in ((5, 2), (3, 6), (3, 5)))
    i, v, X, G = tensors(indices, values, x, grad)
    near(condensed.forward(i, v, X, None), condensed_matmul(indices, values, x, backend="naive"))
    laws = condensed_matmul_backward(indices, values, x, grad, backend="naive")
    for mine, law in zip(condensed.backward(i, v, X, G), laws, strict=True):
        near(mine, law)
