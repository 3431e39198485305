"""The layers as they are used: on empty batches, under autocast, copied, saved."""

import copy

import pytest
import torch

from neurosparse.models import (
    Association,
    Hopfield,
    HopfieldLayer,
    HopfieldPooling,
    HopfieldPrototypes,
    ProductKeyMemory,
    ProductKeys,
    STanHop,
    STanHopSettings,
)
from tests.models.memory.tensors import inputs

SOFTMAX = Association(alpha=1.0, learn_alpha=False)


LAYERS = {
    "Hopfield": lambda: Hopfield(
        8, 2, Association(1.5, steps=2, learn_beta=True), batch_first=True
    ),
    "HopfieldPooling": lambda: HopfieldPooling(8, 2, quantity=3),
    "HopfieldPrototypes": lambda: HopfieldPrototypes(8, 2),
    "HopfieldLayer": lambda: HopfieldLayer(8, 20, 3),
    "HopfieldLayer, softmax": lambda: HopfieldLayer(8, 20, 3, SOFTMAX),
    "ProductKeyMemory": lambda: ProductKeyMemory(8, ProductKeys(5, 2, 3, 6), rng=0),
    "STanHop": lambda: STanHop(5, 3, 8, STanHopSettings(4, 8, 8, 2, 3)),
}


def run(layer, x):
    return layer(x, x, x)[0] if isinstance(layer, Hopfield) else layer(x)


@pytest.fixture(params=LAYERS)
def layer(request):
    torch.manual_seed(0)
    return LAYERS[request.param]()


@pytest.mark.parametrize("batch", [0, 1])
def test_batches_of_none_and_one(layer, batch):
    whole = run(layer.eval(), inputs(2, 5, 8))
    x = inputs(2, 5, 8)[:batch].requires_grad_()
    out = run(layer, x)
    torch.testing.assert_close(out, whole[:batch], atol=1e-5, rtol=1e-5)
    out.sum().backward()
    assert x.grad.shape == (batch, 5, 8)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(layer, dtype):
    law = run(layer.eval(), inputs(2, 5, 8))
    x = inputs(2, 5, 8)
    with torch.autocast("cpu", dtype=dtype):
        mixed = run(layer, x)
    mixed.float().square().sum().backward()
    assert all(
        p.grad is None or torch.isfinite(p.grad.to_dense()).all()
        for p in layer.parameters()
    )
    layer.zero_grad()
    half = run(layer.to(dtype), x.to(dtype))
    assert half.dtype == dtype
    for out in (mixed, half):
        assert torch.isfinite(out).all()
        # a slot or a key may change hands at so few digits
        assert (out.float() - law).abs().median() < 0.05 * law.abs().median() + 0.02


def test_copies_and_state_dicts(layer):
    x = inputs(2, 5, 8)
    other = copy.deepcopy(layer)
    with torch.no_grad():
        for p in other.parameters():
            p.add_(0.3)
    assert not torch.equal(run(layer.eval(), x), run(other.eval(), x))
    other.load_state_dict(layer.state_dict())
    for made in (other, copy.deepcopy(layer)):
        assert torch.equal(run(layer.eval(), x), run(made.eval(), x))
