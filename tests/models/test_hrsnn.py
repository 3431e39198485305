"""The HRSNN: it learns, resumes, is cut into pieces, is edited and saved; its time constants are
what was asked for.
"""

from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy, mse_loss

from neurosparse.connectivity import Connectivity
from neurosparse.kernels.layers.recurrent_scan.parts import GATE, SUBTRACT, ZERO
from neurosparse.kernels.layers.recurrent_scan.surrogates import FastSigmoid
from neurosparse.models import (
    HRSNN,
    BatchFirst,
    Clipped,
    Clusters,
    Dynamics,
    EProp,
    Gamma,
    NetworkState,
    RecurrentLIF,
    RecurrentSynapses,
    Ridge,
    mean_output,
)
from neurosparse.models.spiking.eprop import squared_error
from neurosparse.models.spiking.hrsnn import padded
from neurosparse.models.spiking.reservoir import filtered, states
from neurosparse.models.spiking.times import drawn
from neurosparse.models.spiking.truncated import chunks, require_finite
from neurosparse.models.training import _fit as training
from neurosparse.models.training import save as files
from neurosparse.models.training._rewire import rewire
from neurosparse.rewiring import set_
from neurosparse.wiring import LogNormal, WattsStrogatz
from neurosparse.wiring import values as draws


def small(reset: Any = SUBTRACT, n: int = 40, **more: Any) -> HRSNN:
    wiring = WattsStrogatz(6, 0.3, delay_steps=draws.Uniform(-0.5, 2.5))
    cell = Dynamics(reset, FastSigmoid(5.0))
    return HRSNN(
        4, n, 2, wiring=wiring, tau_mem=Clipped(Gamma(10.0), 2.0), cell=cell, rng=0, **more
    )


