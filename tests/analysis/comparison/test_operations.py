"""Operations of a spiking network, part by part."""

import numpy as np
import pytest
import torch

from neurosparse.analysis import hrsnn_operations
from neurosparse.models import HRSNN, SparseLinear
from neurosparse.wiring import RandomEdges


def test_a_network_is_counted_part_by_part():
    model = HRSNN(5, 30, 3, rng=0)
    x = (
        torch.from_numpy(
            (np.random.default_rng(0).random((40, 2, 5)) < 0.5).astype(np.float32)
        )
        * 3
    )
    found = hrsnn_operations(model, x)
    with torch.no_grad():
        spikes = model.run(x).spikes.numpy()
    assert 0 < spikes.mean() < 1
    fan_out = model.cell.synapses.connectivity.out_degree
    assert found.recurrent.effective_acs == pytest.approx(
        (spikes.sum((0, 1)) @ fan_out) / 2
    )
    assert found.readout.effective_acs == pytest.approx(3 * spikes.sum() / 2)
    assert found.input.effective_macs > 0
    assert found.total.dense == 40 * (5 * 30 + 30 * 30 + 30 * 3)
    assert found.activation_sparsity == pytest.approx(1 - spikes.mean())
    assert found.footprint >= 4 * (model.cell.synapses.nnz * 2 + 5 * 30 + 30 * 3)


def test_sparse_layers_at_both_ends_are_counted_by_their_synapses():
    model = HRSNN(5, 30, 3, rng=0)
    model.input = SparseLinear(5, 30, wiring=RandomEdges(0.4), rng=0)
    model.readout.linear = SparseLinear(30, 3, wiring=RandomEdges(0.2), rng=0)
    x = (torch.rand(40, 2, 5, generator=torch.Generator().manual_seed(0)) < 0.5).float() * 2
    found = hrsnn_operations(model, x.clone().requires_grad_())
    spikes = model.run(x).spikes.detach().numpy()
    fan_in, fan_out = (
        layer.support.out_degree for layer in (model.input, model.readout.linear)
    )
    assert found.input.effective_macs == pytest.approx(
        ((x.numpy() != 0).sum((0, 1)) @ fan_in) / 2
    )
    assert found.readout.effective_acs == pytest.approx((spikes.sum((0, 1)) @ fan_out) / 2)
    assert found.input.dense == 40 * 5 * 30
    held = 60 + model.cell.synapses.nnz + 18
    assert found.connection_sparsity == pytest.approx(
        1 - held / (5 * 30 + 900 + 90), abs=1e-4
    )
