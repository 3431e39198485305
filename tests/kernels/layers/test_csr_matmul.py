"""Sparse matrix times batch: every path against the law, every gradient, every odd size."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.kernels.layers.csr_matmul import autograd as face
from neurosparse.kernels.layers.csr_matmul import cpu, csr_matmul, csr_matmul_backward, few
from tests.kernels.layers.problems import SIZES, problem, tolerance


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_cpu_is_the_law(size, dtype):
    indptr, indices, values, x, grad, bias = problem(*size, dtype)
    n_post = size[1]
    for threads in (1, 3):
        y = csr_matmul(indptr, indices, values, x, n_post, bias, threads=threads)
        law = csr_matmul(indptr, indices, values, x, n_post, bias, backend="naive")
        np.testing.assert_allclose(y, law, **tolerance(dtype))
        ours = csr_matmul_backward(indptr, indices, values, x, grad, threads=threads)
        laws = csr_matmul_backward(indptr, indices, values, x, grad, backend="naive")
        for mine, true in zip(ours, laws, strict=True):
            assert mine.dtype == dtype
            np.testing.assert_allclose(mine, true, **tolerance(dtype))


@pytest.mark.parametrize("batch", [1, 2, 3, 4])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_few_samples_are_the_law_and_each_its_own(batch, dtype):
    """Up to `few.FEW` samples go one by one; one more goes as a slab."""
    assert few.FEW == 3
    indptr, indices, values, x, grad, bias = problem(40, 30, batch, dtype)
    rows = indptr, indices
    y = csr_matmul(*rows, values, x, 30, bias)
    law = csr_matmul(*rows, values, x, 30, bias, backend="naive")
    np.testing.assert_allclose(y, law, **tolerance(dtype))
    dx, dvalues = csr_matmul_backward(*rows, values, x, grad)
    laws = csr_matmul_backward(*rows, values, x, grad, backend="naive")
    np.testing.assert_allclose(dx, laws[0], **tolerance(dtype))
    np.testing.assert_allclose(dvalues, laws[1], **tolerance(dtype))
    alone = cpu.outer(*rows, x, grad, 1)
    np.testing.assert_allclose(alone, laws[1], **tolerance(dtype))
    for threads in (2, 5):
        assert np.array_equal(csr_matmul(*rows, values, x, 30, bias, threads=threads), y)
        again = csr_matmul_backward(*rows, values, x, grad, threads=threads)
        assert np.array_equal(again[0], dx)
        assert np.array_equal(again[1], dvalues)
        assert np.array_equal(cpu.outer(*rows, x, grad, threads), alone)
    if batch < 4:
        # a sample is what it would be alone, to the bit
        one = csr_matmul(*rows, values, x[:1], 30, bias)
        assert np.array_equal(one[0], y[0])
    # an infinite weight times 0 is no number, as the law has it
    wide = np.where(np.arange(len(values)) == 0, np.inf, values).astype(dtype)
    dead = np.zeros_like(x)
    assert np.isnan(csr_matmul(*rows, wide, dead, 30)).sum() == batch


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 70), st.integers(0, 99))
def test_is_the_dense_product(n_pre, n_post, batch, seed):
    indptr, indices, values, x, grad, _ = problem(
        n_pre, n_post, batch, np.float64, seed=seed
    )
    dense = np.zeros((n_pre, n_post))
    pre = np.repeat(np.arange(n_pre), np.diff(indptr))
    dense[pre, indices] = values
    np.testing.assert_allclose(
        csr_matmul(indptr, indices, values, x, n_post), x @ dense, atol=1e-9
    )
    dx, dvalues = csr_matmul_backward(indptr, indices, values, x, grad)
    np.testing.assert_allclose(dx, grad @ dense.T, atol=1e-9)
    np.testing.assert_allclose(dvalues, (x.T @ grad)[pre, indices], atol=1e-9)


@pytest.fixture(autouse=True)
def _divide(monkeypatch):
    """Divide the work among threads however small it is."""
    monkeypatch.setattr(cpu, "worthwhile", lambda threads, operations: threads)


def test_repeated_edges_add_and_threads_do_not_change_bits():
    indptr = np.array([0, 3])
    indices = np.array([1, 1, 0], np.int32)
    y = csr_matmul(indptr, indices, np.array([2.0, 3.0, 7.0]), np.ones((2, 1)), 2)
    assert y.tolist() == [[7.0, 5.0]] * 2
    args = problem(100, 90, 130, np.float32)[:4]
    assert np.array_equal(
        csr_matmul(*args, 90, threads=1), csr_matmul(*args, 90, threads=5)
    )
    grad = np.ones((130, 90), np.float32)
    one, many = (csr_matmul_backward(*args, grad, threads=t) for t in (1, 5))
    assert all(np.array_equal(a, b) for a, b in zip(one, many, strict=True))
    assert np.abs(one[1]).max() > 1


def test_gradients_by_finite_differences():
    indptr, indices, values, x, _, bias = problem(6, 5, 3, np.float64)
    rows = torch.from_numpy(indptr), torch.from_numpy(indices)
    free = [torch.from_numpy(a).requires_grad_() for a in (x, values, bias)]
    assert torch.autograd.gradcheck(
        lambda x, v, b: face.csr_matmul(x, v, b, *rows, 5), free
    )
    assert torch.autograd.gradcheck(
        lambda v: face.csr_matmul(free[0].detach(), v, None, *rows, 5), free[1:2]
    )


def test_leading_dimensions_and_frozen_weights():
    indptr, indices, values, x, _, bias = problem(6, 5, 12, np.float32)
    rows = torch.from_numpy(indptr), torch.from_numpy(indices)
    w, b = torch.from_numpy(values), torch.from_numpy(bias)
    flat = face.csr_matmul(torch.from_numpy(x), w, b, *rows, 5)
    assert torch.equal(
        face.csr_matmul(torch.from_numpy(x).reshape(3, 4, 6), w, b, *rows, 5).reshape(
            12, 5
        ),
        flat,
    )
    inputs = torch.from_numpy(x).requires_grad_()
    face.csr_matmul(inputs, w, b, *rows, 5).sum().backward()
    assert inputs.grad is not None
    assert inputs.grad.abs().sum() > 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"indptr": np.array([0, 9])}, "indptr"),
        ({"indptr": np.array([0, 2, 1, 3])}, "indptr"),
        ({"indices": np.array([0, 1, 5], np.int32)}, r"indices: got 0\.\.5, wants 0\.\.1"),
        ({"indices": np.array([0, 1, -1], np.int32)}, "indices"),
        ({"indices": np.array([0, 1, 1])}, "int32"),
        ({"values": np.ones(2)}, "one number for each edge"),
        ({"x": np.ones((2, 3))}, r"\[batch, 2\]"),
        ({"x": np.ones((2, 2), np.float32)}, "astype"),
        ({"bias": np.ones(3)}, "one number for each output"),
    ],
)
def test_bad_input_names_the_argument(change, words):
    good = {
        "indptr": np.array([0, 1, 3]),
        "indices": np.array([1, 0, 1], np.int32),
        "values": np.ones(3),
        "x": np.ones((2, 2)),
        "n_post": 2,
    }
    with pytest.raises(ValueError, match=words):
        csr_matmul(**{**good, **change})


def test_face_refuses_what_does_not_fit():
    rows = torch.tensor([0, 1]), torch.tensor([0], dtype=torch.int32)
    with pytest.raises(ValueError, match="wants"):
        face.csr_matmul(torch.ones(2, 3), torch.ones(1), None, *rows, 1)
    with pytest.raises(ValueError, match="float64"):
        face.csr_matmul(
            torch.ones(2, 1, dtype=torch.float64), torch.ones(1), None, *rows, 1
        )
