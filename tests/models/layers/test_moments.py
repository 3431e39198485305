"""Moments follow their synapses, or the step or edit that would part them is refused."""

import copy

import pytest
import torch

from neurosparse.models import SparseLinear
from tests.models.layers.helpers import condensed, sparse
from tests.models.layers.optimizers import (
    InAGroup,
    InAList,
    InItsState,
    ProxyOf,
    SharpnessAware,
)

pytestmark = pytest.mark.usefixtures("one_torch_thread")

X = torch.randn(8, 20, generator=torch.Generator().manual_seed(0))


def stepped(layer, kind=torch.optim.Adam, steps=3, **settings):
    """An optimiser of this kind after some steps."""
    optimizer = kind(layer.parameters(), **settings)

    def loss():
        optimizer.zero_grad()
        value = (layer(X) - 1).square().mean()
        value.backward()
        return value

    for _ in range(steps):
        optimizer.step(loss)
    return optimizer


def free_pairs(layer, n):
    """Pairs that are not connected."""
    pre, post = (layer.connectivity.to_dense() == 0).nonzero()
    return pre[:n], post[:n]


@pytest.mark.parametrize("kind", [torch.optim.Adam, torch.optim.RMSprop, torch.optim.LBFGS])
def test_an_edit_without_the_optimiser_that_holds_moments_is_refused(kind):
    layer = sparse()
    optimizer = stepped(layer, kind)
    before = layer.connectivity
    with pytest.raises(ValueError, match=f"optimizer: got None, wants the {kind.__name__}"):
        layer.edit(drop=[0])
    assert layer.connectivity == before
    layer.edit(drop=[0], optimizer=optimizer)
    optimizer.state.clear()
    layer.edit(drop=[0])


def test_an_edit_with_the_optimiser_of_another_layer_is_refused():
    layer = sparse()
    with pytest.raises(ValueError, match="Adam that does not train these synapses"):
        layer.edit(drop=[0], optimizer=stepped(copy.deepcopy(layer)))


def test_an_optimiser_without_moments_or_one_that_is_gone_need_not_be_given():
    layer = sparse()
    plain = stepped(layer, torch.optim.SGD, lr=0.1)
    layer.edit(drop=[0])
    stepped(layer, torch.optim.Adam)
    layer.edit(drop=[0])
    assert plain.state is not None


def test_the_history_of_lbfgs_begins_anew():
    layer = sparse()
    optimizer = stepped(layer, torch.optim.LBFGS, lr=0.5)
    pre, post = free_pairs(layer, 2)
    layer.edit([3, 4, 9], pre, post, optimizer)
    fresh = copy.deepcopy(layer)
    again = torch.optim.LBFGS(fresh.parameters(), lr=0.5)
    for net, step in ((layer, optimizer), (fresh, again)):

        def loss(net=net, step=step):
            step.zero_grad()
            value = (net(X) - 1).square().mean()
            value.backward()
            return value

        step.step(loss)
    assert torch.equal(layer.values, fresh.values)


@pytest.mark.parametrize(
    ("kind", "name", "settings", "fresh"),
    [
        (torch.optim.Rprop, "step_size", {"lr": 0.02}, 0.02),
        (torch.optim.Adagrad, "sum", {"initial_accumulator_value": 0.3}, 0.3),
        (torch.optim.Adam, "exp_avg_sq", {}, 0.0),
    ],
)
def test_new_synapses_begin_as_in_a_new_optimiser(kind, name, settings, fresh):
    layer = sparse()
    optimizer = stepped(layer, kind, **settings)
    old = optimizer.state[layer.values][name].clone()
    pre, post = free_pairs(layer, 3)
    edit = layer.edit([0, 1], pre, post, optimizer)
    moments = optimizer.state[layer.values][name]
    added = torch.from_numpy(edit.added)
    assert moments[added].tolist() == pytest.approx([fresh] * 3)
    kept = torch.from_numpy(edit.moved[edit.moved >= 0].copy())
    assert torch.equal(moments[kept], old[torch.from_numpy(edit.moved >= 0)])


def test_new_synapses_learn_under_rprop():
    layer = sparse()
    optimizer = stepped(layer, torch.optim.Rprop, lr=0.01)
    pre, post = free_pairs(layer, 3)
    edit = layer.edit(pre=pre, post=post, optimizer=optimizer)
    optimizer.step(lambda: None)
    layer(X).square().mean().backward()
    optimizer.step()
    assert layer.values[torch.from_numpy(edit.added)].abs().min() > 0.005


