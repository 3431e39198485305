"""Weights from scores: golden values, the one-hot law, slopes, supports; every path against the
law.
"""

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis.extra.numpy import arrays

from neurosparse.kernels.memory.entmax import autograd as face
from neurosparse.kernels.memory.entmax import (
    entmax,
    entmax_backward,
    entmax_support,
    normmax,
    weigh,
)
from neurosparse.kernels.memory.entmax.naive import normmax_backward
from neurosparse.kernels.memory.entmax.rules import Budget, Entmax, Normmax

RULES = [Entmax(a) for a in (1.0, 1.01, 1.25, 1.5, 1.75, 2.0, 3.0)] + [
    Normmax(1.5),
    Normmax(2.0),
    Normmax(6.0),
]
# eighths are exact, so that a lead equals the margin exactly or not at all
ROWS = arrays(
    np.float64,
    st.tuples(st.integers(1, 3), st.integers(1, 40)),
    elements=st.integers(-80, 80).map(float),
)

FOUR = [1.0, 0.5, 0.2, -0.3]
GOLDEN = [
    (FOUR, 1.0, [0.429481, 0.260493, 0.192978, 0.117047]),
    (FOUR, 1.25, [0.499034, 0.262068, 0.168286, 0.070612]),
    (FOUR, 1.5, [0.586572, 0.266132, 0.133868, 0.013428]),
    (FOUR, 1.75, [0.668115, 0.259888, 0.071997, 0]),
    (FOUR, 2.0, [0.75, 0.25, 0, 0]),
    (FOUR, 3.0, [1, 0, 0, 0]),
    ([3, 2.5, 1, 0, -1], 1.5, [0.673993, 0.326007, 0, 0, 0]),
    *[
        ([0.5, 0], a, [p, 1 - p])
        for a, p in [(1, 0.622459), (1.25, 0.645812), (1.5, 0.673993), (2, 0.75), (3, 1)]
    ],
    *[([1, 0], a, [p, 1 - p]) for a, p in [(1.25, 0.775430), (1.5, 0.830719), (2, 1)]],
    *[([2, 0], a, [p, 1 - p]) for a, p in [(1, 0.880797), (1.25, 0.944313), (1.5, 1)]],
]


@pytest.mark.parametrize(("z", "alpha", "wanted"), GOLDEN)
def test_golden_values(z, alpha, wanted, backend):
    np.testing.assert_allclose(
        entmax(np.array([z], float), alpha, backend=backend)[0], wanted, atol=6e-7
    )


@pytest.mark.parametrize("rule", [*RULES, Budget(1), Budget(4)], ids=str)
@pytest.mark.parametrize("shape", [(3, 50), (1, 5), (0, 5), (2, 257)], ids=str)
def test_the_fast_path_follows_the_law(rule, shape):
    z = np.random.default_rng(1).standard_normal(shape) * 2
    law = weigh(z, rule, backend="naive")
    fast = weigh(z, rule, threads=2)
    np.testing.assert_allclose(fast, law, atol=1e-12)
    np.testing.assert_allclose(fast.sum(1), 1)
    np.testing.assert_allclose(weigh(z.astype(np.float32), rule), law, atol=2e-6)


@given(ROWS, st.sampled_from(RULES))
def test_weights_are_a_distribution_that_orders_as_the_scores(z, rule):
    z = z / 8
    p = weigh(z, rule)
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(1), 1)
    order = np.argsort(z, axis=1)
    assert (np.diff(np.take_along_axis(p, order, 1), axis=1) >= -1e-12).all()
    np.testing.assert_allclose(weigh(z + 3.0, rule), p, atol=1e-9)


@given(ROWS, st.sampled_from([1.25, 1.5, 2.0, 3.0, 5.0]))
def test_one_hot_exactly_when_the_lead_is_the_margin(z, alpha):
    z = z / 8
    lead = (
        np.sort(z, axis=1)[:, -1] - np.sort(z, axis=1)[:, -2]
        if z.shape[1] > 1
        else np.full(len(z), np.inf)
    )
    one_hot = (entmax(z, alpha) == 1.0).any(1) & (entmax_support(z, alpha).sizes == 1)
    np.testing.assert_array_equal(one_hot, lead >= 1 / (alpha - 1))


