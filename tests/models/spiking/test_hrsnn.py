"""The HRSNN: it learns, goes on from a state, and is the same network from one seed."""

from pathlib import Path
from unittest.mock import patch

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from neurosparse.connectivity import Connectivity
from neurosparse.models import (
    HRSNN,
    SUBTRACT,
    BatchFirst,
    Clipped,
    Clusters,
    Data,
    Dynamics,
    FastSigmoid,
    Gamma,
    LeakyReadout,
    NetworkState,
    RecurrentLIF,
    TrainingPlan,
    fit,
    load,
    mean_output,
    save,
)
from neurosparse.models.training import saving as files
from neurosparse.wiring import LogNormal, WattsStrogatz
from neurosparse.wiring import values as draws
from tests.models.spiking.networks import N, inputs, model, small, sounds


def test_it_learns_an_order_that_no_count_tells() -> None:
    x, y = sounds()
    model = small()
    data = Data(x, y, batch=32)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    history = fit(BatchFirst(model), data, optimizer, TrainingPlan(epochs=30)).history
    assert history[-1]["loss"] < 0.3 < history[0]["loss"]
    moved = [
        name for name, p in model.named_parameters() if not torch.equal(p, before[name])
    ]
    assert sorted(moved) == sorted(before)


def test_a_checkpointed_network_streams_its_input_layer_and_learns_the_same() -> None:
    x = torch.rand(25, 3, 4, dtype=torch.float64)
    found = []
    for checkpoint in (False, True):
        cell = Dynamics(SUBTRACT, FastSigmoid(5.0), checkpoint)
        wiring = WattsStrogatz(6, 0.3, delay_steps=draws.Uniform(-0.5, 2.5))
        model = HRSNN(4, 40, 2, wiring=wiring, cell=cell, rng=0).double()
        with patch.object(
            RecurrentLIF,
            "run_streamed",
            autospec=True,
            side_effect=RecurrentLIF.run_streamed,
        ) as streamed:
            run = model.run(x)
            (model(x).square().sum() + run.outputs.sum()).backward()
        assert streamed.call_count == 2 * checkpoint
        found.append(
            [
                run.spikes.detach(),
                *(p.grad for p in model.parameters() if p.grad is not None),
            ]
        )
    assert found[0][0].any()
    for one, other in zip(*found, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-9, atol=1e-9)


def test_outputs_do_not_depend_on_whether_spikes_are_kept() -> None:
    model = small()
    x = sounds()[0].transpose(0, 1)
    fused = model(x)
    plain = model.run(x).outputs
    torch.testing.assert_close(fused, plain, rtol=1e-5, atol=1e-6)
    for outputs in (fused, plain):
        model.zero_grad()
        outputs.square().sum().backward()
        grads = [p.grad.clone() for p in model.parameters()]
        if outputs is fused:
            kept = grads
    for one, other in zip(kept, grads, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_a_saved_state_goes_on_in_the_middle(tmp_path: Path) -> None:
    model = small()
    x = sounds()[0].transpose(0, 1)
    with torch.no_grad():
        whole = model.run(x)
        first = model.run(x[:11])
        files.write(
            tmp_path / "state.pt",
            {"cell": tuple(first.state.cell), "readout": first.state.readout},
        )
        save(tmp_path / "net.pt", model)
        other = HRSNN(4, 40, 2, tau_mem=3.0, rng=9)
        load(tmp_path / "net.pt", other)
        held = files.read(tmp_path / "state.pt")
        state = NetworkState(type(first.state.cell)(*held["cell"]), held["readout"])
        second = other.run(x[11:], state)
    torch.testing.assert_close(
        torch.cat([first.spikes, second.spikes]), whole.spikes, rtol=0, atol=0
    )
    torch.testing.assert_close(second.outputs, whole.outputs[11:])
    assert bool(second.spikes.any())
    again = model.run(x[:11])
    torch.testing.assert_close(
        again.spikes, first.spikes, rtol=0, atol=0
    )  # nothing leaked in between


def test_an_offset_of_the_population_is_saved_and_loaded() -> None:
    net = model()
    other = HRSNN(4, N, 2, rng=9).double()
    net.cell.bias = nn.Parameter(torch.linspace(0, 0.3, N, dtype=torch.float64))
    other.load_state_dict(net.state_dict())
    torch.testing.assert_close(other(inputs()), net(inputs()), rtol=0, atol=0)


def test_thresholds_and_a_linear_readout_are_as_asked_for() -> None:
    net = HRSNN(4, 500, 2, rng=0)
    net.cell = RecurrentLIF(
        net.cell.synapses, 20.0, 5.0, threshold=LogNormal(median=2.0, sigma=0.3), rng=0
    )
    net.readout = LeakyReadout(500, 2, tau=0.0)
    assert abs(net.cell.threshold.median().item() - 2.0) < 0.1
    assert net.cell.threshold.requires_grad
    run = net.run(inputs().float() * 3)
    torch.testing.assert_close(run.outputs, net.readout.linear(run.spikes))
    torch.testing.assert_close(net(inputs().float() * 3), run.outputs)


def test_one_seed_is_one_network_whatever_torch_drew_before() -> None:
    torch.manual_seed(1)
    one = small().state_dict()
    torch.manual_seed(2)
    other = small().state_dict()
    for name, value in one.items():
        assert torch.equal(value, other[name]), name


def test_one_neuron_and_no_spike() -> None:
    model = HRSNN(1, 1, 1, wiring=Connectivity.empty(1, 1), rng=0)
    run = model.run(torch.zeros(4, 2, 1))
    assert not run.spikes.any()
    run.outputs.sum().backward()
    assert model.run(torch.zeros(0, 2, 1)).outputs.shape == (0, 2, 1)
    cell = RecurrentLIF(Connectivity.empty(0, 0))
    assert cell(torch.zeros(3, 2, 0))[0].shape == (3, 2, 0)


def test_sequences_of_unequal_length_are_refused_or_filled_up() -> None:
    sequences = [torch.ones(3, 4), torch.ones(5, 4)]
    model = small()
    says = "sequences of 3 to 5 steps, wants one length; torch.nn.utils.rnn.pad_sequence"
    with pytest.raises(ValueError, match=says):
        model.run(sequences)  # type: ignore[arg-type]
    x = nn.utils.rnn.pad_sequence(sequences)
    lengths = torch.tensor([3, 5])
    outputs = mean_output(model(x), lengths)
    alone = mean_output(model(sequences[0][:, None]))
    torch.testing.assert_close(outputs[:1], alone, rtol=1e-5, atol=1e-6)
    with pytest.raises(ValueError, match="lengths: got"):
        mean_output(model(x), torch.tensor([3, 6]))
    with pytest.raises(ValueError, match=r"x: got shape \[3, 4\]"):
        model.run(sequences[0])


def test_a_loss_of_classes_falls_with_the_clustered_network() -> None:
    x, y = sounds()
    clusters = Clusters((Gamma(4.0, 5.0), Gamma(30.0, 5.0)))
    model = HRSNN(
        4, 40, 2, tau_mem=Clipped(clusters, 1.0), cell=Dynamics(checkpoint=True), rng=0
    )
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    losses = []
    for _ in range(20):
        loss = cross_entropy(mean_output(model(x.transpose(0, 1))), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.7 * losses[0]
