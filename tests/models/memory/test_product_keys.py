"""Product-key memory: the search is exact, gradients are sparse, the dead come back."""

from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pytest
import torch
from hypothesis import given, settings

from neurosparse.models import ProductKeyMemory, ProductKeys
from neurosparse.models.memory.product_keys import full_search, product_topk
from tests.strategies import SEEDS


@given(
    seed=SEEDS,
    n1=st.integers(1, 20),
    n2=st.integers(1, 20),
    k=st.integers(1, 20),
    ties=st.booleans(),
)
def test_the_half_key_search_is_the_full_search(
    seed: int, n1: int, n2: int, k: int, ties: bool
) -> None:
    k = min(k, n1, n2)
    rng = np.random.default_rng(seed)
    halves = [
        rng.integers(-2, 3, (4, n)) if ties else rng.normal(size=(4, n)) for n in (n1, n2)
    ]
    # float32, so that sums round: exactness must survive that
    first, second = (torch.tensor(h, dtype=torch.float32) for h in halves)
    ours = product_topk(first, second, k)
    law = full_search(first, second, k)
    assert torch.equal(ours.scores, law.scores)
    i = ours.slots // n2
    j = ours.slots % n2
    assert torch.equal(first.gather(1, i) + second.gather(1, j), ours.scores)
    assert all(len(set(row.tolist())) == k for row in ours.slots)
    if not ties and law.scores.diff(dim=1).ne(0).all():
        # the sets are one where no two of the best score alike; the k-th may tie with the next
        same = ours.slots[:, : k - 1] == law.slots[:, : k - 1]
        assert same.all()


def test_sums_that_round_away_keep_their_order() -> None:
    first = torch.tensor([1e8, 1e8 + 8, 0.0])
    second = torch.tensor([0.25, 0.5, 0.75])
    assert torch.equal(
        product_topk(first, second, 3).scores, full_search(first, second, 3).scores
    )


def small(rng: Any = 0, **more: Any) -> ProductKeyMemory:
    return ProductKeyMemory(
        6, ProductKeys(n_keys=5, heads=2, k=3, key_dim=8), rng=rng, **more
    )


def test_reading_is_the_formula() -> None:
    memory = small()
    x = torch.randn(7, 6, generator=torch.Generator().manual_seed(1))
    q = memory.query(x).view(7, 2, 2, 4)
    out = torch.zeros(7, 6)
    for b in range(7):
        for h in range(2):
            scores = torch.stack([
                q[b, h, 0] @ memory.keys[h, 0, i] + q[b, h, 1] @ memory.keys[h, 1, j]
                for i in range(5) for j in range(5)
            ])  # fmt: skip
            best = scores.topk(3)
            out[b] += best.values.softmax(0) @ memory.values.weight[best.indices]
    torch.testing.assert_close(memory(x), out)
    torch.testing.assert_close(memory(x.view(7, 1, 6)).view(7, 6), out)


def test_only_rows_that_were_read_are_touched() -> None:
    memory = small()
    x = torch.randn(2, 6, generator=torch.Generator().manual_seed(2))
    before = memory.values.weight.detach().clone()
    read = memory.search(x).slots.unique()
    optimizer = torch.optim.SparseAdam(memory.value_parameters(), lr=0.1)
    memory(x).square().sum().backward()
    grad = memory.values.weight.grad
    assert grad is not None
    assert grad.is_sparse
    assert set(grad.coalesce().indices()[0].tolist()) == set(read.tolist())
    optimizer.step()
    changed = (memory.values.weight.detach() != before).any(dim=1)
    assert torch.equal(torch.nonzero(changed).flatten(), read)
    assert 0 < len(read) < 25


