"""Averages of torch: of the same synapses they are right, of others they do not compute."""

import copy
from importlib import import_module

import pytest
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_avg_fn, get_ema_multi_avg_fn

from neurosparse.models import HRSNN, dense_twin, prune, rewire, sparse_mlp
from neurosparse.rewiring import set_
from neurosparse.wiring import RandomEdges
from tests.models.layers.helpers import condensed

pytestmark = pytest.mark.usefixtures("one_torch_thread")

# the name in torch.optim is another thing
optimizers = import_module("torch.optim.optimizer")
KINDS = [
    {},
    {"use_buffers": True},
    {"multi_avg_fn": get_ema_multi_avg_fn(0.9)},
    {"avg_fn": get_ema_avg_fn(0.9)},
]
X = torch.randn(6, 20, generator=torch.Generator().manual_seed(0))
OTHERS = "written"


def network():
    return sparse_mlp([20, 12, 12, 3], RandomEdges(0.2), rng=0)


def test_torch_is_left_as_it_is():
    assert not hasattr(AveragedModel.update_parameters, "__wrapped__")
    assert not optimizers._global_optimizer_pre_hooks
    assert not optimizers._global_optimizer_post_hooks


@pytest.mark.parametrize("settings", KINDS)
@pytest.mark.parametrize("begun", [False, True])
@pytest.mark.parametrize("training", [False, True])
def test_averages_over_other_synapses_do_not_compute(settings, begun, training):
    model = network()
    averaged = AveragedModel(model, **settings).train(training)
    if begun:
        averaged.update_parameters(model)
        averaged(X)
    rewire(model, set_(0.5), 0.0, rng=0)
    averaged.update_parameters(model)
    rewire(model, set_(0.5), 0.0, rng=1)
    for use in (
        lambda: averaged(X),
        averaged.state_dict,
        lambda: dense_twin(averaged),
        lambda: copy.deepcopy(averaged)(X),
        lambda: averaged.double(),
        lambda: prune(averaged, 0.1),
        lambda: averaged.module[0].connectivity,
    ):
        with pytest.raises(
            ValueError, match=f"(values|indices): got .*{OTHERS}.*dense_twin"
        ):
            use()
    model(X)


@pytest.mark.parametrize("settings", KINDS)
def test_averages_of_the_same_synapses_are_right(settings):
    model = network()
    averaged = AveragedModel(model, **settings)
    twin = AveragedModel(dense_twin(model), **settings)
    rewire(averaged.module, set_(0.5), 0.0, rng=0)
    averaged.module.load_state_dict(model.state_dict())
    for _ in range(3):
        averaged.update_parameters(model)
        twin.update_parameters(dense_twin(model))
        torch.testing.assert_close(averaged(X), twin(X))
        with torch.no_grad():
            model[0].values.add_(1)
    assert not torch.equal(averaged.module[0].values, model[0].values)


def test_after_pruning_torch_says_that_sizes_differ():
    model = network()
    averaged = AveragedModel(model)
    prune(model, 0.1, keep_dense="4")
    with pytest.raises(RuntimeError, match="size of tensor"):
        averaged.update_parameters(model)


def test_dense_twins_average_whatever_is_rewired():
    model = network()
    averaged = AveragedModel(dense_twin(model))
    averaged.update_parameters(dense_twin(model))
    first = dense_twin(model)[0].weight.detach()
    rewire(model, set_(0.5), 0.0, rng=0)
    averaged.update_parameters(dense_twin(model))
    mean = (first + dense_twin(model)[0].weight) / 2
    torch.testing.assert_close(averaged.module[0].weight, mean)


def test_a_layer_of_constant_fan_in_is_asked_too():
    layer = condensed(0)
    averaged = AveragedModel(layer)
    layer.load_state_dict(condensed(1).state_dict())
    averaged.update_parameters(layer)
    with pytest.raises(ValueError, match=OTHERS):
        averaged(X)


def test_recurrent_synapses_are_asked_too():
    model = HRSNN(4, 10, 2, rng=0)
    averaged = AveragedModel(model)
    averaged(torch.rand(3, 2, 4))
    rewire(model, set_(0.5), 0.0, rng=0)
    averaged.update_parameters(model)
    with pytest.raises(ValueError, match=OTHERS):
        averaged(torch.rand(3, 2, 4))


def test_an_average_that_rounds_the_numbers_of_neurons_is_refused():
    model = nn.Sequential(network())
    averaged = AveragedModel(
        model, multi_avg_fn=get_ema_multi_avg_fn(0.9), use_buffers=True
    )
    assert averaged(X).isfinite().all()
    for _ in range(2):
        averaged.update_parameters(model)
    exact = all(
        torch.equal(mine, theirs)
        for mine, theirs in zip(averaged.module.buffers(), model.buffers(), strict=True)
    )
    if not exact:
        with pytest.raises(
            ValueError, match="indices: got synapses that were written over"
        ):
            averaged(X)
    with torch.no_grad():
        averaged.module[0][0].indices.sub_(1).clamp_(0)
    with pytest.raises(ValueError, match="indices: got synapses that were written over"):
        averaged(X)
