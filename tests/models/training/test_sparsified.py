"""Dense layers as sparse ones: names, fused layers, modes."""

import pytest
import torch
from torch import nn
from torch.nn.utils import prune as torch_prune

from neurosparse.models import (
    SparseLinear,
    dense_mlp,
    prune,
    sparsified,
)
from neurosparse.wiring import RandomEdges
from tests.models.training.helpers import total

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_a_layer_with_two_names_stays_one_when_pruned():
    layer = nn.Linear(8, 8)
    small = prune(nn.Sequential(layer, nn.ReLU(), layer), 0.25)
    assert small[0] is small[2]
    assert small[0].nnz == 16


def test_layers_whose_weights_torch_reads_itself_are_refused():
    block = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    with pytest.raises(
        ValueError, match=r"self_attn.out_proj of a MultiheadAttention.*keep_dense"
    ):
        prune(block, 0.5)
    with pytest.raises(
        ValueError, match=r"linear1 of a TransformerEncoderLayer.*set_fastpath_enabled"
    ):
        prune(block, 0.5, keep_dense=("self_attn.out_proj",))
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        small = prune(block, 0.5, keep_dense=("self_attn.out_proj",)).eval()
        with torch.no_grad():
            assert small(torch.ones(2, 3, 8)).shape == (2, 3, 8)
    finally:
        torch.backends.mha.set_fastpath_enabled(True)


def test_nothing_changes_but_the_kind_of_layer():
    dense = dense_mlp([20, 16, 4], rng=0).eval()
    twin = sparsified(dense, "2")
    x = torch.randn(5, 20)
    torch.testing.assert_close(twin(x), dense(x))
    assert isinstance(twin[2], nn.Linear)
    assert total(twin) == 320
    assert not twin[0].training


class OwnForward(nn.Linear):
    """A linear layer that doubles what it computes."""

    def forward(self, x):
        return 2 * super().forward(x)


class OwnStart(nn.Linear):
    """A linear layer that begins otherwise, and computes the same."""

    def reset_parameters(self):
        nn.init.ones_(self.weight)


def hooked():
    layer = nn.Linear(4, 4)
    layer.register_forward_hook(lambda layer, args, out: out + 1)
    return layer


def masked_gradient():
    layer = nn.Linear(4, 4)
    layer.weight.register_hook(lambda slope: slope * 0)
    return layer


class OwnCall(nn.Linear):
    """A layer that is called otherwise."""

    def __call__(self, x):
        return 2 * super().__call__(x)


def hooked_when_summed():
    layer = nn.Linear(4, 4)
    layer.weight.register_post_accumulate_grad_hook(lambda weight: None)
    return layer


def hooked_when_saved():
    layer = nn.Linear(4, 4)
    layer.register_state_dict_post_hook(lambda *parts: None)
    return layer


def pruned_by_torch():
    layer = nn.Linear(4, 4)
    torch_prune.l1_unstructured(layer, "weight", 0.5)
    return layer


def used_and_pruned_by_torch():
    layer = pruned_by_torch()
    layer(torch.ones(1, 4))
    return layer


@pytest.mark.parametrize("act", [sparsified, lambda model: prune(model, 0.5)])
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: nn.utils.parametrizations.weight_norm(nn.Linear(4, 4)),
            "a parametrisation",
        ),
        (
            lambda: nn.utils.parametrizations.spectral_norm(nn.Linear(4, 4)),
            "parametrisation",
        ),
        (pruned_by_torch, "parameters of its own"),
        (used_and_pruned_by_torch, "parameters of its own"),
        (lambda: OwnForward(4, 4), r"a forward pass of its own \(OwnForward\)"),
        (lambda: OwnCall(4, 4), r"a forward pass of its own \(OwnCall\)"),
        (hooked, "hooks"),
        (hooked_when_summed, "hooks"),
        (hooked_when_saved, "hooks"),
        (masked_gradient, "hooks"),
        (lambda: nn.LazyLinear(4), "a size that is not known"),
    ],
)
def test_layers_that_are_more_than_their_weights_are_named(act, make, words):
    model = nn.Sequential(nn.Linear(4, 4), make())
    with pytest.raises(ValueError, match=f"model: got 1 with .*{words}"):
        act(model)
    if words == "hooks":
        assert isinstance(sparsified(model, keep_dense=("1",))[0], SparseLinear)


def test_a_subclass_that_only_begins_otherwise_is_taken():
    x = torch.randn(3, 4)
    layer = OwnStart(4, 4)
    torch.testing.assert_close(sparsified(layer)(x), layer(x))


@pytest.mark.parametrize("act", [sparsified, lambda model: prune(model, 0.5)])
def test_tied_weights_are_named(act):
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.words = nn.Embedding(5, 4)
            self.head = nn.Linear(4, 5, bias=False)
            self.head.weight = self.words.weight

    with pytest.raises(ValueError, match="got head.weight, which is words.weight as well"):
        act(Tied())
    pair = nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4))
    pair[1].weight = pair[0].weight
    with pytest.raises(ValueError, match="got 0.weight, which is 1.weight as well"):
        act(pair)
    assert sparsified(Tied(), keep_dense="head").head.weight.shape == (5, 4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_model_of_ones_own_is_drawn_sparse_in_one_call(dtype):
    model = nn.Sequential(nn.Linear(30, 20), nn.ReLU(), nn.Linear(20, 4, bias=False))
    model.to(dtype).eval()[0].bias.requires_grad_(False)
    twins = [sparsified(model, "2", wiring=RandomEdges(0.1), rng=0) for _ in range(2)]
    sparse = twins[0][0]
    assert sparse.nnz == 60
    assert sparse.values.dtype == dtype
    assert not sparse.training
    assert not sparse.bias.requires_grad
    assert sparse.values.requires_grad
    assert isinstance(twins[0][2], nn.Linear)
    x = torch.randn(3, 30, dtype=dtype)
    assert torch.equal(twins[0](x), twins[1](x))
    # the scale of the inputs there are
    wide = sparsified(nn.Linear(500, 200), wiring=RandomEdges(0.1), rng=0)
    assert wide.values.std().item() == pytest.approx((2 / 50) ** 0.5, rel=0.05)


def test_a_wiring_in_the_place_of_names_is_named():
    with pytest.raises(TypeError, match="keep_dense: .*wiring=RandomEdges"):
        sparsified(nn.Linear(3, 3), RandomEdges(0.5))
    with pytest.raises(TypeError, match="wiring: got 0.5"):
        sparsified(nn.Linear(3, 3), wiring=0.5)


def test_a_dense_checkpoint_says_how_it_comes_in():
    model = sparsified(nn.Sequential(nn.Linear(3, 3)))
    with pytest.raises(RuntimeError, match="0.weight: got a dense layer.*prune"):
        model.load_state_dict(nn.Sequential(nn.Linear(3, 3)).state_dict())
