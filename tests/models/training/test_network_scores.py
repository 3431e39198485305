"""Scores of whole networks against their definitions."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import (
    NetworkScore,
    Snip,
    SynFlow,
    dense_mlp,
    dense_twin,
    prune,
    sparse_layers,
    sparsified,
)
from neurosparse.rewiring import (
    Magnitude,
)
from tests.models.training.helpers import blobs, total

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_snip_is_weight_times_gradient():
    net = dense_mlp([6, 5, 3], rng=0)
    x = torch.randn(8, 6)
    y = torch.randint(0, 3, (8,))
    nn.functional.cross_entropy(net(x), y).backward()
    expected = (net[0].weight * net[0].weight.grad).abs().detach().numpy().T.ravel()
    np.testing.assert_allclose(
        Snip(x, y).of_network(sparsified(net))["0"], expected, rtol=1e-3, atol=1e-7
    )


def test_synflow_conserves_flow_and_never_cuts_a_layer_off():
    net = dense_mlp([30, 20, 20, 5], rng=0)
    scores = SynFlow((30,)).of_network(sparsified(net))
    sums = [part.sum() for part in scores.values()]
    np.testing.assert_allclose(sums, sums[0], rtol=1e-6)
    out = prune(net, 0.02, SynFlow((30,)), rounds=100)
    assert total(out) == round(0.02 * (600 + 400 + 100))
    assert min(layer.nnz for layer in sparse_layers(out).values()) > 0
    flow = dense_twin(out)
    for parameter in flow.parameters():
        parameter.data.abs_()
    assert flow(torch.ones(1, 30)).sum() > 0


def test_scores_leave_the_running_means_of_the_model_alone():
    model = nn.Sequential(nn.Linear(20, 16), nn.BatchNorm1d(16), nn.Linear(16, 4))
    data = blobs()
    small = prune(model, 0.2, Snip(data.x[:50], data.y[:50]))
    assert torch.equal(small[1].running_mean, torch.zeros(16))


def test_scores_of_networks_are_told_from_those_of_layers():
    assert isinstance(SynFlow(3), NetworkScore)
    assert not isinstance(Magnitude(), NetworkScore)
