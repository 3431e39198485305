"""e-prop: exact where it must be, and it learns."""

from typing import Any

import pytest
import torch
from torch.nn.functional import mse_loss

from neurosparse.models import GATE, SUBTRACT, ZERO, EProp, rewire, squared_error_signal
from neurosparse.rewiring import set_
from tests.models.spiking.networks import inputs, model, small, sounds


@pytest.mark.parametrize("reset", [SUBTRACT, ZERO, GATE], ids=["subtract", "zero", "gate"])
@pytest.mark.parametrize("tau_syn", [None, 4.0])
def test_e_prop_is_exact_where_spikes_reach_no_other_neuron(
    reset: Any, tau_syn: Any
) -> None:
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
    rule = EProp(model, squared_error_signal)
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


def test_e_prop_refuses_traces_of_synapses_that_moved() -> None:
    net, x = model(), inputs()
    rule = EProp(net)
    state = rule.rest(3)
    assert rewire(net, set_(0.3), 0.0, rng=0) > 3
    with pytest.raises(
        ValueError, match=r"state: got traces of synapses .* begin again from rest"
    ):
        rule.step(x[0], torch.zeros(3, 2), state)
    with torch.no_grad():
        net.cell.synapses.values.zero_()  # then it is exact
    state = rule.rest(3)
    zero = torch.zeros(3, 2, dtype=torch.float64)
    for step in x:
        _, state = rule.step(step, zero, state)
    online = net.cell.synapses.values.grad.clone()
    net.zero_grad()
    (0.5 * net.run(x).outputs.square()).sum().backward()
    torch.testing.assert_close(online, net.cell.synapses.values.grad, rtol=1e-8, atol=1e-10)
