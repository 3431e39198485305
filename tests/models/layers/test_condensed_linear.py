"""Layers of constant fan-in; what they share with `SparseLinear` is tested in its file."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.models import CondensedLinear, Rewirer, SparseLinear, sparsified
from neurosparse.rewiring import srigl
from neurosparse.wiring import FixedInDegree
from tests.models.layers.helpers import condensed

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_from_dense_keeps_the_largest_of_each_output():
    linear = nn.Linear(30, 20)
    per_row = CondensedLinear.from_dense(linear, fan_in=3).to_dense().weight
    assert ((per_row != 0).sum(1) == 3).all()
    left_out = linear.weight.abs()[per_row == 0].reshape(20, 27)
    assert (per_row.abs().sort(1).values[:, 27] >= left_out.max(1).values).all()
    with pytest.raises(ValueError, match="fan_in"):
        CondensedLinear.from_dense(linear, fan_in=31)


def test_indices_outside_the_input_are_not_loaded():
    layer = condensed()
    state = copy.deepcopy(layer.state_dict())
    state["indices"][0, 0] = 20
    with pytest.raises(ValueError, match=r"indices: got .*20, wants 0..19"):
        layer.load_state_dict(state)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (
            lambda: CondensedLinear(Connectivity.from_dense([[1, 1], [0, 1]])),
            "1 to 2 inputs",
        ),
        (
            lambda: CondensedLinear(Connectivity([0, 2, 4], [0, 0, 1, 1], 2)),
            "several synapses 0 -> 0",
        ),
        (
            lambda: condensed().bfloat16()(torch.ones(2, 20).bfloat16()),
            "values: got torch.bfloat16 on the CPU",
        ),
        (lambda: condensed()(torch.ones(2, 19)), r"\[\.\.\., 20\]"),
    ],
)
def test_bad_input_names_the_argument(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_an_array_is_no_tensor():
    with pytest.raises(TypeError, match="x: got ndarray, wants a tensor"):
        condensed()(np.ones((2, 20), np.float32))


def test_an_input_twice_in_a_row_is_not_loaded():
    layer = condensed()
    state = {name: value.clone() for name, value in layer.state_dict().items()}
    state["indices"][3] = torch.tensor([1, 7, 2, 7])
    with pytest.raises(ValueError, match=r"indices: got input 7 twice in row 3"):
        layer.load_state_dict(state)


def ablated(dtype=torch.float64, bias=True):
    """A layer of fan-in 3 whose second neuron has no inputs."""
    layer = SparseLinear(FixedInDegree(3).build(8, 5, 0), bias=bias, rng=0).to(dtype)
    layer.edit(drop=torch.where(layer.indices == 1)[0].numpy())
    if bias:
        layer.bias.data.normal_()
    return layer


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_sparse_layer_of_constant_fan_in_comes_over_with_its_offsets(dtype, bias):
    layer = ablated(dtype, bias).eval()
    layer.values.requires_grad_(False)
    twin = CondensedLinear.from_sparse(layer)
    x = torch.randn(4, 8, dtype=dtype)
    torch.testing.assert_close(twin(x), layer(x))
    assert torch.equal(twin.to_dense().weight, layer.to_dense().weight)
    assert twin.values.shape == (5, 3)
    assert (twin.training, twin.values.requires_grad) == (False, False)
    assert (twin.bias is None) is not bias


def test_what_srigl_leaves_comes_over():
    model = sparsified(nn.Sequential(nn.Linear(12, 16)), wiring=FixedInDegree(4), rng=0)
    x = torch.randn(32, 12)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with Rewirer(model, srigl(every=2), optimizer, steps=20, rng=0) as rewirer:
        for _ in range(12):
            optimizer.zero_grad()
            (model(x) - x[:, :1]).square().mean().backward()
            optimizer.step()
            rewirer.step()
    assert rewirer.moved > 0
    torch.testing.assert_close(CondensedLinear.from_sparse(model[0])(x), model(x))


def test_a_layer_of_varied_fan_in_does_not():
    layer = SparseLinear(8, 5, density=0.5, rng=0)
    with pytest.raises(ValueError, match=r"neurons with \d to \d inputs"):
        CondensedLinear.from_sparse(layer)
    nothing = SparseLinear(Connectivity.from_dense(np.zeros((3, 2))))
    assert CondensedLinear.from_sparse(nothing).values.shape == (2, 0)


@pytest.mark.parametrize(
    "make",
    [lambda: ablated(torch.float32), lambda: CondensedLinear.from_sparse(ablated())],
)
def test_weights_are_drawn_anew_from_either_seed(make):
    layer = make()
    drawn = []
    for _ in range(2):
        torch.manual_seed(3)
        layer.reset_parameters()
        drawn.append(layer.values.detach().clone())
        layer.reset_parameters(rng=4)
        drawn.append(layer.values.detach().clone())
    assert torch.equal(drawn[0], drawn[2])
    assert torch.equal(drawn[1], drawn[3])
    assert not torch.equal(drawn[0], drawn[1])
    assert not layer.bias.any()


def test_weights_of_the_start_have_the_scale_of_each_fan_in():
    layer = CondensedLinear(FixedInDegree(50).build(400, 200, 0), rng=0)
    layer.reset_parameters(rng=1)
    assert layer.values.std().item() == pytest.approx((2 / 50) ** 0.5, rel=0.05)
