"""The engine gives the spikes of a model, and STDP on its weights."""

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.models import (
    GATE,
    HRSNN,
    NONE,
    SUBTRACT,
    ZERO,
    Clipped,
    Dynamics,
    EProp,
    Gamma,
    LeakyReadout,
    SparseLinear,
    engine_spikes,
    learn_by_stdp,
    to_network,
    to_spiking_network,
)
from neurosparse.models.spiking.hrsnn import dense_input
from neurosparse.plasticity import PairSTDP
from neurosparse.wiring import WattsStrogatz
from neurosparse.wiring import values as draws
from tests.models.spiking.networks import N, inputs, model


@pytest.mark.parametrize(
    "reset", [SUBTRACT, GATE, ZERO, NONE], ids=["subtract", "gate", "zero", "none"]
)
@pytest.mark.parametrize("tau_syn", [None, Gamma(4.0, 20.0)], ids=["jump", "current"])
def test_the_engine_reproduces_the_spikes(reset: Any, tau_syn: Any) -> None:
    wiring = WattsStrogatz(8, 0.3, delay_steps=draws.Uniform(-0.5, 4.5))
    model = HRSNN(
        6,
        50,
        3,
        wiring=wiring,
        tau_mem=Clipped(Gamma(10.0), 2.0),
        tau_syn=tau_syn,
        cell=Dynamics(reset),
        rng=0,
    )
    with torch.no_grad():
        model.input.bias.uniform_(0.0, 0.05)
        model.readout.linear.bias.uniform_(-0.5, 0.5)
        x = (torch.rand(80, 6, generator=torch.Generator().manual_seed(1)) < 0.15).double()
        run = model.double().run(x[:, None])
    spikes, simulator = engine_spikes(model, x)
    assert 0.01 < float(spikes.mean()) < 0.9
    assert int(model.cell.synapses.delay_steps.max()) == 4
    torch.testing.assert_close(spikes.double(), run.spikes[:, 0], rtol=0, atol=0)
    torch.testing.assert_close(
        torch.from_numpy(simulator.state("out", "v")),
        run.outputs[-1, 0],
        rtol=1e-6,
        atol=1e-6,
    )


@pytest.mark.parametrize("tau", [0.0, 0.3, 2.0])
def test_outputs_that_forget_within_a_step_come_out_of_the_engine_too(tau: float) -> None:
    model = HRSNN(
        6, 30, 3, wiring=WattsStrogatz(6, 0.3, delay_steps=3), cell=Dynamics(dt=0.5), rng=0
    ).double()
    model.readout = LeakyReadout(30, 3, tau, 0.5).double()
    x = (torch.rand(50, 6, generator=torch.Generator().manual_seed(1)) < 0.3).double()
    with torch.no_grad():
        run = model.run(x[:, None])
    spikes, simulator = engine_spikes(model, x)
    assert spikes[-1].any()
    torch.testing.assert_close(spikes.double(), run.spikes[:, 0], rtol=0, atol=0)
    torch.testing.assert_close(
        torch.from_numpy(simulator.state("out", "v")),
        run.outputs[-1, 0],
        rtol=1e-6,
        atol=1e-6,
    )


@pytest.mark.parametrize("layer", ["no offset", "sparse"])
def test_other_input_layers_go_into_the_engine_and_to_nir(layer: str) -> None:
    torch.manual_seed(0)
    net = model().float()
    x = (inputs(30)[:, 0] < 0.6).double()
    sparse = SparseLinear(Connectivity.from_dense(np.eye(4, N) + np.eye(4, N, 5)), rng=0)
    net.input = nn.Linear(4, N, bias=False) if layer == "no offset" else sparse
    with torch.no_grad():
        for part in net.input.parameters():
            part.copy_(part.abs() + 0.2)
    net = net.double()
    spikes, _ = engine_spikes(net, x)
    assert spikes.any()
    torch.testing.assert_close(
        spikes.double(), net.run(x[:, None]).spikes[:, 0], rtol=0, atol=0
    )
    said = to_spiking_network(net)
    weight = dense_input(net).weight.detach().numpy()
    np.testing.assert_array_equal(said.input_weight, weight)
    assert said.input_bias.any() == (layer == "sparse")
    if layer == "no offset":
        rule = EProp(net)
        rule.step(x[:3], torch.ones(3, 2), rule.rest(3))
        assert net.input.weight.grad.any()
    else:
        with pytest.raises(
            TypeError, match=r"model.input: got SparseLinear, wants a Linear"
        ):
            EProp(net)
    net.input = nn.Sequential(nn.Linear(4, N))
    for use in (
        lambda: engine_spikes(net, x),
        lambda: to_spiking_network(net),
        lambda: EProp(net),
    ):
        with pytest.raises(TypeError, match="model.input: got Sequential"):
            use()


def test_stdp_changes_the_recurrent_weights_and_leaves_the_rest() -> None:
    model = HRSNN(6, 40, 2, wiring=WattsStrogatz(6, 0.2), rng=0)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    samples = (
        torch.rand(2, 60, 6, generator=torch.Generator().manual_seed(1)) < 0.3
    ).float()
    moved = learn_by_stdp(model, samples, PairSTDP(0.01, 0.01, 1.0, w_min=-1.0))
    assert int((moved != 0).sum()) > 10
    for name, p in model.named_parameters():
        same = bool((p == before[name]).all())
        assert same is not (name == "cell.synapses.values")


def test_only_spikes_go_into_the_engine() -> None:
    with pytest.raises(ValueError, match="x: got torch.float32 of shape"):
        to_network(HRSNN(3, 20, 2, rng=0), torch.full((4, 3), 0.5))
