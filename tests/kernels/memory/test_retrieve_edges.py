"""Retrieval at the edges: half precision, overflow, every temperature."""

import numpy as np
import pytest
import torch

from neurosparse.kernels.memory.entmax.rules import Normmax
from neurosparse.kernels.memory.retrieve import nearest, retrieve
from neurosparse.kernels.memory.retrieve.autograd import retrieve as layer
from neurosparse.kernels.memory.retrieve.plan import Plan


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("alpha", [1.0, 2.0])
def test_retrieval_takes_half_precision(dtype, alpha):
    g = torch.Generator().manual_seed(2)
    q = torch.randn(2, 4, generator=g).to(dtype)
    x = torch.randn(6, 4, generator=g)
    mixed = layer(q, x, x, 0.5, alpha)
    assert mixed.dtype == torch.float32
    torch.testing.assert_close(mixed, layer(q.float(), x, x, 0.5, alpha))
    same = layer(q, x.to(dtype), x.to(dtype), 0.5, alpha)
    assert same.dtype == dtype
    torch.testing.assert_close(same.float(), mixed, atol=2e-2, rtol=2e-2)


@pytest.mark.parametrize("alpha", [1.0, 1.5])
def test_retrieval_refuses_alike_at_every_alpha(alpha):
    q = torch.ones(1, 3)
    x = torch.eye(3)
    for beta in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="beta: got"):
            layer(q, x, x, beta, alpha)
    with pytest.raises(ValueError, match="queries: hold NaN"):
        layer(q * torch.nan, x, x, 1.0, alpha)


@pytest.mark.filterwarnings("ignore:overflow")
def test_the_nearest_of_scores_that_overflow_is_refused():
    x = np.full((3, 2), 3e38, np.float32)
    for sign in (1, -1):
        with pytest.raises(ValueError, match="overflow; scale queries"):
            nearest(x, sign * x[:1], 2)


@pytest.mark.parametrize("rule", [1.0001, 2.0, 10.0, Normmax(5.0)], ids=str)
@pytest.mark.parametrize("beta", [1e-30, 1e-6, 1.0, 1e12])
@pytest.mark.parametrize("n", [1, 2, 65])
def test_retrieval_at_every_temperature(rule, beta, n):
    rng = np.random.default_rng(n)
    x = np.round(rng.standard_normal((n, 5)) * 2) + 0.5  # duplicates and ties
    q = rng.standard_normal((3, 5))
    law, fast = (
        retrieve(x, q, rule, Plan(beta, True), backend=b) for b in ("naive", "cpu")
    )
    np.testing.assert_allclose(fast.state, law.state, atol=1e-6)
    np.testing.assert_allclose(fast.potential, law.potential, rtol=1e-6, atol=1e-9)
    assert np.isfinite(
        retrieve(x.astype(np.float32), q.astype(np.float32), rule, Plan(beta)).state
    ).all()
