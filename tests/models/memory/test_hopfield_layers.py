"""Pooling, prototypes, a layer of stored patterns."""

import pytest
import torch
from torch import nn

from neurosparse.models import (
    Association,
    HopfieldLayer,
    HopfieldPooling,
    HopfieldPrototypes,
)
from tests.models.memory.tensors import inputs


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


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: HopfieldPooling(8, quantity=0), "quantity: got 0"),
        (lambda: HopfieldPooling(8)(torch.ones(3, 8)), r"x: got .* \[batch, length, 8\]"),
        (lambda: HopfieldPrototypes(8, quantity=0), "quantity: got 0"),
        (
            lambda: HopfieldPrototypes(8)(torch.ones(2, 3, 7)),
            r"x: got .* \[batch, length, 8\]",
        ),
        (lambda: HopfieldLayer(0, 3), "in_features: got 0"),
        (lambda: HopfieldLayer(8, 0), "quantity: got 0"),
        (lambda: HopfieldLayer(8, 2)(torch.ones(3, 7)), "x: got width 7"),
        (
            lambda: HopfieldLayer.from_data(torch.ones(3, 2), torch.ones(2, 2)),
            "targets: got",
        ),
    ],
)
def test_bad_layers(call, said):
    with pytest.raises(ValueError, match=said):
        call()
