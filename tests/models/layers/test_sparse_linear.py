"""Sparse layers: what they compute, keep, save and refuse."""

import copy

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import prune as torch_prune

from neurosparse.connectivity import Connectivity
from neurosparse.models import (
    ActivityRecorder,
    CondensedLinear,
    SparseLinear,
    dense_twin,
    load,
    save,
)
from neurosparse.models.training.saving import write
from neurosparse.rewiring import Sampling
from neurosparse.wiring import RandomEdges
from tests.models.layers.helpers import condensed, sparse

pytestmark = pytest.mark.usefixtures("one_torch_thread")


@pytest.mark.parametrize("make", [sparse, condensed])
def test_layer_is_its_dense_twin_forward_and_backward(make):
    layer = make()
    layer.bias.data.normal_()
    twin = dense_twin(layer)
    x = torch.randn(7, 20, requires_grad=True)
    y = torch.randn(7, 12)
    ((layer(x) - y) ** 2).sum().backward()
    mine = x.grad
    x.grad = None
    ((twin(x) - y) ** 2).sum().backward()
    torch.testing.assert_close(mine, x.grad, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(layer.bias.grad, twin.bias.grad, rtol=1e-4, atol=1e-4)
    pre, post = (torch.from_numpy(a.copy()).long() for a in layer.connectivity.edges())
    gradient = copy.deepcopy(layer)
    gradient.values.data = layer.values.grad
    slopes = torch.from_numpy(gradient.connectivity.weights_array().copy())
    torch.testing.assert_close(slopes, twin.weight.grad[post, pre], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.Adam])
def test_training_moves_as_a_masked_dense_layer_does(optimizer):
    layer = sparse()
    twin = layer.to_dense()
    mask = twin.weight.detach() != 0
    x, y = torch.randn(32, 20), torch.randn(32, 12)
    ours, theirs = (optimizer(m.parameters(), lr=0.01) for m in (layer, twin))
    for _ in range(5):
        for model, step in ((layer, ours), (twin, theirs)):
            step.zero_grad()
            ((model(x) - y) ** 2).mean().backward()
            if model is twin:
                twin.weight.grad *= mask
            step.step()
    torch.testing.assert_close(layer.to_dense().weight, twin.weight, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("make", [sparse, condensed])
def test_state_round_trips_with_its_support(make, tmp_path):
    one, other = make(0), make(1)
    assert one.topology_hash() != other.topology_hash()
    save(tmp_path / "net.pt", one)
    load(tmp_path / "net.pt", other)
    assert one.connectivity == other.connectivity
    assert torch.equal(one.bias, other.bias)
    clone = copy.deepcopy(one)
    clone.values.data += 1
    assert one.connectivity == other.connectivity != clone.connectivity


def test_files_of_others_are_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match="wants a file"):
        load(tmp_path / "none.pt", sparse())
    (tmp_path / "junk.pt").write_bytes(b"junk")
    with pytest.raises(ValueError, match="path"):
        load(tmp_path / "junk.pt", sparse())
    save(tmp_path / "net.pt", SparseLinear(21, 12, wiring=RandomEdges(0.2)))
    with pytest.raises(ValueError, match="indptr: got 21 inputs, wants 20"):
        load(tmp_path / "net.pt", sparse())
    layer = sparse()
    state = layer.state_dict()
    state["indices"][0] = 99
    write(tmp_path / "bad.pt", {"state": state, "topology": {}})
    with pytest.raises(ValueError, match="indices"):
        load(tmp_path / "bad.pt", sparse())
    assert list(tmp_path.glob(".*")) == []


