"""Retrieval in blocks against two matrix products; the streaming cases; gradients on the
support.
"""

import tracemalloc

import numpy as np
import pytest
import torch

from neurosparse.kernels.memory.entmax.rules import Budget, Normmax
from neurosparse.kernels.memory.retrieve import nearest, retrieve
from neurosparse.kernels.memory.retrieve.autograd import retrieve as face
from neurosparse.kernels.memory.retrieve.plan import Plan

RULES = [1.0, 1.2, 1.5, 2.0, 3.0, Normmax(2.0), Budget(3)]


def problem(n_memories, n, d=8, v=5, dtype=np.float64):
    rng = np.random.default_rng(n_memories + n)
    return [
        rng.standard_normal(s).astype(dtype)
        for s in ((n_memories, d), (n, d), (n_memories, v))
    ]


def same(mine, law, atol=1e-11):
    np.testing.assert_allclose(mine.state, law.state, atol=atol)
    np.testing.assert_allclose(mine.potential, law.potential, atol=atol)
    np.testing.assert_array_equal(mine.size, law.size)


@pytest.mark.parametrize("rule", RULES, ids=str)
@pytest.mark.parametrize("beta", [0.1, 4.0])
def test_the_fast_path_follows_the_law(rule, beta):
    x, q, v = problem(1500, 7)
    plan = Plan(beta, keep_support=True)
    law, fast = (retrieve(x, q, rule, plan, values=v, backend=b) for b in ("naive", "cpu"))
    same(fast, law)
    for mine, wanted in zip(fast.support, law.support, strict=True):
        np.testing.assert_allclose(mine, wanted, atol=1e-11)


@pytest.mark.parametrize("rule", [1.2, 2.0, 3.0, Normmax(2.0), Budget(3)], ids=str)
def test_a_support_that_does_not_fit_is_streamed(rule):
    x, q, v = problem(1500, 5)
    plan = Plan(0.001, buffer=1)
    law, fast = (retrieve(x, q, rule, plan, values=v, backend=b) for b in ("naive", "cpu"))
    assert law.size.min() > plan.most_candidates(5, 1500) or rule == Budget(3)
    assert fast.support is None
    same(fast, law, 1e-8)


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (700, 1), (513, 300), (600, 0)], ids=str)
@pytest.mark.parametrize("rule", [1.0, 1.5, 2.0])
def test_odd_sizes(shape, rule):
    x, q, v = problem(*shape)
    law, fast = (
        retrieve(x, q, rule, Plan(1.0), values=v, backend=b) for b in ("naive", "cpu")
    )
    same(fast, law)


def test_duplicates_share():
    x = np.ones((2000, 3))
    found = retrieve(x, np.ones((1, 3)), 2.0, Plan(1.0, keep_support=True))
    assert found.size.tolist() == [2000]
    np.testing.assert_allclose(found.support.weights, 1 / 2000)


@pytest.mark.parametrize("rule", [1.5, 2.0])
def test_bits_do_not_depend_on_threads(rule):
    x, q, v = problem(9000, 30, dtype=np.float32)
    one, three = (
        retrieve(x, q, rule, Plan(0.5, True, threads=t), values=v) for t in (1, 3)
    )
    assert one.size.mean() > 2
    np.testing.assert_array_equal(one.state, three.state)
    np.testing.assert_array_equal(one.support.indices, three.support.indices)


def test_single_precision_and_memory_mapped(tmp_path):
    x, q, _ = problem(3000, 9, dtype=np.float32)
    np.save(tmp_path / "x.npy", x)
    mapped = np.load(tmp_path / "x.npy", mmap_mode="r")
    law = retrieve(x, q, 2.0, Plan(1.0), backend="naive")
    fast = retrieve(mapped, q, 2.0, Plan(1.0))
    assert fast.state.dtype == np.float32
    np.testing.assert_allclose(fast.state, law.state, atol=1e-4)


