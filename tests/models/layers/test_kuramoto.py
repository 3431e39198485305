"""Oscillating units: values by hand, energy, Kuramoto's model, gradients, training."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.models import KuramotoLayer, NormReadout, SparseLinear, sparse_layers
from neurosparse.oscillators import SphereOscillators
from neurosparse.wiring import RandomEdges

J = [[0, 1, 0.5], [1, 0, -1], [0.5, -1, 0]]
X = torch.tensor([[[1.0, 0], [0, 1], [0.6, 0.8]]])
C = torch.tensor([[[0.1, 0], [0, 0], [0, -0.2]]])


def layer(**options):
    chosen = {"dims": 2, "steps": 1, "initial": None, **options}
    return KuramotoLayer(Connectivity.from_dense(J), **chosen)


@pytest.mark.parametrize(
    ("gamma", "ends"),
    [
        (1.0, [[0.743294, 0.668965], [0.371391, 0.928477], [0.979516, -0.201364]]),
        (0.1, [[0.995974, 0.089638], [0.039968, 0.999201], [0.752868, 0.658172]]),
    ],
)
def test_a_step_by_hand(gamma, ends):
    net = layer(step_size=gamma, omega=0.0, each=True)
    with torch.no_grad():
        net.turn[:, 0, 0] = torch.tensor([0.5, 0.0, 1.0])
    torch.testing.assert_close(net(X, C)[0], torch.tensor(ends), atol=2e-6, rtol=0)
    assert abs(net.energy(X, C).item() - 0.56) < 1e-6


def test_energy_falls_and_a_small_step_is_that_of_the_flow():
    net = layer(step_size=0.05, omega=None, steps=1)
    x = X
    energies = [net.energy(x, C).item()]
    for _ in range(80):
        x = net(x, C).detach()
        energies.append(net.energy(x, C).item())
    assert np.diff(energies).max() < 1e-6
    assert energies[-1] < energies[0] - 1
    system = SphereOscillators(Connectivity.from_dense(J), 2, stimulus=C[0].numpy())
    tiny = layer(step_size=1e-3, omega=None)
    slope = (tiny(X, C) - X)[0].detach().numpy() / 1e-3
    flow = system.flow(X[0].double().numpy().ravel()).reshape(3, 2)
    np.testing.assert_allclose(slope, flow, atol=2e-3)


def test_gradients_and_training_with_a_read_out():
    torch.manual_seed(0)
    wiring = RandomEdges(0.3).build(8, 8, np.random.default_rng(0))
    net = KuramotoLayer(wiring, 4, steps=2, rng=0).double()
    x = torch.randn(2, 8, 4, dtype=torch.float64, requires_grad=True)
    c = torch.randn(2, 8, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(net, (x, c))
    readout = NormReadout(SparseLinear(8, 2, 0.9, bias=False, rng=0))
    model = nn.ModuleDict({"osc": KuramotoLayer(wiring, 4, rng=0), "out": readout})
    assert len(sparse_layers(model)) == 2
    optimizer = torch.optim.Adam(model.parameters(), 0.05)
    inputs = torch.randn(32, 8, 4)
    target = (inputs[:, 0] * inputs[:, 1]).sum(-1).gt(0).long()
    losses = []
    for _ in range(60):
        loss = nn.functional.cross_entropy(model["out"](model["osc"](inputs)), target)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.8 * losses[0]
    assert model["osc"].turn.grad.abs().sum() > 0


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="dims: got 3"):
        layer(dims=3)
    with pytest.raises(ValueError, match="x: got shape"):
        layer()(torch.zeros(1, 2, 2))
    with pytest.raises(ValueError, match="stimulus: got shape"):
        layer()(X, torch.zeros(1, 3, 4))
    with pytest.raises(ValueError, match="as many oscillators"):
        KuramotoLayer(Connectivity.empty(2, 3))
    with pytest.raises(ValueError, match="one with a bias"):
        NormReadout(nn.Linear(2, 2))
