"""What a layer may be made of, and what is refused as synapses."""

import copy

import pytest
import torch

from neurosparse.connectivity import Connectivity
from neurosparse.models import SparseLinear
from neurosparse.wiring import RandomEdges
from tests.models.layers.helpers import condensed, sparse

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_a_share_stands_for_random_edges():
    drawn = SparseLinear(20, 64, wiring=RandomEdges(0.1), rng=0)
    assert SparseLinear(20, 64, 0.1, rng=0).connectivity == drawn.connectivity
    assert SparseLinear(20, 64, density=0.1, rng=0).connectivity == drawn.connectivity
    assert SparseLinear(20, 64, sparsity=0.9, rng=0).connectivity == drawn.connectivity
    assert (drawn.in_features, drawn.out_features) == (20, 64)


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: SparseLinear(20, 64), ValueError, r"wiring: got None.*density=0\.1"),
        (lambda: SparseLinear(20, 64, 1.5), ValueError, "density: got 1.5"),
        (lambda: SparseLinear(20, 64, sparsity=90), ValueError, "sparsity: got 90"),
        (
            lambda: SparseLinear(20, 64, RandomEdges(0.1)),
            TypeError,
            "density: got .*wiring=",
        ),
        (
            lambda: SparseLinear(20, 64, 0.1, wiring=RandomEdges(0.1)),
            ValueError,
            "one of density, sparsity and wiring",
        ),
        (
            lambda: SparseLinear(Connectivity.empty(2, 2), density=0.1),
            ValueError,
            "nothing",
        ),
        (lambda: sparse().edit(drop=[0, 0]), ValueError, r"drop: got \[0, 0\]"),
    ],
)
def test_what_is_none_is_named(make, kind, words):
    with pytest.raises(kind, match=words):
        make()


@pytest.mark.parametrize("make", [sparse, condensed])
def test_weights_do_not_come_without_their_synapses(make):
    layer = make(0)
    state = make(1).state_dict()
    before = layer.connectivity
    for left_out, strict in (({"indptr", "indices"}, False), ({"values"}, True)):
        part = {name: value for name, value in state.items() if name not in left_out}
        with pytest.raises(ValueError, match="synapses and their weights together"):
            layer.load_state_dict(part, strict=strict)
        assert layer.connectivity == before
    layer.load_state_dict({"bias": torch.ones(12)}, strict=False)
    assert layer.bias.sum() == 12


@pytest.mark.parametrize("make", [sparse, condensed])
def test_layers_without_storage_give_shapes_and_take_over_a_state(make):
    layer = make()
    bare = copy.deepcopy(layer).to("meta")
    assert bare(torch.ones(2, 3, 20, device="meta")).shape == (2, 3, 12)
    bare.load_state_dict(layer.state_dict(), assign=True)
    assert torch.equal(bare(torch.ones(2, 20)), layer(torch.ones(2, 20)))


@pytest.mark.parametrize("make", [sparse, condensed])
def test_a_sparse_tensor_is_no_input(make):
    with pytest.raises(TypeError, match=r"layout torch\.sparse_coo.*to_dense"):
        make()(torch.ones(2, 20).to_sparse())


def test_a_layer_may_have_no_inputs():
    layer = SparseLinear(Connectivity.empty(0, 5))
    out = layer(torch.ones(3, 0, requires_grad=True))
    out.sum().backward()
    assert out.shape == (3, 5)
    assert layer.bias.grad.tolist() == [3.0] * 5
