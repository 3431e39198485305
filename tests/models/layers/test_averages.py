"""Averages of weights are of the same synapses, or refused."""

import pytest
import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from neurosparse.models import dense_twin, rewire, sparse_mlp
from neurosparse.rewiring import set_
from neurosparse.wiring import RandomEdges
from tests.models.layers.helpers import condensed

pytestmark = pytest.mark.usefixtures("one_torch_thread")

KINDS = [{}, {"use_buffers": True}, {"multi_avg_fn": get_ema_multi_avg_fn(0.9)}]


def network():
    return sparse_mlp([20, 12, 12, 3], RandomEdges(0.2), rng=0)


@pytest.mark.parametrize("settings", KINDS)
@pytest.mark.parametrize("begun", [False, True])
def test_other_synapses_are_not_averaged(settings, begun):
    model = network()
    averaged = AveragedModel(model, **settings)
    if begun:
        averaged.update_parameters(model)
    rewire(model, set_(0.5), 0.0, rng=0)
    with pytest.raises(ValueError, match=r"model: got other synapses in 0 .*dense_twin"):
        averaged.update_parameters(model)


@pytest.mark.parametrize("settings", KINDS)
def test_the_same_synapses_are(settings):
    model = network()
    averaged = AveragedModel(model, **settings)
    averaged.update_parameters(model)
    before = model[0].values.detach().clone()
    with torch.no_grad():
        model[0].values.add_(1)
    averaged.update_parameters(model)
    between = averaged.module[0].values
    assert ((between > before) & (between < model[0].values)).all()


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
    with pytest.raises(
        ValueError, match="other synapses in module|other synapses in the layer"
    ):
        averaged.update_parameters(layer)
