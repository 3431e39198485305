"""Networks as NIR graphs: what metadata keep, and what other readers see."""

from pathlib import Path

import numpy as np
import pytest

from neurosparse.io import from_nir, read_nir, to_nir, write_nir
from neurosparse.models import SUBTRACT, from_spiking_network, to_spiking_network
from neurosparse.wiring import values as draws
from tests.io.nir.networks import alike, model


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
