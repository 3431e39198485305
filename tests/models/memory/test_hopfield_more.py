"""`Hopfield` in the place of attention: in a transformer, under every mask."""

import copy
import math

import pytest
import torch
from torch import nn

from neurosparse.models import Association, Hopfield
from tests.models.memory.tensors import inputs

SOFTMAX = Association(alpha=1.0, learn_alpha=False)


SPARSE = Association(2.0, beta=4.0, learn_alpha=False)


def test_in_a_transformer_layer_evaluation_is_training_without_dropout():
    base = nn.TransformerEncoderLayer(8, 2, 16, dropout=0.0, batch_first=True)
    for p in base.self_attn.parameters():
        nn.init.normal_(p)
    ours = copy.deepcopy(base)
    ours.self_attn = Hopfield(8, 2, SPARSE, batch_first=True)
    ours.self_attn.load_state_dict(base.self_attn.state_dict(), strict=False)
    x = inputs(2, 5, 8)
    pad = torch.tensor([[False] * 5, [False, False, False, True, True]])
    trained = ours.train()(x, src_key_padding_mask=pad)
    with torch.no_grad():
        alone = ours.eval()(x, src_key_padding_mask=pad)
        softmax = base.eval()(x, src_key_padding_mask=pad)
        stack = nn.TransformerEncoder(ours, 2, enable_nested_tensor=False).eval()(
            x, src_key_padding_mask=pad
        )
    # PyTorch's shortcut for evaluation would have put softmax in place of our rule
    torch.testing.assert_close(alone, trained)
    assert (alone - softmax).abs().max() > 0.05
    assert torch.isfinite(stack).all()


@pytest.mark.filterwarnings("ignore:Support for mismatched")
@pytest.mark.parametrize(
    "options", [{"batch_first": True}, {"batch_first": False, "bias": False}], ids=str
)
@pytest.mark.parametrize("padding", [None, torch.bool, torch.float32])
@pytest.mark.parametrize("mask", [None, "bool", "float", "bool per head", "float per head"])
@pytest.mark.parametrize("batched", [True, False])
def test_the_same_as_attention_in_every_setting(options, padding, mask, batched):
    torch.manual_seed(1)
    theirs = nn.MultiheadAttention(8, 2, **options)
    for p in theirs.parameters():
        nn.init.normal_(p, std=0.5)
    ours = Hopfield(8, 2, SOFTMAX, **options)
    ours.load_state_dict(theirs.state_dict(), strict=False)
    sizes = [(3, n, 8) if options["batch_first"] else (n, 3, 8) for n in (4, 5, 5)]
    q, k, v = (
        inputs(*(s if batched else (max(s[:2]), 8)), seed=i) for i, s in enumerate(sizes)
    )
    rows = 4 if batched else len(q)
    keys = 5 if batched else len(k)
    given = {}
    if padding:
        off = torch.zeros(3, keys, dtype=torch.bool)
        off[1, 2:] = True
        off = off if batched else off[1]
        given["key_padding_mask"] = (
            off
            if padding == torch.bool
            else torch.zeros(off.shape).masked_fill(off, -math.inf)
        )
    if mask:
        shape = (
            ((6 if batched else 2), rows, keys) if mask.endswith("head") else (rows, keys)
        )
        off = inputs(*shape, seed=9) < -0.8
        off[..., 0] = False
        given["attn_mask"] = (
            off if mask.startswith("bool") else inputs(*shape).masked_fill(off, -math.inf)
        )
    for shown in ({}, {"average_attn_weights": False}, {"need_weights": False}):
        mine, law = (m.eval()(q, k, v, **given, **shown) for m in (ours, theirs))
        torch.testing.assert_close(mine[0], law[0], atol=1e-5, rtol=1e-5)
        assert (mine[1] is None) == (law[1] is None)
        if law[1] is not None:
            torch.testing.assert_close(mine[1], law[1], atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(("alpha", "steps"), [(1.0, 1), (1.5, 1), (2.0, 3), (10.0, 2)])
@pytest.mark.parametrize("how", ["padding", "bool", "float", "some rows"])
def test_a_mask_that_forbids_everything(alpha, steps, how):
    layer = Hopfield(
        8, 2, Association(alpha, steps=steps, learn_alpha=alpha > 1), batch_first=True
    )
    nn.init.normal_(layer.out_proj.bias)
    x = inputs(2, 3, 8).requires_grad_()
    masks = {
        "padding": {"key_padding_mask": torch.ones(2, 3, dtype=torch.bool)},
        "bool": {"attn_mask": torch.ones(3, 3, dtype=torch.bool)},
        "float": {"attn_mask": torch.full((3, 3), -math.inf)},
        "some rows": {"attn_mask": torch.ones(3, 3, dtype=torch.bool).triu()},
    }
    out, weights = layer(x, x, x, **masks[how])
    blind = weights.sum(-1) == 0
    assert blind.any()
    assert blind.all() == (how != "some rows")
    torch.testing.assert_close(out[blind], layer.out_proj.bias.expand(int(blind.sum()), -1))
    out.sum().backward()
    grads = [x.grad, *(p.grad for p in layer.parameters() if p.grad is not None)]
    assert all(torch.isfinite(g).all() for g in grads)


def test_no_keys_at_all_give_the_offset():
    layer = Hopfield(8, 2, batch_first=True)
    x = inputs(2, 3, 8)
    nn.init.normal_(layer.out_proj.bias)
    out, weights = layer(x, x[:, :0], x[:, :0])
    torch.testing.assert_close(out, layer.out_proj.bias.expand(2, 3, 8))
    assert weights.shape == (2, 3, 0)


X = torch.ones(2, 3, 8)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda m: m(X, X, X, key_padding_mask=torch.ones(2, 4).bool()),
            r"key_padding_mask: .* \[2, 3\]",
        ),
        (
            lambda m: m(X, X, X, attn_mask=torch.ones(4, 3).bool()),
            r"attn_mask: .* \[3, 3\] or \[4, 3, 3\]",
        ),
        (
            lambda m: m(X, X, X, attn_mask=torch.ones(3, 3, 3).bool()),
            r"attn_mask: .* \[3, 3\] or \[4, 3, 3\]",
        ),
        (
            lambda m: m(X, X, X, attn_mask=torch.ones(3, 3).int()),
            "booleans or floating point",
        ),
        (lambda m: m(X, X, X[:, :2]), "value: got 2 vectors in a batch of 2, wants 3 in 2"),
        (lambda m: m(X, X[:1], X[:1]), "key: got a batch of 1, wants a batch of 2"),
        (lambda m: m(X, X[0], X[0]), r"key: got .*\[length, width\]"),
        (lambda m: m(X[0, 0], X[0, 0], X[0, 0]), r"query: got .*\[length, width\]"),
    ],
)
def test_sets_and_masks_that_do_not_fit(call, said):
    with pytest.raises(ValueError, match=said):
        call(Hopfield(8, 2, batch_first=True))
