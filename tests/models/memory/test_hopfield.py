"""`Hopfield` against attention: values, masks, heads, dropout."""

import pytest
import torch
from torch import nn

from neurosparse.models import Association, Hopfield, support_size
from tests.models.memory.tensors import inputs

SOFTMAX = Association(alpha=1.0, learn_alpha=False)


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
        ours(x, x, x, is_causal=True)[0],
        theirs(x, x, x, attn_mask=causal)[0],
        atol=1e-5,
        rtol=1e-5,
    )
    single = x[0]
    for a, b in zip(
        ours(single, single, single), theirs(single, single, single), strict=True
    ):
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
    layer = Hopfield(
        4, 2, Association(1.6, 0.8, steps, learn_beta=True), batch_first=True
    ).double()
    nn.init.normal_(layer.associate.raw_alpha, std=0.3)
    x = inputs(1, 3, 4).double().requires_grad_()
    parameters = dict(layer.named_parameters())
    assert {"associate.raw_alpha", "associate.log_beta"} <= set(parameters)

    def run(x, *values):
        named = dict(zip(parameters, values, strict=True))
        return torch.func.functional_call(layer, named, (x, x, x))[0]

    assert torch.autograd.gradcheck(run, (x, *parameters.values()))


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


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Hopfield(8, 3), "num_heads: got 3"),
        (lambda: Hopfield(0), "embed_dim: got 0"),
        (lambda: Hopfield(8, 2, dropout=1.0), "dropout: got 1.0"),
        (
            lambda: Hopfield(8)(
                torch.ones(2, 1, 7), torch.ones(2, 1, 8), torch.ones(2, 1, 8)
            ),
            "query: got width 7",
        ),
    ],
)
def test_bad_input(call, said):
    with pytest.raises(ValueError, match=said):
        call()
