"""Frozen layers stay, foreign optimisers and shared weights are refused, by every way in."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import (
    ActivityRecorder,
    CondensedLinear,
    Rewirer,
    SparseLinear,
    TrainingPlan,
    fit,
    prune,
    rewire,
    sparse_layers,
)
from neurosparse.pruning import granet
from neurosparse.rewiring import Sampling, chts, rigl, set_
from neurosparse.wiring import FixedInDegree
from tests.models.training.helpers import RECIPES, adam, network, samples

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def stepped(model):
    """Adam after one step."""
    optimizer = adam(model)
    model(samples().x).square().mean().backward()
    optimizer.step()
    return optimizer


def frozen_layer(model):
    """Freeze the first layer."""
    model[0].requires_grad_(False)
    return torch.optim.Adam(model.parameters(), 3e-3)


def head_only(model):
    """An optimiser that leaves the first layer out."""
    return torch.optim.Adam([*model[2].parameters(), *model[4].parameters()], 3e-3)


@pytest.mark.parametrize("freeze", [frozen_layer, head_only])
@pytest.mark.parametrize("name", [name for name, rule in RECIPES.items() if rule])
def test_layers_that_do_not_learn_are_not_rewired(name, freeze):
    model = network(name)
    before = copy.deepcopy(model)
    optimizer = freeze(model)
    history = fit(
        model, samples(), optimizer, TrainingPlan(3), rewiring=RECIPES[name]
    ).history
    assert model[0].connectivity == before[0].connectivity
    assert torch.equal(model[0].values, before[0].values)
    assert model[2].connectivity != before[2].connectivity
    assert history[-1]["nnz"] > 0


def test_nothing_that_learns_is_an_error_by_every_way():
    model = network()
    for layer in sparse_layers(model).values():
        layer.requires_grad_(False)
    optimizer = adam(model)
    for call in (
        lambda: rewire(model, set_(), 0.0, optimizer=optimizer),
        lambda: rewire(model, set_(), 0.0),
        lambda: Rewirer(model, rigl(), optimizer, steps=9),
        lambda: fit(model, samples(), optimizer, TrainingPlan(1), rewiring=granet(0.1)),
    ):
        with pytest.raises(ValueError, match="no sparse layer that learns, but 0, 2"):
            call()


@pytest.mark.parametrize("rule", [set_(), chts()])
def test_rewire_asks_for_the_optimiser_that_holds_moments(rule):
    model = network()
    optimizer = stepped(model)
    before = model[0].connectivity
    with pytest.raises(ValueError, match="optimizer: got None, wants the Adam that holds"):
        rewire(model, rule, 0.0, rng=0)
    with pytest.raises(ValueError, match="optimizer: got one whose parameters are none"):
        rewire(model, rule, 0.0, optimizer=adam(copy.deepcopy(model)), rng=0)
    with pytest.raises(TypeError, match="optimizer: got 'adam'"):
        rewire(model, rule, 0.0, optimizer="adam", rng=0)
    assert model[0].connectivity == before
    assert rewire(model, rule, 0.0, optimizer=optimizer, rng=0) > 0


def test_prune_asks_for_the_optimiser_that_holds_moments():
    model = network()
    optimizer = stepped(model)
    sparse = model[0:3]
    before = model[0].connectivity
    with pytest.raises(ValueError, match="optimizer: got None, wants the Adam that holds"):
        prune(sparse, 0.1)
    with pytest.raises(ValueError, match="optimizer: got one whose parameters are none"):
        prune(sparse, 0.1, optimizer=adam(copy.deepcopy(model)))
    assert model[0].connectivity == before
    prune(sparse, 0.1, optimizer=optimizer)
    assert optimizer.state[model[0].values]["exp_avg"].shape == model[0].values.shape


def test_a_layer_outside_the_optimiser_is_pruned_without_it():
    model = network()
    prune(model[0:3], 0.1, optimizer=head_only(model), scope="layer")
    assert model[0].nnz == round(0.1 * 12 * 24)


@pytest.mark.parametrize(
    "model",
    [nn.Linear(4, 4), CondensedLinear(FixedInDegree(2).build(6, 6, 0)), nn.Sequential()],
)
def test_a_network_without_sparse_layers_is_an_error(model):
    with pytest.raises(ValueError, match="at least one SparseLinear to rewire"):
        rewire(model, set_(), 0.0)


def test_shared_weights_are_neither_rewired_nor_pruned():
    model = nn.Sequential(SparseLinear(9, 9, 0.3, rng=0), SparseLinear(9, 9, 0.3, rng=0))
    model[1].values = model[0].values
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    before = model[0].connectivity
    for call in (
        lambda: rewire(model, set_(), 0.0, optimizer=optimizer),
        lambda: Rewirer(model, rigl(), optimizer, steps=9),
        lambda: prune(model, 0.1),
    ):
        with pytest.raises(ValueError, match="got 0.values, which is 1.values as well"):
            call()
    assert model[0].connectivity == before == model[1].connectivity


def test_a_layer_under_two_names_is_one():
    layer = SparseLinear(9, 9, 0.3, rng=0)
    assert rewire(nn.Sequential(layer, nn.ReLU(), layer), set_(0.5), 0.0, rng=0) > 0
    assert np.isfinite(layer.values.detach().numpy()).all()


def test_rigl_names_a_layer_that_is_off():
    model = nn.ModuleDict({"on": SparseLinear(4, 4, 0.5), "off": SparseLinear(4, 4, 0.5)})
    with ActivityRecorder(model, Sampling(1)) as seen:
        model["on"](torch.randn(3, 4)).sum().backward()
        with pytest.raises(ValueError, match="through off.*freeze"):
            rewire(model, rigl(), 0.0, recorder=seen)