def test_moments_of_another_shape_are_refused_before_anything_changes():
    layer = sparse()
    optimizer = stepped(layer)
    optimizer.state[layer.values]["factor"] = torch.ones(3, 3)
    with pytest.raises(ValueError, match="whose 'factor' is not by synapse"):
        layer.edit(drop=[0], optimizer=optimizer)
    assert layer.nnz == sparse().nnz


@pytest.mark.parametrize("make", [sparse, condensed])
def test_a_step_with_moments_of_synapses_of_before_a_load_is_refused(make):
    layer = make(0)
    optimizer = stepped(layer)
    saved = copy.deepcopy(optimizer.state_dict())
    other = make(1).state_dict()
    layer.load_state_dict(copy.deepcopy(layer.state_dict()))
    layer(X).sum().backward()
    optimizer.step()
    layer.load_state_dict(other)
    layer(X).sum().backward()
    before = layer.values.detach().clone()
    for _ in range(2):
        with pytest.raises(
            ValueError, match="Adam with moments of other synapses of values"
        ):
            optimizer.step()
    assert torch.equal(layer.values, before)
    if isinstance(layer, SparseLinear):
        saved["state"][0]["exp_avg"] = torch.zeros(layer.nnz)
    optimizer.load_state_dict(saved)
    optimizer.step()


def moved(layer, optimizer, name="exp_avg", holder=None):
    """Whether a moment follows its synapses over an edit."""
    state = (holder or optimizer).state[layer.values]
    old = state[name].clone()
    pre, post = free_pairs(layer, 2)
    edit = layer.edit([0, 3], pre, post, optimizer)
    expected = torch.zeros(layer.nnz)
    kept = torch.from_numpy(edit.moved >= 0)
    expected[torch.from_numpy(edit.moved[edit.moved >= 0].copy())] = old[kept]
    return torch.equal(state[name], expected)


def test_moments_of_an_optimiser_in_another_follow():
    layer = sparse()
    optimizer = stepped(layer, SharpnessAware, base=torch.optim.Adam)
    assert moved(layer, optimizer, holder=optimizer.base)
    assert moved(layer, optimizer, name="sharpness")


def test_what_a_wrapper_hands_on_follows_once():
    layer = sparse()
    inner = stepped(layer)
    assert moved(layer, ProxyOf(inner), holder=inner)


@pytest.mark.parametrize(
    ("kind", "place"),
    [(InAList, "speeds"), (InAGroup, "slow"), (InItsState, r"state\['speeds'\]")],
)
def test_moments_kept_where_nobody_knows_them_are_refused(kind, place):
    layer = sparse()
    optimizer = stepped(layer, kind)
    before = layer.connectivity
    with pytest.raises(ValueError, match=f"optimizer: got {kind.__name__}, whose .{place}"):
        layer.edit(drop=[0], optimizer=optimizer)
    assert layer.connectivity == before


@pytest.mark.parametrize("kind", [list, tuple, lambda parts: dict(enumerate(parts))])
def test_moments_in_a_container_are_refused(kind):
    layer = sparse()
    optimizer = stepped(layer)
    optimizer.state[layer.values]["past"] = kind([torch.ones(layer.nnz)])
    with pytest.raises(ValueError, match="whose 'past' is not by synapse"):
        layer.edit(drop=[0], optimizer=optimizer)


@pytest.mark.parametrize(
    "first",
    [
        lambda layer, optimizer: layer.edit(drop=[0], optimizer=optimizer),
        lambda layer, optimizer: layer.load_state_dict(copy.deepcopy(layer.state_dict())),
    ],
)
def test_moments_are_not_forgotten_behind_an_edit_or_a_load(first):
    layer = sparse()
    optimizer = stepped(layer)
    first(layer, optimizer)
    with pytest.raises(ValueError, match="optimizer: got None, wants the Adam"):
        layer.edit(drop=[0])


def test_a_load_right_behind_an_edit_still_parts_moments_from_their_synapses():
    layer = sparse()
    optimizer = stepped(layer)
    before = copy.deepcopy(layer.state_dict())
    pre, post = free_pairs(layer, 1)
    layer.edit([0], pre, post, optimizer)
    layer.load_state_dict(before)
    layer(X).sum().backward()
    with pytest.raises(ValueError, match="moments of other synapses of values"):
        optimizer.step()


def test_a_layer_that_nobody_trained_is_edited_again_and_again():
    layer = sparse()
    torch.optim.Adam(layer.parameters())
    for _ in range(3):
        layer.edit(drop=[0])
    assert layer._provenance.is_untouched(layer)
