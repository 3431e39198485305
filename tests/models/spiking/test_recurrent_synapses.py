"""Recurrent synapses under rewiring, saved and loaded: each keeps its delay."""

import pytest
import torch

from neurosparse.connectivity import Connectivity
from neurosparse.models import (
    BatchFirst,
    Data,
    RecurrentSynapses,
    TrainingPlan,
    fit,
    rewire,
)
from neurosparse.rewiring import rigl, set_
from tests.models.spiking.networks import inputs, model, small, with_all_pairs


def pairs(connectivity: Connectivity) -> list[tuple[int, int]]:
    return list(zip(*(ends.tolist() for ends in connectivity.edges()), strict=True))


def test_rewiring_carries_delays_and_the_network_still_runs() -> None:
    model = small()
    before = model.cell.synapses.connectivity
    moved = rewire(model, set_(0.3), 0.0, rng=0)
    after = model.cell.synapses.connectivity
    assert moved > 10
    assert after.nnz == before.nnz
    delays = dict(zip(pairs(before), before.delay_steps_array(), strict=True))
    for edge, delay in zip(pairs(after), after.delay_steps_array(), strict=True):
        assert delay == delays.get(edge, 0)
    assert model.run(torch.ones(9, 2, 4)).spikes.any()


def test_delays_that_do_not_fit_a_saved_network_are_refused() -> None:
    layer = RecurrentSynapses(
        Connectivity.from_edges([0], [1], n_pre=2, n_post=2, delay_steps=3)
    )
    for delays, says in (
        (torch.zeros(2, dtype=torch.int32), "shape"),
        (torch.tensor([-1]).int(), "least -1"),
    ):
        with pytest.raises(ValueError, match=says):
            layer.load_state_dict(layer.state_dict() | {"delay_steps": delays})
    with pytest.raises(ValueError, match="as many targets as sources"):
        RecurrentSynapses(Connectivity.empty(2, 3))


def test_a_state_of_other_synapses_is_loaded_over_gradients() -> None:
    net = model()
    other = with_all_pairs(model())
    x = inputs()
    net(x).sum().backward()
    net.load_state_dict(other.state_dict())
    net(x).sum().backward()
    other(x).sum().backward()
    torch.testing.assert_close(
        net.cell.synapses.values.grad, other.cell.synapses.values.grad
    )


def test_rigl_grows_recurrent_synapses_by_gradient_while_it_trains() -> None:
    net = model().float()
    generator = torch.Generator().manual_seed(0)
    x = torch.rand(24, 15, 4, generator=generator) * 2
    y = torch.randint(0, 2, (24,), generator=generator)
    before = net.cell.synapses.support
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    fit(
        BatchFirst(net),
        Data(x, y, batch=8),
        optimizer,
        TrainingPlan(epochs=3),
        rewiring=rigl(0.3, every=2),
    )
    after = net.cell.synapses.support
    assert after.nnz == before.nnz
    assert after != before