def sounds(batch: int = 32, steps: int = 25) -> tuple[torch.Tensor, torch.Tensor]:
    """Two classes told apart by the order in which two inputs speak: `[batch, time, 4]`."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, batch)
    rates = np.full((batch, steps, 4), 0.05)
    first = slice(0, steps // 2)
    second = slice(steps // 2, steps)
    for k, label in enumerate(y):
        rates[k, first if label else second, 0] = 0.8
        rates[k, second if label else first, 1] = 0.8
    x = torch.from_numpy((rng.random(rates.shape) < rates).astype(np.float32))
    return x, torch.from_numpy(y)


def test_it_learns_an_order_that_no_count_tells() -> None:
    x, y = sounds()
    model = small()
    data = training.Data(x, y, batch=32)
    before = {name: p.detach().clone() for name, p in model.named_parameters()}
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    history = training.fit(BatchFirst(model), data, optimizer, training.Plan(epochs=30)).history
    assert history[-1]["loss"] < 0.3 < history[0]["loss"]
    moved = [name for name, p in model.named_parameters() if not torch.equal(p, before[name])]
    assert sorted(moved) == sorted(before)


def test_a_checkpointed_network_streams_its_input_layer_and_learns_the_same() -> None:
    x = torch.rand(25, 3, 4, dtype=torch.float64)
    found = []
    for checkpoint in (False, True):
        cell = Dynamics(SUBTRACT, FastSigmoid(5.0), checkpoint)
        model = HRSNN(
            4, 40, 2, wiring=WattsStrogatz(6, 0.3, delay_steps=draws.Uniform(-0.5, 2.5)), cell=cell, rng=0
        ).double()
        with patch.object(
            RecurrentLIF, "fed", autospec=True, side_effect=RecurrentLIF.fed
        ) as streamed:
            run = model.run(x)
            (model(x).square().sum() + run.outputs.sum()).backward()
        assert streamed.call_count == 2 * checkpoint
        found.append(
            [run.spikes.detach(), *(p.grad for p in model.parameters() if p.grad is not None)]
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
            tmp_path / "state.pt", {"cell": tuple(first.state.cell), "readout": first.state.readout}
        )
        files.save(tmp_path / "net.pt", model)
        other = HRSNN(4, 40, 2, tau_mem=3.0, rng=9)
        files.load(tmp_path / "net.pt", other)
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


def test_pieces_give_the_outputs_of_the_whole_and_gradients_that_end_at_their_start() -> None:
    model = small()
    x = sounds()[0].transpose(0, 1)
    whole = model.run(x).outputs
    parts = []
    for place, run in chunks(model, x, 7):
        torch.testing.assert_close(run.outputs, whole[place], rtol=1e-5, atol=1e-6)
        run.outputs.sum().backward()
        parts.append(place.stop)
    assert parts == [7, 14, 21, 25]
    cut = model.input.weight.grad.clone()
    model.zero_grad()
    model.run(x).outputs.sum().backward()
    assert not torch.allclose(cut, model.input.weight.grad)
    with pytest.raises(ValueError, match="span: got 0"):
        next(chunks(model, x, 0))


def test_gradients_that_are_no_numbers_are_named_with_their_step() -> None:
    model = small()
    model.run(torch.ones(3, 1, 4)).outputs.sum().backward()
    require_finite(model, 0)
    model.cell.synapses.values.grad[3] = float("nan")
    with pytest.raises(ValueError, match=r"cell.synapses.values \(1 of 240\) at step 17"):
        require_finite(model, 17)


@pytest.mark.parametrize("reset", [SUBTRACT, ZERO, GATE], ids=["subtract", "zero", "gate"])
@pytest.mark.parametrize("tau_syn", [None, 4.0])
def test_e_prop_is_exact_where_spikes_reach_no_other_neuron(reset: Any, tau_syn: Any) -> None:
    model = small(reset, tau_syn=tau_syn).double()
    x = sounds(5)[0].transpose(0, 1).double()
    target = torch.zeros(25, 5, 2).double()
    with torch.no_grad():
        model.cell.synapses.values.zero_()  # synapses that exist and say nothing
        model.input.bias.uniform_(0, 0.2, generator=torch.Generator().manual_seed(0))
    names = (
        "cell.synapses.values",
        "input.weight",
        "input.bias",
        "readout.linear.weight",
        "readout.linear.bias",
    )
    (0.5 * (model.run(x).outputs - target).square()).sum().backward()
    exact = {name: model.get_parameter(name).grad.clone() for name in names}
    model.zero_grad()
    rule = EProp(model, squared_error)
    state = rule.rest(5)
    for step, wanted in zip(x, target, strict=True):
        _, state = rule.step(step, wanted, state)
    for name in names:
        assert float(exact[name].abs().max()) > 1e-6, name
        torch.testing.assert_close(
            model.get_parameter(name).grad, exact[name], rtol=1e-8, atol=1e-10
        )


def test_e_prop_learns() -> None:
    x, y = sounds()
    model = small()
    losses = []
    optimizer = torch.optim.Adam(model.parameters(), 0.01)
    target = torch.nn.functional.one_hot(y, 2).float()
    rule = EProp(model)
    for _ in range(25):
        optimizer.zero_grad()
        state = rule.rest(len(x))
        loss = 0.0
        for step in x.transpose(0, 1):
            out, state = rule.step(step, target, state)
            loss += float(mse_loss(out, target))
        optimizer.step()
        losses.append(loss)
    assert losses[-1] < 0.8 * losses[0]
    with pytest.raises(ValueError, match=r"x: got shape \[3\]"):
        rule.step(torch.ones(3), target, state)


def test_a_reservoir_remembers_what_its_input_no_longer_says() -> None:
    told = np.random.default_rng(0).normal(0, 1, (2000, 1))
    model = HRSNN(1, 150, 1, tau_mem=Clipped(Gamma(10.0), 2.0), rng=0)
    seen = states(model, torch.from_numpy(told[:, None]).float(), tau=10.0)[:, 0]
    target = filtered(told, 10.0)
    past, future = slice(50, 1500), slice(1500, 2000)
    errors = []
    for features in (seen, told):
        readout = Ridge.fit(features[past], target[past], 1e-4)
        errors.append(np.sqrt(((readout(features[future]) - target[future]) ** 2).mean()))
    assert errors[0] < 0.7 * errors[1]
    whole = filtered(seen, 5.0)
    first = filtered(seen[:100], 5.0)
    np.testing.assert_allclose(filtered(seen[100:], 5.0, start=first[-1]), whole[100:])
    with pytest.raises(ValueError, match="targets: got shapes"):
        Ridge.fit(seen, told[:5])


def test_rewiring_carries_delays_and_the_network_still_runs() -> None:
    model = small()
    before = model.cell.synapses.connectivity
    moved = rewire(model, set_(0.3), 0.0, rng=0)
    after = model.cell.synapses.connectivity
    assert moved > 10
    assert after.nnz == before.nnz
    old = dict(
        zip(
            zip(*(k.tolist() for k in before.edges()), strict=True),
            before.delay_steps_array(),
            strict=True,
        )
    )
    for edge, delay in zip(
        zip(*(k.tolist() for k in after.edges()), strict=True), after.delay_steps_array(), strict=True
    ):
        assert delay == old.get(edge, 0)
    assert model.run(torch.ones(9, 2, 4)).spikes.any()


def test_delays_that_do_not_fit_a_saved_network_are_refused() -> None:
    layer = RecurrentSynapses(Connectivity.from_edges([0], [1], n_pre=2, n_post=2, delay_steps=3))
    for delays, says in (
        (torch.zeros(2, dtype=torch.int32), "shape"),
        (torch.tensor([-1]).int(), "least -1"),
    ):
        with pytest.raises(ValueError, match=says):
            layer.load_state_dict(layer.state_dict() | {"delay_steps": delays})
    with pytest.raises(ValueError, match="as many targets as sources"):
        RecurrentSynapses(Connectivity.empty(2, 3))


def test_distributions_have_their_means_and_clusters_their_own() -> None:
    rng = np.random.default_rng(0)
    assert abs(Gamma(20.0, 3.0)(20_000, rng).std() - 20 / 3**0.5) < 0.4
    assert abs(np.log(LogNormal(median=20.0, sigma=0.5)(20_000, rng)).std() - 0.5) < 0.02
    clusters = Clusters((Gamma(5.0, 50.0), Gamma(80.0, 50.0)), (0.3, 0.7))
    model = HRSNN(4, 100, 2, tau_mem=clusters, rng=0)
    found = model.cell.tau_mem.detach().numpy()
    assert found[:30].max() < 12 < 40 < found[30:].min()
    beta = model.cell.neurons.beta.detach().numpy()
    np.testing.assert_allclose(beta, np.exp(-1 / found), rtol=1e-5)
    for bad in (0.0, [1.0, float("nan")], [1.0, 2.0, 3.0], -1.0):
        with pytest.raises(ValueError, match="tau: got"):
            drawn("tau", bad, 2, rng)
    with pytest.raises(ValueError, match="shares .*that sum to 1"):
        Clusters((Gamma(),), (0.5,))


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
    with pytest.raises(
        ValueError, match="sequences of 3 to 5 steps, wants one length; x, lengths = padded"
    ):
        model.run(sequences)  # type: ignore[arg-type]
    x, lengths = padded(sequences)
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
    model = HRSNN(4, 40, 2, tau_mem=Clipped(clusters, 1.0), cell=Dynamics(checkpoint=True), rng=0)
    optimizer = torch.optim.Adam(model.parameters(), 0.02)
    losses = []
    for _ in range(20):
        loss = cross_entropy(mean_output(model(x.transpose(0, 1))), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.7 * losses[0]
