"""Dale's law: signs at the start, after every step, through rewiring and recurrent time."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.models import HRSNN, DaleLaw, Data, SparseLinear, TrainingPlan, fit

N = 20


def wiring(seed=0, dale=True):
    rng = np.random.default_rng(seed)
    pre, post = np.nonzero(rng.random((N, N)) < 0.3)
    sign = np.where(np.arange(N) % 4 == 3, -1.0, 1.0)
    weight = rng.random(len(pre)) * (
        sign[pre] if dale else rng.choice([-1.0, 1.0], len(pre))
    )
    return Connectivity.from_edges(pre, post, n_pre=N, n_post=N, weight=weight / 4)


def wrong(layer, signs):
    pre, _ = layer.connectivity.edges()
    return int((np.asarray(signs)[pre] * layer.connectivity.weights_array() < 0).sum())


SIGNS = np.where(np.arange(N) % 4 == 3, -1, 1)


def test_a_recurrent_network_keeps_signs_that_training_would_change():
    torch.manual_seed(0)
    x, y = torch.randn(30, 8, 3), torch.randn(30, 8, 2)
    crossed = {}
    for kept in (True, False):
        model = HRSNN(3, N, 2, wiring=wiring(), rng=0)
        before = model.cell.synapses.values.detach().clone()
        optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
        if kept:
            law = DaleLaw(model.cell.synapses).attach(optimizer)
            np.testing.assert_array_equal(law.signs.numpy(), SIGNS)
            assert torch.equal(model.cell.synapses.values, before)
        for _ in range(5):
            optimizer.zero_grad()
            (model(x) - y).pow(2).mean().backward()
            optimizer.step()
        crossed[kept] = wrong(model.cell.synapses, SIGNS)
        assert not torch.equal(model.cell.synapses.values, before)
    assert crossed[True] == 0 < crossed[False]


def test_fit_and_grown_synapses_obey():
    layer = SparseLinear(wiring(dale=False), initial=None)
    model = nn.Sequential(layer, nn.ReLU(), nn.Linear(N, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    law = DaleLaw(layer, SIGNS).attach(optimizer)
    assert wrong(layer, SIGNS) == 0
    torch.manual_seed(0)
    data = Data(torch.randn(64, N), torch.randint(0, 2, (64,)), batch=16)
    fit(model, data, optimizer, TrainingPlan(2, 0))
    free = np.argwhere(layer.connectivity.to_dense() == 0)[:30]
    layer.edit(drop=np.arange(5), pre=free[:, 0], post=free[:, 1], optimizer=optimizer)
    before = layer.values.detach().clone()
    fit(model, data, optimizer, TrainingPlan(2, 0))
    assert wrong(layer, SIGNS) == 0
    assert (layer.values != before).any()
    with torch.no_grad():
        layer.values.fill_(1.0)
    law.project()
    assert wrong(layer, SIGNS) == 0 < int((layer.values == 0).sum())


def test_a_sign_of_zero_is_free_and_bad_signs_are_named():
    layer = SparseLinear(wiring(dale=False), initial=None)
    before = layer.values.detach().clone()
    DaleLaw(layer, np.zeros(N)).project()
    assert torch.equal(layer.values, before)
    with pytest.raises(ValueError, match="both signs from neuron 0 and .* others"):
        DaleLaw(layer)
    for signs in ([1] * (N - 1), [2] * N):
        with pytest.raises(ValueError, match="signs: got"):
            DaleLaw(layer, signs)
    with pytest.raises(TypeError, match=r"model\.cell\.synapses"):
        DaleLaw(HRSNN(2, N, 1, rng=0))
