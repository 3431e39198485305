"""The Triton paths of the sparse layers against the law, on a GPU or in Triton's interpreter."""

import os

import numpy as np
import pytest
import torch

pytest.importorskip("triton")
if not torch.cuda.is_available() and os.environ.get("TRITON_INTERPRET") != "1":
    pytest.skip("no GPU here and TRITON_INTERPRET=1 is not set", allow_module_level=True)

from neurosparse.kernels.layers.condensed_matmul import (
    condensed_matmul,
    condensed_matmul_backward,
)
from neurosparse.kernels.layers.condensed_matmul import gpu as condensed
from neurosparse.kernels.layers.csr_matmul import csr_matmul, csr_matmul_backward
from neurosparse.kernels.layers.csr_matmul import gpu as csr
from neurosparse.kernels.memory.entmax import autograd as face
from neurosparse.kernels.memory.entmax import entmax_backward, weigh
from neurosparse.kernels.memory.entmax import gpu as entmax
from neurosparse.kernels.memory.entmax.rules import Entmax

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
    indptr = np.concatenate([[0], mask.sum(1).cumsum()]).astype(np.int64)
    indices = np.nonzero(mask)[1].astype(np.int32)
    values = rng.standard_normal(len(indices), np.float32)
    x = rng.standard_normal((batch, n_pre), np.float32)
    grad = rng.standard_normal((batch, n_post), np.float32)
    bias = rng.standard_normal(n_post, np.float32)
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
    near(
        condensed.forward(i, v, X, None),
        condensed_matmul(indices, values, x, backend="naive"),
    )
    laws = condensed_matmul_backward(indices, values, x, grad, backend="naive")
    for mine, law in zip(condensed.backward(i, v, X, G), laws, strict=True):
        near(mine, law)


def test_rows_longer_than_a_block_of_edges_and_of_samples():
    rng = np.random.default_rng(3)
    indptr = np.array([0, 21, 21, 60])
    indices = np.concatenate([np.arange(21), rng.permutation(40)[:39]])
    values = rng.standard_normal(60, np.float32)
    x = rng.standard_normal((130, 3), np.float32)
    grad = rng.standard_normal((130, 40), np.float32)
    given = indptr, indices.astype(np.int32), values, x
    p, i, v, X, G = tensors(*given, grad)
    near(csr.forward(p, i, v, X, 40, None), csr_matmul(*given, 40, backend="naive"))
    for mine, law in zip(
        csr.backward(p, i, v, X, G),
        csr_matmul_backward(*given, grad, backend="naive"),
        strict=True,
    ):
        near(mine, law)


class OnDevice(torch.Tensor):
    """A tensor that says it is on a GPU."""

    is_cuda = True


def test_columns_are_sorted_once_for_a_support_that_stays():
    made = []
    (p, i) = tensors(np.array([0, 2, 3]), np.array([0, 1, 2], np.int32))
    i = i.as_subclass(OnDevice)

    def ask(*beside, of=i):
        return csr.remembered(of, beside, lambda: made.append(len(made)) or len(made))

    assert [ask(p, 3), ask(p, 3), ask(p, 4), ask(p.clone(), 4)] == [1, 1, 2, 3]
    first = ask(p, 4)
    i[0] = 2
    assert ask(p, 4) > first
    p += 1
    assert ask(p, 4) > first + 1
    host = torch.zeros(1)
    assert DEVICE != "cpu" or ask(of=host) < ask(of=host)


def test_long_rows_and_the_better_of_two_precisions():
    z = np.random.default_rng(4).standard_normal((2, 9000))
    z[1, :50] = -np.inf
    law = weigh(z, Entmax(1.5), backend="naive")
    (found,) = (entmax.weigh_rule(t, Entmax(1.5)) for t in tensors(z))
    np.testing.assert_allclose(found.cpu().numpy(), law, atol=1e-12)
    (rough,) = (entmax.weigh_rule(t, Entmax(1.5)) for t in tensors(z.astype(np.float32)))
    np.testing.assert_allclose(rough.cpu().numpy(), law, atol=2e-5)
    dp = np.random.default_rng(5).standard_normal(z.shape)
    slopes = entmax_backward(law, dp, 1.5, backend="naive")
    p, d, alpha = tensors(law, dp, np.full(2, 1.5))
    for mine, one in zip(entmax.backward_tensor(p, d, alpha), slopes, strict=True):
        np.testing.assert_allclose(mine.cpu().numpy(), one, atol=1e-10)
    assert (law > 0).sum() < law.size


def test_what_is_no_number_stays_so_and_a_row_without_scores_weighs_nothing():
    (z,) = tensors(
        np.array([[np.nan, 1, 2], [np.inf, 1, 2], [-np.inf] * 3, [-np.inf, 0, 0]])
    )
    found = entmax.weigh_rule(z, Entmax(2.0)).cpu()
    assert found[:2].isnan().all()
    assert found[2:].tolist() == [[0, 0, 0], [0, 0.5, 0.5]]


def test_normmax_on_a_device_does_not_go_through_the_host(monkeypatch):
    (z,) = tensors(np.random.default_rng(6).standard_normal((2, 7)))
    law = face.normmax(z.cpu(), 3.0)
    monkeypatch.setattr(torch.Tensor, "cpu", None)
    found = face.normmax(z.as_subclass(OnDevice), 3.0)
    monkeypatch.undo()
    torch.testing.assert_close(
        found.as_subclass(torch.Tensor).cpu(), law, atol=1e-6, rtol=1e-5
    )
