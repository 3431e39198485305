"""NIR files: our own come back whole, others' are read, foreign ones refused."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from neurosparse.io import from_nir, read_nir, to_nir, write_nir
from neurosparse.io.nir.network import TO_ZERO
from neurosparse.models import (
    HRSNN,
    SUBTRACT,
    ZERO,
    Dynamics,
    from_spiking_network,
    to_spiking_network,
)
from neurosparse.wiring import WattsStrogatz
from neurosparse.wiring import values as draws
from tests.io.nir.graphs import CHAIN, N, graph, lif
from tests.io.nir.networks import alike, model

nir = pytest.importorskip("nir")


@pytest.mark.parametrize("tau_syn", [None, 4.0])
def test_a_model_comes_back_with_its_spikes(tau_syn: Any, tmp_path: Path) -> None:
    made = model(tau_syn=tau_syn)
    write_nir(tmp_path / "net.nir", to_spiking_network(made))
    alike(made, from_spiking_network(read_nir(tmp_path / "net.nir")))
    assert [path.name for path in tmp_path.iterdir()] == ["net.nir"]


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
        ValueError,
        match=r"3 nodes: late \(Delay\), gain \(Scale\), lif \(v_reset other than 0\)",
    ):
        from_nir(graph, dt=1.0)
    nodes = {
        "input": nodes["input"],
        "a": nir.IF(ones, ones),
        "b": nir.IF(ones, ones),
        "output": nodes["output"],
    }
    chain = nir.NIRGraph(
        nodes, [("input", "a"), ("a", "b"), ("b", "output")], type_check=False
    )
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
    graph = to_nir(to_spiking_network(model()), approximate=True)
    graph.nodes["recurrent"].metadata["delays"] += wrong
    with pytest.raises(
        ValueError, match="delay_steps: got .* wants whole simulation steps from 0 to 65535"
    ):
        from_nir(graph)


def test_single_numbers_as_snntorch_writes_them_are_those_of_every_neuron() -> None:
    beta = np.float32(0.9)
    dt = 1e-4
    tau = np.asarray(dt / (1 - beta))
    scalar = nir.LIF(
        tau=tau,
        r=tau / dt,
        v_leak=np.zeros(()),
        v_threshold=np.ones(()),
        v_reset=np.zeros(()),
    )
    found = from_nir(graph(CHAIN, l=scalar), dt=0.1, method="euler")
    np.testing.assert_allclose(found.beta, np.full(N, 0.9), rtol=1e-6)
    assert found.threshold.shape == (N,)
    given = graph(CHAIN)
    np.testing.assert_allclose(found.input_weight, given.nodes["a"].weight, rtol=1e-6)
    x = torch.rand(40, 2, 3, generator=torch.Generator().manual_seed(0)).double()
    model = from_spiking_network(found).double()
    spikes = model.run(x).spikes
    assert spikes.any()
    v = torch.zeros(2, N).double()
    z = torch.zeros(2, N).double()
    for step, seen in zip(x, spikes, strict=True):
        v = 0.9 * v * (1 - z) + step @ torch.from_numpy(given.nodes["a"].weight).T
        z = (v > 1).double()
        torch.testing.assert_close(seen, z, rtol=0, atol=0)


def test_neurons_without_a_leak_are_read_and_run() -> None:
    found = from_nir(graph(CHAIN, l=nir.IF(np.full(N, 500.0), np.ones(N))), dt=1.0)
    model = from_spiking_network(found).double()
    x = torch.rand(30, 2, 3, generator=torch.Generator().manual_seed(0)).double()
    assert bool((model.cell.neurons.beta == 1).all())
    run = model.run(x)
    total = (0.5 * x @ torch.from_numpy(graph(CHAIN).nodes["a"].weight).T).cumsum(0)
    first = (total > 1).double().argmax(0)
    reached = (total > 1).any(0)
    assert bool(reached.any())
    assert torch.equal(run.spikes.argmax(0)[reached], first[reached])


def own(reset: Any = ZERO, delay: Any = 0) -> HRSNN:
    return HRSNN(
        3,
        20,
        2,
        wiring=WattsStrogatz(4, 0.3, delay_steps=delay),
        cell=Dynamics(reset),
        rng=0,
    )


def test_what_was_changed_in_the_graph_counts_and_not_its_metadata() -> None:
    model = own(SUBTRACT, draws.Uniform(-0.5, 2.5))
    before = to_spiking_network(model)
    made = to_nir(before, approximate=True)
    made.nodes["recurrent"].weight = 2 * made.nodes["recurrent"].weight
    made.nodes["hidden"].tau_mem = 1.5 * made.nodes["hidden"].tau_mem
    made.nodes["leak"].tau = 2 * made.nodes["leak"].tau
    found = from_nir(made)
    np.testing.assert_allclose(
        -1 / np.log(found.beta), -1.5 / np.log(before.beta), rtol=1e-6
    )
    gain = (1 - found.beta) / (1 - before.beta)
    _, post = before.recurrent.edges()
    np.testing.assert_allclose(
        found.recurrent.weights_array(),
        2 * before.recurrent.weights_array() * gain[post],
        rtol=1e-5,
    )
    np.testing.assert_array_equal(
        found.recurrent.delay_steps_array(), before.recurrent.delay_steps_array()
    )
    assert found.reset == tuple(SUBTRACT)
    assert found.kappa == pytest.approx(before.kappa**0.5)
    made.nodes["recurrent"].weight[np.diag_indices(20)] = 0.1
    with pytest.raises(
        ValueError,
        match="places where its metadata has no synapse, .*clear the metadata of recurrent",
    ):
        from_nir(made)
    made.nodes["recurrent"].metadata = {}
    assert from_nir(made).recurrent.nnz == before.recurrent.nnz + 20


def test_another_step_keeps_the_reset_and_refuses_delays_counted_in_the_old_one() -> None:
    made = to_nir(to_spiking_network(own(SUBTRACT)), approximate=True)
    assert from_nir(made, dt=0.5).reset == tuple(SUBTRACT)
    late = to_nir(to_spiking_network(own(ZERO, 2)), approximate=True)
    with pytest.raises(
        ValueError, match="dt: got delays of recurrent in steps of another dt, wants the dt"
    ):
        from_nir(late, dt=0.5)


def test_a_leak_level_of_a_lif_is_honoured_and_behind_a_filter_refused() -> None:
    ones = np.ones(N)
    leaking = graph(CHAIN, l=lif(v_leak=0.5))
    network = from_nir(leaking, dt=1.0)
    v = 0.0
    rest = []
    for _ in range(5):
        v = float(network.beta[0]) * v + float(network.input_bias[0])
        rest.append(v)
    np.testing.assert_allclose(rest, 0.5 * (1 - np.exp(-0.1 * np.arange(1, 6))))
    filtered = nir.CubaLIF(
        tau_mem=0.01 * ones, tau_syn=0.005 * ones, r=ones, v_leak=0.5 * ones, v_threshold=ones,
        v_reset=0 * ones, w_in=ones,
    )  # fmt: skip
    with pytest.raises(
        ValueError, match=r"l \(v_leak other than 0 behind a synaptic filter\)"
    ):
        from_nir(graph(CHAIN, l=filtered), dt=1.0)