@given(ROWS)
def test_doubling_beta_is_alpha_two_in_place_of_one_and_a_half(z):
    """Sparsemax at β and 1.5-entmax at 2β are one-hot on the same rows; softmax never is."""
    z = z / 8
    two = entmax_support(z, 2.0).sizes
    half = entmax_support(2 * z, 1.5).sizes
    np.testing.assert_array_equal(two == 1, half == 1)
    assert (weigh(z, 1.0) > 0).all()


@given(ROWS, st.integers(1, 4))
def test_a_budget_keeps_exactly_k_once_they_lead_by_one(z, k):
    z = np.concatenate([z / 8, np.full((len(z), 4), -20.0)], 1)
    ordered = -np.sort(-z, axis=1)
    sizes = (weigh(z, Budget(k)) > 0).sum(1)
    assert (sizes >= k).all()
    np.testing.assert_array_equal(sizes == k, ordered[:, k - 1] - ordered[:, k] >= 1)


@pytest.mark.parametrize("rule", [*RULES[1:], Budget(3)], ids=str)
@pytest.mark.parametrize("k", [1, 4, 64])
def test_the_support_is_found_whatever_room_there_is_at_first(rule, k):
    z = np.random.default_rng(2).standard_normal((5, 200))
    found = entmax_support(z, rule, k=max(k, 3))
    p = weigh(z, rule)
    dense = np.zeros_like(z)
    for row, (lo, hi) in enumerate(zip(found.indptr[:-1], found.indptr[1:], strict=True)):
        assert (np.diff(found.indices[lo:hi]) > 0).all()
        dense[row, found.indices[lo:hi]] = found.weights[lo:hi]
    np.testing.assert_allclose(dense, p, atol=1e-12)
    assert found.sizes.max() > 1
    law = entmax_support(z, rule, backend="naive")
    np.testing.assert_array_equal(found.indices, law.indices)


def test_equal_scores_share_and_a_minus_infinity_is_left_out(backend):
    z = np.array([[2.0, 2.0, -np.inf]])
    for rule in RULES:
        np.testing.assert_allclose(
            weigh(z, rule, backend=backend), [[0.5, 0.5, 0.0]], atol=1e-12
        )


@pytest.mark.parametrize("alpha", [1.0, 1.2, 1.5, 2.0, 3.0])
def test_slopes_follow_the_law_and_differences(alpha):
    rng = np.random.default_rng(3)
    z = rng.standard_normal((4, 9))
    dp = rng.standard_normal((4, 9))
    e = 1e-6
    p = entmax(z, alpha)
    dz, da = entmax_backward(p, dp, alpha, threads=2)
    law = entmax_backward(p, dp, alpha, backend="naive")
    np.testing.assert_allclose(dz, law[0], atol=1e-9)
    np.testing.assert_allclose(da, law[1], atol=1e-9)
    step = np.zeros_like(z)
    step[:, 2] = e
    change = ((entmax(z + step, alpha) - entmax(z - step, alpha)) * dp).sum(1) / (2 * e)
    np.testing.assert_allclose(dz[:, 2], change, atol=1e-7)
    low = max(1.0, alpha - e)
    change = ((entmax(z, alpha + e) - entmax(z, low)) * dp).sum(1) / (alpha + e - low)
    np.testing.assert_allclose(da, change, atol=1e-4 if alpha == 1 else 1e-7)


def test_the_slope_to_alpha_is_smooth_at_softmax():
    rng = np.random.default_rng(4)
    z = rng.standard_normal((1, 30))
    dp = rng.standard_normal((1, 30))
    slopes = [
        entmax_backward(entmax(z, a), dp, a)[1][0]
        for a in (1.0, 1 + 1e-9, 1 + 1e-6, 1 + 1e-4)
    ]
    np.testing.assert_allclose(slopes, slopes[0], rtol=2e-3)
    assert abs(slopes[0]) > 1e-3


