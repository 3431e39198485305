"""NIR files: our own come back whole, others' are read, what has no counterpart is named at
once.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from neurosparse.io.nir import TO_ZERO, from_nir, read_nir, to_nir
from neurosparse.kernels.layers.recurrent_scan.parts import SUBTRACT, ZERO
from neurosparse.models import HRSNN, Clipped, Dynamics, Gamma, load_nir, save_nir
from neurosparse.models.spiking.exchange.nir import arrays, model_of
from neurosparse.wiring import WattsStrogatz
from neurosparse.wiring import values as draws

nir = pytest.importorskip("nir")


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


@pytest.mark.parametrize("tau_syn", [None, 4.0])
def test_a_model_comes_back_with_its_spikes(tau_syn: Any, tmp_path: Path) -> None:
    made = model(tau_syn=tau_syn)
    save_nir(tmp_path / "net.nir", made)
    alike(made, load_nir(tmp_path / "net.nir"))
    assert [path.name for path in tmp_path.iterdir()] == ["net.nir"]


def test_delays_and_other_resets_come_back_but_must_be_allowed(tmp_path: Path) -> None:
    made = model(SUBTRACT, delay=draws.Uniform(-0.5, 3.5))
    with pytest.raises(
        ValueError, match=r"a reset \(0.0, 0.0, 1.0\) .*; synaptic delays of up to 3 steps"
    ):
        save_nir(tmp_path / "net.nir", made)
    assert not list(tmp_path.iterdir())
    save_nir(tmp_path / "net.nir", made, approximate=True)
    again = load_nir(tmp_path / "net.nir")
    assert again.cell.dynamics.reset == SUBTRACT
    assert int(again.cell.synapses.delay_steps.max()) == 3
    alike(made, again)


def test_other_readers_see_the_same_network_in_the_dense_graph() -> None:
    made = model()
    graph = to_nir(arrays(made))
    for node in graph.nodes.values():
        node.metadata = {}
    with pytest.raises(ValueError, match="dt: got None"):
        from_nir(graph)
    alike(made, model_of(from_nir(graph, dt=1.0)))
    dense = graph.nodes["recurrent"].weight
    pre, post = made.cell.synapses.connectivity.edges()
    np.testing.assert_allclose(
        dense[post, pre], made.cell.synapses.values.detach().numpy(), rtol=1e-6
    )
    assert np.count_nonzero(dense) == made.cell.synapses.nnz


def test_the_equation_of_a_lif_is_taken_step_by_step() -> None:
    tau = 0.02
    dt = 1.0
    n = 2
    neuron = nir.LIF(
        np.full(n, tau), np.full(n, 3.0), np.full(n, 0.1), np.full(n, 1.0), np.zeros(n)
    )
    graph = nir.NIRGraph(
        {
            "input": nir.Input({"input": np.array([n])}),
            "lif": neuron,
            "output": nir.Output({"output": np.array([n])}),
        },
        [("input", "lif"), ("lif", "output")],
    )
    for method, beta in (("exact", np.exp(-0.05)), ("euler", 0.95)):
        net = from_nir(graph, dt=dt, method=method)
        np.testing.assert_allclose(net.beta, beta)
        np.testing.assert_allclose(np.diag(net.input_weight), 3.0 * (1 - beta))
        np.testing.assert_allclose(net.input_bias, 0.1 * (1 - beta))
        assert net.reset == TO_ZERO


def test_a_recurrent_subgraph_is_opened() -> None:
    n = 3
    ones = np.ones(3)
    inner = nir.NIRGraph(
        {
            "input": nir.Input({"input": np.array([n])}),
            "lif": nir.LIF(0.01 * ones, ones, 0 * ones, ones, 0 * ones),
            "w_rec": nir.Affine(np.arange(9.0).reshape(3, 3), 0.5 * ones),
            "output": nir.Output({"output": np.array([n])}),
        },
        [("input", "lif"), ("lif", "w_rec"), ("w_rec", "lif"), ("lif", "output")],
        type_check=False,
    )
    outer = nir.NIRGraph(
        {
            "input": nir.Input({"input": np.array([2])}),
            "fc": nir.Linear(np.ones((3, 2))),
            "rnn": inner,
            "out": nir.Affine(np.ones((1, 3)), np.zeros(1)),
            "output": nir.Output({"output": np.array([1])}),
        },
        [("input", "fc"), ("fc", "rnn"), ("rnn", "out"), ("out", "output")],
        type_check=False,
    )
    net = from_nir(outer, dt=0.1, method="euler")
    gain = 0.01
    np.testing.assert_allclose(
        net.recurrent.to_dense(), np.arange(9.0).reshape(3, 3).T * gain, rtol=1e-6
    )
    np.testing.assert_allclose(net.input_bias, 0.5 * gain)
    assert net.input_weight.shape == (3, 2)
    assert net.readout_weight.shape == (1, 3)


def test_everything_without_counterpart_is_named_at_once() -> None:
    ones = np.ones(2)
    nodes = {
        "input": nir.Input({"input": np.array([2])}),
        "late": nir.Delay(ones),
        "lif": nir.LIF(ones, ones, 0 * ones, ones, 0.5 * ones),
        "gain": nir.Scale(ones),
        "output": nir.Output({"output": np.array([2])}),
    }
    edges = [("input", "late"), ("late", "lif"), ("lif", "gain"), ("gain", "output")]
    graph = nir.NIRGraph(nodes, edges, type_check=False)
    with pytest.raises(
        ValueError, match=r"3 nodes: late \(Delay\), gain \(Scale\), lif \(v_reset other than 0\)"
    ):
        from_nir(graph, dt=1.0)
    nodes = {
        "input": nodes["input"],
        "a": nir.IF(ones, ones),
        "b": nir.IF(ones, ones),
        "output": nodes["output"],
    }
    chain = nir.NIRGraph(nodes, [("input", "a"), ("a", "b"), ("b", "output")], type_check=False)
    with pytest.raises(ValueError, match=r"2 spiking nodes \(a, b\)"):
        from_nir(chain, dt=1.0)


def test_foreign_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="wants a NIR file"):
        read_nir(tmp_path / "none.nir")
    (tmp_path / "text.nir").write_text("not HDF5")
    with pytest.raises(ValueError, match="wants a NIR file"):
        read_nir(tmp_path / "text.nir")


@pytest.mark.parametrize("wrong", [-1, 65536, 70000])
def test_delays_that_no_step_counter_holds_are_refused(wrong: int) -> None:
    graph = to_nir(arrays(model()), approximate=True)
    graph.nodes["recurrent"].metadata["delays"] += wrong
    with pytest.raises(
        ValueError, match="delay_steps: got .* wants whole simulation steps from 0 to 65535"
    ):
        from_nir(graph)