def test_edits_carry_values_and_moments_and_reset_new_ones():
    layer = sparse()
    optimizer = torch.optim.Adam(layer.parameters(), lr=0.1)
    layer(torch.randn(8, 20)).square().sum().backward()
    optimizer.step()
    parameter = layer.values
    before = layer.connectivity.to_dense()
    moments = optimizer.state[parameter]["exp_avg"].clone()
    pre, post = layer.support.edges()
    old = {(int(i), int(j)): k for k, (i, j) in enumerate(zip(pre, post, strict=True))}
    free = np.argwhere(before == 0)[[0, 50, 100]]
    layer.edit([1, 5, 9], free[:, 0], free[:, 1], optimizer)
    assert layer.values is parameter
    assert layer.nnz == len(old)
    for k, edge in enumerate(
        zip(*(a.tolist() for a in layer.support.edges()), strict=True)
    ):
        value = layer.values[k].item()
        moment = float(optimizer.state[parameter]["exp_avg"][k])
        was = old.get(edge)
        assert value == (0.0 if was is None else before[edge])
        assert moment == (0.0 if was is None else float(moments[was]))
    layer(torch.randn(8, 20)).square().sum().backward()
    optimizer.step()
    with pytest.raises(ValueError, match="several synapses"):
        layer.edit((), pre[:1], post[:1])


