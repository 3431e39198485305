"""Multiply-accumulates and bytes: counted, or an error."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.analysis import (
    available_methods,
    macs,
    masked_twin,
    random_sparse_mlp,
    rewiring_macs,
    stored_bytes,
)
from neurosparse.analysis.comparison.settings import contestant
from neurosparse.models import sparse_layers
from neurosparse.rewiring import (
    Lowest,
    Magnitude,
    Rewiring,
    chts,
    hebbian,
    rigl,
    set_,
    snfs,
    srigl,
)
from tests.analysis.comparison.helpers import WIDTHS

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_everything_is_counted_or_an_error():
    net = random_sparse_mlp(WIDTHS, 0.1, 0)
    assert macs(net) == 240 + 160
    assert macs(masked_twin(net)) == 20 * 40 + 40 * 40 + 160
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(1, 20)).sum().backward()
    optimizer.step()
    held = stored_bytes(net, optimizer)
    assert held["value_bytes"] == 4 * (240 + 160 + 84)
    assert held["index_bytes"] == 4 * 240 + 8 * (21 + 41)
    assert held["moment_bytes"] >= 2 * held["value_bytes"]
    with pytest.raises(ValueError, match="Conv2d at '0'"):
        macs(nn.Sequential(nn.Conv2d(1, 1, 1)))


def test_rewiring_is_counted_or_an_error():
    net = random_sparse_mlp(WIDTHS, 0.1, 0)
    assert rewiring_macs(None, net, 8) == 0
    assert rewiring_macs(rigl(), net, 8) == 8 * (20 * 40 + 40 * 40)
    assert rewiring_macs(srigl(), net, 8) == 2 * rewiring_macs(rigl(), net, 8)
    dense = [np.asarray(layer.support.to_dense()) for layer in sparse_layers(net).values()]
    assert rewiring_macs(chts(), net, 8) == sum(int((a @ a.T @ a).sum()) for a in dense)
    for name in available_methods():
        assert rewiring_macs(contestant(name).rule(0.1, 1000), net, 8) >= 0
    with pytest.raises(ValueError, match="one with a formula"):
        rewiring_macs(Rewiring(Lowest(Magnitude()), lambda layer, k, rng: None), net, 8)
    # what goes and how layers share costs too, where it is by activity
    assert rewiring_macs(snfs(), net, 64) == 8 * 16 * (20 * 40 + 40 * 40 + 240)
    assert rewiring_macs(hebbian(), net, 64) == 128 * (20 * 40 + 40 * 40 + 240)
    with pytest.raises(ValueError, match="one with a formula"):
        rewiring_macs(replace(set_(), drop=lambda layer, k, rng: None), net, 8)
