"""Weights at the edges: tiny, huge and equal scores, extreme rules, half precision."""

import numpy as np
import pytest
import torch

from neurosparse.kernels.memory.entmax import autograd as face
from neurosparse.kernels.memory.entmax import (
    entmax,
    entmax_backward,
    entmax_support,
    normmax,
    weigh,
)
from neurosparse.kernels.memory.entmax.naive import normmax_backward
from neurosparse.kernels.memory.entmax.rules import Entmax, Normmax
from neurosparse.kernels.memory.retrieve.autograd import retrieve as layer


def dense(found, shape):
    out = np.zeros(shape)
    for row, (lo, hi) in enumerate(zip(found.indptr[:-1], found.indptr[1:], strict=True)):
        out[row, found.indices[lo:hi]] = found.weights[lo:hi]
    return out


# scores (0, -lead); the first weight solves p^9 - (1 - p)^9 = 9 lead, by 60-digit arithmetic
@pytest.mark.parametrize(
    ("lead", "first"),
    [
        (0.05, 0.91509895016116),
        (0.0999, 0.98825166632889),
        (0.11, 0.99888391929814),
        (0.112, 1.0),
    ],
)
def test_a_small_weight_under_a_large_alpha_keeps_its_digits(lead, first, backend):
    z = np.array([[0.0, -lead]])
    wanted = [first, 1 - first]
    np.testing.assert_allclose(entmax(z, 10.0, backend=backend)[0], wanted, atol=1e-9)
    np.testing.assert_allclose(
        dense(entmax_support(z, 10.0, k=1), (1, 2))[0], wanted, atol=1e-9
    )
    p = wanted[0]
    assert p**9 - (1 - p) ** 9 == pytest.approx(9 * min(lead, 1 / 9), abs=1e-8)


@pytest.mark.parametrize(
    "rule",
    [
        Entmax(1.0001),
        Entmax(2.5),
        Entmax(10.0),
        Entmax(100.0),
        Normmax(1.01),
        Normmax(60.0),
    ],
)
@pytest.mark.parametrize("spread", [1e-9, 1.0, 1e6])
@pytest.mark.parametrize("size", [1, 2, 7, 1025])
def test_the_paths_agree_at_every_scale(rule, spread, size):
    rng = np.random.default_rng(size)
    for z in (
        rng.standard_normal((3, size)) * spread,
        rng.integers(0, 3, (3, size)) * spread,
    ):
        law = weigh(z, rule, backend="naive")
        np.testing.assert_allclose(weigh(z, rule), law, atol=1e-6)
        np.testing.assert_allclose(
            dense(entmax_support(z, rule, k=3), z.shape), law, atol=1e-6
        )
        np.testing.assert_allclose(law.sum(1), 1)


@pytest.mark.parametrize("rule", [1.0, 1.3, 1.5, 2.0, 4.0])
def test_scores_far_from_zero_lose_nothing(rule, backend):
    z = np.random.default_rng(1).integers(-20, 20, (3, 50)) / 8.0
    np.testing.assert_allclose(
        weigh(z + 2.0**30, rule, backend=backend), weigh(z, rule), atol=1e-12
    )


def test_an_alpha_that_rounding_cannot_tell_from_one_is_softmax():
    z = np.random.default_rng(2).standard_normal((2, 9))
    np.testing.assert_array_equal(entmax(z, 1 + 1e-12), entmax(z, 1.0))
    assert Entmax(1 + 1e-12) == Entmax(1.0)
    tensor = face.entmax(torch.tensor(z), 1 + 1e-12)
    np.testing.assert_array_equal(tensor, entmax(z, 1.0))
    np.testing.assert_allclose(entmax(z, 1 + 2e-9), entmax(z, 1.0), atol=1e-6)


def test_slopes_under_a_large_alpha():
    z = np.array([[0.0, -0.0999], [0.0, -0.05]])
    e = 1e-8
    dp = np.array([[1.0, 0.0], [0.3, -2.0]])
    p = entmax(z, 10.0)
    step = np.array([[e, 0.0]])
    change = ((entmax(z + step, 10.0) - entmax(z - step, 10.0)) * dp).sum(1) / (2 * e)
    for backend in ("naive", "cpu"):
        dz, _ = entmax_backward(p, dp, 10.0, backend=backend)
        np.testing.assert_allclose(dz[:, 0], change, rtol=1e-5)
        np.testing.assert_allclose(dz.sum(1), 0, atol=1e-12)
    single = entmax_backward(p.astype(np.float32), dp.astype(np.float32), 10.0)[0]
    np.testing.assert_allclose(single[:, 0], change, rtol=1e-4)


@pytest.mark.parametrize("alpha", [1.0001, 4.0, 10.0])
def test_gradcheck_at_extreme_alpha(alpha):
    g = torch.Generator().manual_seed(0)
    spread = 0.3 if alpha < 4 else 0.04
    z = spread * torch.randn(3, 6, generator=g, dtype=torch.float64)
    a = torch.tensor(alpha, dtype=torch.float64, requires_grad=True)
    assert ((face.entmax(z, alpha) > 0).sum(1) > 1).all()
    assert torch.autograd.gradcheck(
        face.entmax, (z.requires_grad_(), a), eps=1e-7, atol=1e-4
    )
    q, k, v = (
        torch.randn(n, 4, generator=g, dtype=torch.float64, requires_grad=True)
        for n in (2, 7, 7)
    )
    b = torch.tensor(0.5 * spread, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(layer, (q, k, v, b, a), eps=1e-7, atol=1e-4)


@pytest.mark.parametrize("gamma", [5.0, 20.0, 60.0])
def test_slopes_of_a_large_normmax_do_not_overflow_in_single_precision(gamma):
    g = torch.Generator().manual_seed(0)
    z = 0.01 * torch.randn(1, 1000, generator=g)
    dp = torch.randn(1, 1000, generator=g)
    z.requires_grad_()
    face.normmax(z, gamma).backward(dp)
    assert torch.isfinite(z.grad).all()
    exact = z.detach().double().numpy()
    law = normmax_backward(normmax(exact, gamma), dp.double().numpy(), Normmax(gamma))
    np.testing.assert_allclose(z.grad, law, atol=1e-4 * np.abs(law).max())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_weighed_in_single(dtype):
    z = (
        torch.randn(3, 9, generator=torch.Generator().manual_seed(1))
        .to(dtype)
        .requires_grad_()
    )
    for weighed, law in (
        (face.entmax(z, 1.5), face.entmax(z.float(), 1.5)),
        (face.normmax(z), face.normmax(z.float())),
    ):
        assert weighed.dtype == dtype
        torch.testing.assert_close(weighed, law.to(dtype))
    face.entmax(z, 1.5)[:, 0].sum().backward()
    assert z.grad.dtype == dtype
    assert z.grad.abs().sum() > 0


@pytest.mark.parametrize("shape", [(0, 5), (2, 0), (0, 0, 3), (3, 0, 0)], ids=str)
def test_nothing_to_weigh(shape):
    z = torch.ones(shape, requires_grad=True)
    p = face.entmax(z, 1.5)
    p.sum().backward()
    assert p.shape == z.grad.shape == shape
    assert face.normmax(torch.ones((0, 4))).shape == (0, 4)


def test_whole_numbers_are_no_scores():
    for weighed in (face.entmax, face.normmax):
        with pytest.raises(TypeError, match=r"z: got scores of torch.int64, .*z.float\(\)"):
            weighed(torch.tensor([1, 2]))
