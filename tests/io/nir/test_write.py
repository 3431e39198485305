"""Networks as NIR graphs: what metadata keep, and what other readers see."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from neurosparse.io import from_nir, read_nir, to_nir, write_nir
from neurosparse.models import (
    HRSNN,
    SUBTRACT,
    ZERO,
    Clipped,
    Dynamics,
    Gamma,
    from_spiking_network,
    to_spiking_network,
)
from neurosparse.wiring import WattsStrogatz
from neurosparse.wiring import values as draws


def model(reset: Any = ZERO, tau_syn: Any = 4.0, delay: Any = 0) -> HRSNN:
    made = HRSNN(
        5,
        30,
        3,
        wiring=WattsStrogatz(6, 0.3, delay_steps=delay),
        tau_mem=Clipped(Gamma(10.0), 2.0),
        tau_syn=tau_syn,
        cell=Dynamics(reset),
        rng=0,
    )
    with torch.no_grad():
        made.input.bias.uniform_(0, 0.1, generator=torch.Generator().manual_seed(0))
        made.readout.linear.bias.uniform_(-1, 1, generator=torch.Generator().manual_seed(1))
    return made.double()


def drive() -> torch.Tensor:
    return (torch.rand(50, 4, 5, generator=torch.Generator().manual_seed(1)) < 0.3).double()


def alike(one: HRSNN, other: HRSNN) -> None:
    """The same spikes and outputs."""
    x = drive()
    with torch.no_grad():
        a = one.run(x)
        b = other.double().run(x)
    assert 0.01 < float(a.spikes.mean()) < 0.9
    torch.testing.assert_close(a.spikes, b.spikes, rtol=0, atol=0)
    torch.testing.assert_close(a.outputs, b.outputs, rtol=1e-5, atol=1e-6)


def test_delays_and_other_resets_come_back_but_must_be_allowed(tmp_path: Path) -> None:
    made = model(SUBTRACT, delay=draws.Uniform(-0.5, 3.5))
    with pytest.raises(
        ValueError, match=r"a reset \(0.0, 0.0, 1.0\) .*; synaptic delays of up to 3 steps"
    ):
        write_nir(tmp_path / "net.nir", to_spiking_network(made))
    assert not list(tmp_path.iterdir())
    write_nir(tmp_path / "net.nir", to_spiking_network(made), approximate=True)
    again = from_spiking_network(read_nir(tmp_path / "net.nir"))
    assert again.cell.dynamics.reset == SUBTRACT
    assert int(again.cell.synapses.delay_steps.max()) == 3
    alike(made, again)


def test_other_readers_see_the_same_network_in_the_dense_graph() -> None:
    made = model()
    graph = to_nir(to_spiking_network(made))
    for node in graph.nodes.values():
        node.metadata = {}
    with pytest.raises(ValueError, match="dt: got None"):
        from_nir(graph)
    alike(made, from_spiking_network(from_nir(graph, dt=1.0)))
    dense = graph.nodes["recurrent"].weight
    pre, post = made.cell.synapses.connectivity.edges()
    np.testing.assert_allclose(
        dense[post, pre], made.cell.synapses.values.detach().numpy(), rtol=1e-6
    )
    assert np.count_nonzero(dense) == made.cell.synapses.nnz