def test_gradients_reach_queries_and_keys() -> None:
    memory = small().double()
    x = torch.randn(3, 6, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    names = ("keys", "query.weight", "query.bias")
    start = {name: p.detach() for name, p in memory.named_parameters() if name in names}

    def read(*given: torch.Tensor) -> Any:
        return torch.func.functional_call(
            memory, dict(zip(start, given, strict=True)), (x,)
        )

    given_ = [p.clone().requires_grad_() for p in start.values()]
    assert torch.autograd.gradcheck(read, given_, eps=1e-6, atol=1e-5)


def test_it_learns_a_table() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(64, 16, generator=generator)
    y = torch.randn(64, 4, generator=generator)
    memory = ProductKeyMemory(
        16,
        ProductKeys(n_keys=12, heads=2, k=4, key_dim=16),
        out_features=4,
        norm=True,
        rng=0,
    )
    sparse = torch.optim.SparseAdam(memory.value_parameters(), lr=0.05)
    dense = torch.optim.Adam(memory.key_parameters(), lr=0.005)
    losses = []
    for _ in range(50):
        loss = (memory(x) - y).square().mean()
        for optimizer in (sparse, dense):
            optimizer.zero_grad()
        loss.backward()
        for optimizer in (sparse, dense):
            optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.2 * losses[0]


def test_usage_counts_while_training_only() -> None:
    memory = small()
    x = torch.randn(10, 6, generator=torch.Generator().manual_seed(4))
    memory(x)
    slots = memory.search(x).slots
    assert torch.equal(memory.usage.reads, torch.bincount(slots.flatten(), minlength=25))
    assert memory.usage.weight.sum().item() == pytest.approx(20, rel=1e-5)
    alive = len(slots.unique()) / 25
    assert memory.usage.alive() == pytest.approx(alive)
    assert 0 < memory.usage.divergence() < np.log(25)
    memory.eval()
    memory(x)
    assert int(memory.usage.reads.sum()) == 60


def test_the_dead_are_revived_where_queries_are() -> None:
    memory = ProductKeyMemory(6, ProductKeys(n_keys=16, heads=2, k=2, key_dim=8), rng=0)
    x = torch.randn(40, 6, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        memory.keys[:, :, 8:] *= -0.01  # half of the half-keys hardly win
    memory(x)
    alive = memory.usage.alive()
    keys = memory.keys.detach().clone()
    reads = memory.usage.reads.view(16, 16)
    unused = [int((reads.sum(d) == 0).sum()) for d in (1, 0)]
    values = memory.values.weight.detach().clone()
    dead = memory.usage.dead()
    moved = memory.revive(x, rng=1)
    assert moved == sum(unused) > 0
    kept = reads.sum(1) > 0
    assert torch.equal(memory.keys[:, 0, kept], keys[:, 0, kept])
    assert not torch.equal(memory.keys, keys)
    assert int(memory.usage.reads.sum()) == 0
    live = torch.ones(256, dtype=torch.bool)
    live[dead] = False
    assert torch.equal(memory.values.weight[live], values[live])
    assert not memory.values.weight[dead].any()
    memory(x)
    assert memory.usage.alive() > alive


@settings(max_examples=5)
@given(seed=SEEDS)
def test_saved_and_loaded_it_reads_the_same(
    seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from neurosparse.models import load, save

    path = Path(tmp_path_factory.mktemp("pkm")) / "memory.pt"
    one = small(seed % 1000)
    other = small(1)
    x = torch.randn(3, 6)
    one(x)
    save(path, one)
    load(path, other)
    assert torch.equal(one.usage.reads, other.usage.reads)
    assert torch.equal(one.eval()(x), other.eval()(x))


def test_what_cannot_be_meant_is_refused() -> None:
    with pytest.raises(ValueError, match=r"ProductKeys.k: got 6, wants at most n_keys = 5"):
        ProductKeys(n_keys=5, k=6)
    with pytest.raises(
        ValueError, match=r"ProductKeys.key_dim: got 7, wants an even number"
    ):
        ProductKeys(n_keys=5, k=2, key_dim=7)
    with pytest.raises(ValueError, match=r"ProductKeys.heads: got 0"):
        ProductKeys(n_keys=5, k=2, heads=0)
    with pytest.raises(ValueError, match="k: got 3, wants 1 to 2, the number of half-keys"):
        product_topk(torch.ones(2), torch.ones(5), 3)
    with pytest.raises(ValueError, match=r"second: got an array of torch.float32 \[3, 5\]"):
        product_topk(torch.ones(2, 5), torch.ones(3, 5), 3)
    with pytest.raises(
        ValueError,
        match=r"x: got an array of torch.float32 \[2, 5\], wants inputs \[..., 6\]",
    ):
        small()(torch.ones(2, 5))
    with pytest.raises(ValueError, match="usage: got no reads"):
        small().revive(torch.ones(2, 6))
    with pytest.raises(ValueError, match="in_features: got 0"):
        ProductKeyMemory(0, ProductKeys(n_keys=5, k=2))


def test_any_seed_will_do() -> None:
    """An int seeds torch itself; all of SPEC 7 gives the same memory again."""
    weight = small(3).values.weight
    generator = torch.Generator().manual_seed(3)
    bound = 6**-0.5
    first = torch.empty(16, 6).uniform_(-bound, bound, generator=generator)
    assert torch.equal(small(3).query.weight, first)
    assert torch.equal(small(np.int64(3)).values.weight, weight)
    for seed in (np.random.SeedSequence(3), np.random.default_rng(3)):
        ours = small(seed).values.weight
        assert not torch.equal(ours, weight)
    twice = [small(np.random.SeedSequence(5)).values.weight for _ in range(2)]
    assert torch.equal(*twice)
    assert not torch.equal(small(None).values.weight, small(None).values.weight)