@pytest.mark.parametrize("k", [1, 3, 30])
@pytest.mark.parametrize("threads", [1, 2])
def test_the_nearest(k, threads):
    x, q, _ = problem(5000, 6)
    x = np.round(x)  # ties
    law = nearest(x, q, k, backend="naive")
    fast = nearest(x, q, k, threads=threads)
    np.testing.assert_allclose(fast[1], law[1])
    np.testing.assert_allclose((x[fast[0]] * q[:, None]).sum(2), fast[1])
    q = np.round(q * 2)  # now scores tie exactly
    np.testing.assert_array_equal(
        nearest(x, q, k, threads=threads)[0], nearest(x, q, k, backend="naive")[0]
    )


@pytest.mark.parametrize("rule", [1.5, 2.0, Normmax(2.0)], ids=str)
def test_on_the_gpu(rule):
    pytest.importorskip("triton")
    x, q, v = problem(300, 2, dtype=np.float32)
    for beta in (0.002, 1.0):  # the first needs k to double
        law, mine = (
            retrieve(x, q, rule, Plan(beta, True), values=v, backend=b)
            for b in ("naive", "gpu")
        )
        np.testing.assert_allclose(mine.state, law.state, atol=2e-5)
        np.testing.assert_allclose(mine.potential, law.potential, atol=2e-5)
    assert retrieve(x, q, 2.0, Plan(0.002)).size.max() > 64
    np.testing.assert_array_equal(nearest(x, q, 4, backend="gpu")[0], nearest(x, q, 4)[0])


@pytest.mark.parametrize("alpha", [1.0, 1.3, 1.5, 2.0, 2.5])
def test_gradcheck(alpha):
    x, q, v = (torch.tensor(a, requires_grad=True) for a in problem(11, 3, 4, 2))
    a = torch.tensor(alpha, dtype=torch.float64, requires_grad=alpha > 1)
    b = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(face, (q, x, v, b, a))
    assert torch.autograd.gradcheck(lambda q, x, b, a: face(q, x, x, b, a), (q, x, b, a))


def test_gradients_reach_the_support_alone_and_only_where_wanted():
    x, q, _ = (torch.tensor(a) for a in problem(50, 1))
    x.requires_grad_(True)
    face(q, x, x.detach(), 0.3, 2.0).sum().backward()
    touched = int((x.grad != 0).any(1).sum())
    assert 2 <= touched <= 10
    assert q.grad is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"memories": np.ones(3)}, "memories: got float64 of shape"),
        ({"memories": np.empty((0, 3))}, "weighs at least 1"),
        ({"queries": np.ones((1, 2))}, "queries: got"),
        ({"queries": np.full((1, 3), np.nan)}, "queries: hold NaN"),
        ({"plan": Plan(0.0)}, "beta: got 0.0"),
        ({"plan": Plan(float("inf"))}, "beta: got inf"),
        ({"values": np.ones((3, 2))}, "values: got"),
        (
            {"queries": np.full((1, 3), 1e308), "memories": np.full((4, 3), 1e308)},
            "overflow",
        ),
        ({"rule": 0.5}, "alpha: got 0.5"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_bad_input(change, said):
    arguments = {
        "memories": np.ones((4, 3)),
        "queries": np.ones((1, 3)),
        "rule": 2.0,
        "plan": Plan(1.0),
    } | change
    with pytest.raises(ValueError, match=said):
        retrieve(**arguments)
    with pytest.raises(ValueError, match="k: got 5"):
        nearest(np.ones((4, 3)), np.ones((1, 3)), 5)


@pytest.mark.parametrize("rule", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("beta", [0.01, 8.0])
def test_what_is_held_does_not_grow_with_the_memories(rule, beta):
    x, q, _ = problem(100_000, 60, d=2, dtype=np.float32)
    peaks = []
    for n in (100, 40_000, 100_000):
        tracemalloc.start()
        retrieve(x[:n], q, rule, Plan(beta, buffer=2**18))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < 1.25 * peaks[1] < 16 * 2**20 < len(x) * len(q) * 4
