"""The layers against attention, numerical gradients, masks, and learning."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.memory import HopfieldMemory as ArrayMemory
from neurosparse.models import (
    Associate,
    Association,
    Hopfield,
    HopfieldLayer,
    HopfieldPooling,
    HopfieldPrototypes,
    HopfieldStore,
)
from neurosparse.models.memory.association import support_size

SOFTMAX = Association(alpha=1.0, learn_alpha=False)


def inputs(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def twins(**options):
    torch.manual_seed(1)
    theirs = nn.MultiheadAttention(8, 2, **options)
    for p in theirs.parameters():
        nn.init.normal_(p, std=0.5)
    ours = Hopfield(8, 2, SOFTMAX, **options)
    missing = ours.load_state_dict(theirs.state_dict(), strict=False)
    assert set(missing.missing_keys) == {"associate.fixed_alpha", "associate.fixed_beta"}
    assert not missing.unexpected_keys
    return ours, theirs


@pytest.mark.parametrize(
    "options", [{}, {"batch_first": True}, {"bias": False}, {"kdim": 5, "vdim": 3}], ids=str
)
@pytest.mark.parametrize("average", [True, False])
def test_softmax_is_multi_head_attention(options, average):
    ours, theirs = twins(**options)
    q = inputs(3, 4, 8)
    k = inputs(3, 4, options.get("kdim", 8), seed=1)
    v = inputs(3, 4, options.get("vdim", 8), seed=2)
    mine, law = (m(q, k, v, average_attn_weights=average) for m in (ours, theirs))
    for a, b in zip(mine, law, strict=True):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-5)
    mine[0].square().sum().backward()
    law[0].square().sum().backward()
    for name, parameter in theirs.named_parameters():
        torch.testing.assert_close(
            ours.get_parameter(name).grad, parameter.grad, atol=1e-4, rtol=1e-4
        )


def test_masks_are_those_of_attention():
    ours, theirs = twins(batch_first=True)
    x = inputs(2, 5, 8)
    padding = torch.tensor([[False] * 5, [False, False, True, True, False]])
    causal = torch.ones(5, 5, dtype=torch.bool).triu(1)
    per_head = torch.zeros(4, 5, 5).masked_fill(
        torch.rand(4, 5, 5, generator=torch.Generator().manual_seed(1)) < 0.3, -1.5
    )
    masks = [{"key_padding_mask": padding}, {"attn_mask": causal}, {"attn_mask": per_head}]
    masks.append(
        {
            "key_padding_mask": torch.zeros(2, 5).masked_fill(padding, -torch.inf),
            "attn_mask": causal.float() * -9,
        }
    )
    for mask in masks:
        for a, b in zip(ours(x, x, x, **mask), theirs(x, x, x, **mask), strict=True):
            torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(
        ours(x, x, x, is_causal=True)[0], theirs(x, x, x, attn_mask=causal)[0], atol=1e-5, rtol=1e-5
    )
    single = x[0]
    for a, b in zip(ours(single, single, single), theirs(single, single, single), strict=True):
        torch.testing.assert_close(a, b, atol=1e-5, rtol=1e-5)


def test_a_query_that_may_see_nothing_gets_nothing():
    layer = Hopfield(8, 2, batch_first=True)
    x = inputs(1, 3, 8).requires_grad_()
    out, weights = layer(x, x, x, key_padding_mask=torch.ones(1, 3, dtype=torch.bool))
    assert (weights == 0).all()
    assert torch.isfinite(out).all()
    out.sum().backward()
    assert torch.isfinite(x.grad).all()


@pytest.mark.parametrize("steps", [1, 3])
def test_gradcheck_through_every_parameter(steps):
    torch.manual_seed(3)
    layer = Hopfield(4, 2, Association(1.6, 0.8, steps, learn_beta=True), batch_first=True).double()
    nn.init.normal_(layer.associate.raw_alpha, std=0.3)
    x = inputs(1, 3, 4).double().requires_grad_()
    parameters = dict(layer.named_parameters())
    assert {"associate.raw_alpha", "associate.log_beta"} <= set(parameters)

    def run(x, *values):
        named = dict(zip(parameters, values, strict=True))
        return torch.func.functional_call(layer, named, (x, x, x))[0]

    assert torch.autograd.gradcheck(run, (x, *parameters.values()))


def test_steps_replace_the_query_by_keys():
    unit = Associate(1, 4, Association(2.0, 1.0, 2, learn_alpha=False))
    q = inputs(1, 2, 4)
    k = inputs(1, 6, 4, seed=1)
    v = inputs(1, 6, 3, seed=2)
    once = Associate(1, 4, Association(2.0, 1.0, learn_alpha=False))
    torch.testing.assert_close(unit(q, k, v)[0], once(once(q, k, k)[0], k, v)[0])


def test_alpha_is_per_head_and_each_head_has_its_own_support():
    layer = Hopfield(16, 2, Association(beta=3.0), batch_first=True)
    with torch.no_grad():
        layer.associate.raw_alpha.copy_(torch.tensor([-6.0, 3.0]))
    x = inputs(4, 20, 16)
    weights = layer(x, x, x, average_attn_weights=False)[1]
    sizes = support_size(weights).float().mean((0, 2))
    assert 1 < layer.alpha[0] < 1.01
    assert layer.alpha[1] > 4
    assert sizes[0] > 2 * sizes[1]
    assert layer.beta.tolist() == [3.0, 3.0]


def test_dropout_only_in_training():
    layer = Hopfield(8, 1, dropout=0.5, batch_first=True)
    x = inputs(2, 6, 8)
    torch.manual_seed(0)
    assert not torch.equal(layer(x, x, x)[0], layer(x, x, x)[0])
    layer.eval()
    assert torch.equal(layer(x, x, x)[0], layer(x, x, x)[0])


def test_pooling_reads_the_set_and_prototypes_read_themselves():
    x = inputs(2, 7, 8)
    pool = HopfieldPooling(8, 2, quantity=3)
    prototypes = HopfieldPrototypes(8, 2, quantity=5)
    shuffled = x[:, torch.randperm(7, generator=torch.Generator().manual_seed(0))]
    torch.testing.assert_close(pool(x), pool(shuffled))
    mask = torch.zeros(2, 7, dtype=torch.bool)
    mask[:, 5:] = True
    torch.testing.assert_close(pool(x, mask), pool(x[:, :5]))
    # the first output of prototypes depends on the first input alone
    torch.testing.assert_close(prototypes(x)[:, :1], prototypes(x[:, :1]))
    for layer in (pool, prototypes):
        layer(x).sum().backward()
        assert all(p.grad is not None for p in layer.parameters())


def test_the_layer_of_stored_patterns_is_dense_attention_on_its_support():
    torch.manual_seed(0)
    layer = HopfieldLayer(6, 200, 3, Association(1.5, 2.0, 2)).double()
    nn.init.normal_(layer.patterns)
    x = inputs(2, 4, 6).double()
    unit = layer.associate
    q = x.reshape(1, -1, 6)
    dense, _ = unit(q, layer.patterns[None], layer.targets[None])
    torch.testing.assert_close(layer(x), dense.reshape(2, 4, 3))
    layer(x).square().sum().backward()
    mine = [p.grad.clone() for p in layer.parameters()]
    layer.zero_grad()
    unit(q, layer.patterns[None], layer.targets[None])[0].square().sum().backward()
    for a, b in zip(mine, (p.grad for p in layer.parameters()), strict=True):
        torch.testing.assert_close(a, b)


def test_alpha_and_targets_learn():
    torch.manual_seed(0)
    x = torch.randn(40, 10)
    y = (x[:, :1] > 0).float()
    layer = HopfieldLayer.from_data(x[:20], torch.zeros(20, 1), Association(1.5, 0.5))
    optimiser = torch.optim.Adam(layer.parameters(), lr=0.05)
    first = None
    for _ in range(60):
        optimiser.zero_grad()
        loss = nn.functional.mse_loss(layer(x), y)
        loss.backward()
        optimiser.step()
        first = first or loss.item()
    assert loss.item() < 0.5 * first
    assert abs(layer.associate.alpha[0].item() - 1.5) > 0.01


def test_the_memory_of_tensors_is_that_of_arrays():
    x = inputs(60, 5)
    q = inputs(2, 3, 5, seed=1)
    memory = HopfieldStore(x)
    law = ArrayMemory(x.numpy())
    got = memory.retrieve(q, 2.0, 1.5, steps=3)
    np.testing.assert_allclose(
        got.reshape(-1, 5), law.retrieve(q.reshape(-1, 5).numpy(), 2.0, 1.5, 3).state, atol=1e-6
    )
    assert memory.store(torch.ones(5)).tolist() == [60]
    memory.update(torch.tensor([0]), torch.full((1, 5), 2.0))
    memory.forget(torch.tensor([1]))
    assert (len(memory), memory.patterns[0, 0]) == (60, 2)
    assert "patterns" in memory.state_dict()
    assert memory.array.best(np.ones(5))[0].shape == (1, 1)


def test_gradients_reach_query_and_patterns_through_the_memory():
    memory = HopfieldStore(inputs(9, 4).double())
    q = inputs(2, 4, seed=1).double().requires_grad_()
    assert torch.autograd.gradcheck(lambda q: memory.retrieve(q, 0.8, 1.5, steps=2), q)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Hopfield(8, 3), "num_heads: got 3"),
        (lambda: Hopfield(8, 2, dropout=1.0), "dropout: got 1.0"),
        (
            lambda: Hopfield(8)(torch.ones(2, 1, 7), torch.ones(2, 1, 8), torch.ones(2, 1, 8)),
            "query: got width 7",
        ),
        (lambda: Association(alpha=0.9), "alpha: got 0.9"),
        (lambda: Association(alpha=1.0), "learn_alpha=False"),
        (lambda: Association(beta=0.0), "beta: got 0.0"),
        (lambda: Association(steps=0), "steps: got 0"),
        (lambda: HopfieldPooling(8, quantity=0), "quantity: got 0"),
        (lambda: HopfieldPrototypes(8, quantity=0), "quantity: got 0"),
        (lambda: HopfieldLayer(8, 0), "quantity: got 0"),
        (lambda: HopfieldLayer(8, 2)(torch.ones(3, 7)), "x: got width 7"),
        (lambda: HopfieldLayer.from_data(torch.ones(3, 2), torch.ones(2, 2)), "targets: got"),
        (lambda: HopfieldStore(torch.zeros(2, 3)), "only zeros"),
        (lambda: HopfieldStore(torch.eye(3)).retrieve(torch.ones(2), 1.0), "query: got shape"),
        (
            lambda: HopfieldStore(torch.eye(3)).retrieve(torch.ones(3), 1.0, steps=0),
            "steps: got 0",
        ),
        (lambda: HopfieldStore(torch.eye(3)).retrieve(torch.ones(3), 0.0), "beta: got 0.0"),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