def test_gradcheck_with_alpha_per_head():
    rng = torch.Generator().manual_seed(0)
    z = torch.randn(2, 3, 4, 5, generator=rng, dtype=torch.float64, requires_grad=True)
    alpha = torch.tensor([1.2, 1.5, 2.3], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(
        lambda z, a: face.entmax(z, a[:, None, None]), (z, alpha)
    )
    assert torch.autograd.gradcheck(
        lambda z, a: face.entmax(z, a[:, None, None], dim=2), (z, alpha)
    )
    assert torch.autograd.gradcheck(lambda z: face.normmax(z, 2.5), z)


def test_normmax_slopes():
    rng = np.random.default_rng(5)
    z = rng.standard_normal((3, 6))
    dp = rng.standard_normal((3, 6))
    tensor = torch.tensor(z, requires_grad=True)
    face.normmax(tensor, 3.0).backward(torch.tensor(dp))
    np.testing.assert_allclose(
        tensor.grad, normmax_backward(normmax(z, 3.0), dp, Normmax(3.0)), atol=1e-12
    )


def test_tensors_keep_nan_and_give_nothing_to_a_row_without_scores():
    z = torch.tensor(
        [[-torch.inf, -torch.inf], [torch.nan, 1.0], [1.0, -torch.inf]], requires_grad=True
    )
    p = face.entmax(z, 1.5)
    assert p[0].tolist() == [0, 0]
    assert p[1].isnan().all()
    assert p[2].tolist() == [1, 0]
    p[[0, 2]].sum().backward()
    assert z.grad[[0, 2]].tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_on_the_gpu(rule):
    pytest.importorskip("triton")
    rng = np.random.default_rng(6)
    z = rng.standard_normal((3, 21)).astype(np.float32)
    p = weigh(z, rule, backend="gpu")
    np.testing.assert_allclose(p, weigh(z, rule, backend="naive"), atol=2e-5)
    if isinstance(rule, Entmax):
        dp = rng.standard_normal(z.shape, np.float32)
        mine = entmax_backward(p, dp, rule.alpha, backend="gpu")
        for a, b in zip(
            mine,
            entmax_backward(weigh(z.astype(float), rule), dp.astype(float), rule.alpha),
            strict=True,
        ):
            np.testing.assert_allclose(a, b, atol=2e-3)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: entmax(np.ones((1, 2)), 0.9), "alpha: got 0.9"),
        (lambda: entmax(np.ones((1, 2)), float("nan")), "alpha: got nan"),
        (lambda: normmax(np.ones((1, 2)), 1.0), "gamma: got 1.0"),
        (lambda: weigh(np.ones((1, 2)), Budget(0)), "k: got 0"),
        (lambda: weigh(np.ones((1, 2)), Budget(3)), "at least 3 scores"),
        (lambda: weigh(np.ones((2, 0))), "at least 1 scores"),
        (lambda: weigh(np.ones(3)), "float64 of shape"),
        (lambda: weigh(np.array([[np.nan, 1]])), "NaN"),
        (lambda: weigh(np.array([[np.inf, 1]])), r"\+inf"),
        (lambda: weigh(np.array([[-np.inf, -np.inf]])), "nothing but -inf"),
        (lambda: weigh(np.array([[-np.inf, 1.0]]), Budget(2)), "k of them"),
        (lambda: entmax_support(np.ones((1, 2)), 1.0), "softmax"),
        (lambda: entmax_support(np.ones((1, 2)), 2.0, k=0), "k: got 0"),
        (lambda: weigh(np.ones((1, 2)), backend="abacus"), "abacus"),
        (lambda: entmax_backward(np.ones((1, 2)), np.ones((1, 3)), 2.0), "dp: got"),
        (lambda: entmax_backward(np.ones((1, 2)), np.ones((1, 2)), 0.0), "alpha: got"),
        (lambda: face.entmax(torch.ones(2), 0.5), "alpha: got"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_a_rule_is_a_number_or_a_rule():
    with pytest.raises(TypeError, match="rule: got 'softmax'"):
        weigh(np.ones((1, 2)), "softmax")