def test_from_dense_keeps_exactly_the_largest():
    linear = nn.Linear(30, 20)
    layer = SparseLinear.from_dense(linear, keep=60)
    kept = layer.to_dense().weight
    assert layer.nnz == 60
    assert kept[kept != 0].abs().min() >= linear.weight[kept == 0].abs().max()
    torch.testing.assert_close(
        SparseLinear.from_dense(linear, threshold=0.0)(torch.ones(1, 30)),
        linear(torch.ones(1, 30)),
    )
    assert SparseLinear.from_dense(linear, threshold=0.1).values.abs().min() > 0.1
    with pytest.raises(ValueError, match="keep"):
        SparseLinear.from_dense(linear, keep=601)
    with pytest.raises(ValueError, match="NaN"):
        SparseLinear.from_dense(linear.weight * torch.nan, keep=3)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SparseLinear(20, 12), "wiring"),
        (lambda: SparseLinear(Connectivity.empty(2, 2), 3), "out_features"),
        (lambda: SparseLinear(Connectivity([0, 2], [1, 1], 2)), "several synapses 0 -> 1"),
        (
            lambda: sparse().half()(torch.ones(2, 20).half()),
            "values: got torch.float16 on the CPU",
        ),
        (lambda: sparse()(torch.ones(2, 19)), r"\[\.\.\., 20\]"),
    ],
)
def test_bad_input_names_the_argument(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_bad_types():
    with pytest.raises(TypeError, match="connectivity"):
        SparseLinear("dense")


def test_stores_eight_bytes_a_synapse():
    layer = SparseLinear(500, 500, wiring=RandomEdges(0.1))
    held = sum(t.numel() * t.element_size() for t in layer.state_dict().values())
    assert held <= 8 * layer.nnz + 8 * 501 + 4 * 500


def test_other_synapses_come_without_the_gradients_of_these():
    layer = SparseLinear(20, 12, wiring=RandomEdges(0.3), rng=0)
    same = layer.state_dict()
    other = SparseLinear(20, 12, wiring=RandomEdges(0.3), rng=1).state_dict()
    layer(torch.ones(2, 20)).sum().backward()
    layer.load_state_dict({k: v.clone() for k, v in same.items()})
    assert layer.values.grad is not None
    assert len(other["values"]) == layer.nnz
    layer.load_state_dict(other)
    assert layer.values.grad is None
    layer(torch.ones(2, 20)).sum().backward()


def test_the_number_of_synapses_changes_while_the_last_loss_is_held():
    """A graph that is alive holds autograd's idea of the parameter's shape."""
    layer = SparseLinear(20, 12, wiring=RandomEdges(0.5), rng=0)
    x = torch.ones(2, 20)
    optimizer = torch.optim.Adam(layer.parameters())
    other = SparseLinear(20, 12, wiring=RandomEdges(0.1), rng=1)
    held = []
    for k in range(4):
        loss = layer(x).square().sum()
        held.append(loss)
        optimizer.zero_grad()
        loss.backward()
        dense = layer.to_dense()
        dense(x).square().sum().backward()
        pre, post = layer.support.edges()
        torch.testing.assert_close(
            layer.values.grad, dense.weight.grad[post.copy(), pre.copy()]
        )
        optimizer.step()
        if k < 2:
            layer.edit(drop=[0, 3, 5], optimizer=optimizer)
        elif k == 2:
            layer.load_state_dict(other.state_dict())
            optimizer = torch.optim.Adam(layer.parameters())
    assert layer.nnz == other.nnz


@pytest.mark.parametrize("make", [sparse, condensed])
def test_under_autocast_narrow_inputs_are_widened_and_the_gradient_is_narrowed_again(make):
    layer = make()
    first = nn.Linear(20, 20)
    x = torch.randn(5, 20)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        between = first(x)
        between.retain_grad()
        with ActivityRecorder(nn.Sequential(layer), Sampling(1)) as seen:
            out = layer(between)
            out.sum().backward()
    assert between.dtype == between.grad.dtype == torch.bfloat16
    assert out.dtype == layer.values.grad.dtype == torch.float32
    torch.testing.assert_close(out, layer(between.detach().float()))
    if isinstance(layer, SparseLinear):
        assert seen.window(layer).inputs.dtype == np.float32
    with pytest.raises(ValueError, match="x: got torch.bfloat16"):
        layer(between.detach())


@pytest.mark.parametrize(
    "make", [SparseLinear.from_dense, lambda d: CondensedLinear.from_dense(d, fan_in=7)]
)
def test_a_dense_layer_comes_over_with_all_its_digits_and_what_it_does_not_learn(make):
    dense = nn.Linear(7, 5).double()
    nn.init.normal_(dense.weight)
    dense.weight.requires_grad_(False)
    layer = make(dense.eval())
    assert layer.values.dtype == torch.float64
    assert torch.equal(layer.to_dense().weight, dense.weight)
    assert not layer.values.requires_grad
    assert layer.bias.requires_grad
    assert not layer.to_dense().weight.requires_grad


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SparseLinear(20, 12, wiring=0.1), r"wiring: got 0.1, .*RandomEdges"),
        (lambda: SparseLinear(20, 12, wiring=RandomEdges), "wiring: got"),
        (
            lambda: SparseLinear(np.ones((20, 12))),
            r"connectivity: got an array .*from_dense",
        ),
        (lambda: sparse()(np.ones((2, 20), np.float32)), "x: got ndarray, wants a tensor"),
    ],
)
def test_things_of_another_kind_are_named(make, words):
    with pytest.raises(TypeError, match=words):
        make()


def test_sizes_may_be_numbers_of_numpy():
    assert (
        SparseLinear(np.int64(20), np.int32(12), wiring=RandomEdges(0.5), rng=0).nnz == 120
    )


@pytest.mark.parametrize("drop", [[0, 5], []])
def test_a_backward_over_an_edit_is_refused_and_not_mixed(drop):
    layer = sparse()
    x = torch.randn(4, 20, requires_grad=True)
    out = layer(x)
    pre, post = (layer.connectivity.to_dense() == 0).nonzero()
    layer.edit(drop, pre[:2], post[:2])
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()
    layer(x).sum().backward()


def test_a_backward_over_a_loaded_state_is_refused():
    layer = sparse(0)
    out = layer(torch.randn(4, 20, requires_grad=True))
    layer.load_state_dict(sparse(1).state_dict())
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        out.sum().backward()


def test_parametrised_weights_are_not_edited():
    layer = sparse()
    torch_prune.l1_unstructured(layer, "values", 0.3)
    before = layer.nnz
    with pytest.raises(
        ValueError, match="layer: got a layer whose values are parametrised"
    ):
        layer.edit(drop=[0])
    assert layer.nnz == before
