"""NIR graphs of others and edited ones: the wires count, sizes fit, what the graph says is what is
read.
"""

from typing import Any

import numpy as np
import pytest
import torch

from neurosparse.io.nir import from_nir, to_nir
from neurosparse.kernels.layers.recurrent_scan.parts import SUBTRACT, ZERO
from neurosparse.models import HRSNN, Dynamics
from neurosparse.models.spiking.exchange.nir import arrays, model_of
from neurosparse.wiring import WattsStrogatz
from neurosparse.wiring import values as draws

nir = pytest.importorskip("nir")
N = 5


def lif(n: int = N, **other: Any) -> Any:
    parts = {"tau": 0.01, "r": 2.0, "v_leak": 0.0, "v_threshold": 1.0, "v_reset": 0.0} | other
    return nir.LIF(**{name: np.full(n, value) for name, value in parts.items()})


def leaky(*tau: float) -> Any:
    return nir.LI(np.array(tau), np.ones(len(tau)), np.zeros(len(tau)))


def graph(edges: str, **more: Any) -> Any:
    """Input i, affine a, neurons l, readout r, output o and more; edges such as "i>a a>l"."""
    rng = np.random.default_rng(0)
    nodes = {
        "i": nir.Input({"input": np.array([3])}),
        "a": nir.Affine(rng.normal(size=(N, 3)), np.zeros(N)),
        "l": lif(),
        "r": nir.Affine(rng.normal(size=(2, N)), np.zeros(2)),
        "o": nir.Output({"output": np.array([2])}),
    } | more
    pairs = [tuple(edge.split(">")) for edge in edges.split()]
    used = {name for pair in pairs for name in pair} | set(more)
    return nir.NIRGraph(
        {name: node for name, node in nodes.items() if name in used}, pairs, type_check=False
    )


CHAIN = "i>a a>l l>r r>o"
LOOP = {"w": nir.Linear(np.eye(N))}
WIRES = {
    "l -> l": lambda: graph(CHAIN + " l>l"),
    "i -> l": lambda: graph(CHAIN + " i>l"),
    "i -> r": lambda: graph(CHAIN + " i>r"),
    "r -> a": lambda: graph(CHAIN + " r>a"),
    "l -> o": lambda: graph(CHAIN + " l>o"),
    "j -> a": lambda: graph(CHAIN + " j>a", j=nir.Input({"input": np.array([3])})),
    "no r -> y": lambda: graph(CHAIN, y=leaky(0.02, 0.02)),
    "x -> a": lambda: graph("i>x x>a a>l l>r r>o", x=leaky(0.02, 0.02, 0.02)),
    "i -> w": lambda: graph(CHAIN + " l>w w>l i>w", **LOOP),
}


@pytest.mark.parametrize("wire", WIRES)
def test_a_wire_that_would_be_lost_is_named(wire: str) -> None:
    with pytest.raises(ValueError, match=f"other wires: .*{wire}.*nothing beside"):
        from_nir(WIRES[wire](), dt=1.0)


def test_the_wires_of_a_whole_network_are_taken() -> None:
    for edges, more in (
        (CHAIN, {}),
        ("i>a a>l l>o", {}),
        (CHAIN + " l>w w>l", LOOP),
        ("i>a a>l l>r r>y y>o", {"y": leaky(0.02, 0.02)}),
        ("i>l l>y y>o", {"y": leaky(*[0.02] * N)}),
    ):
        found = from_nir(graph(edges, **more), dt=1.0)
        assert found.recurrent.nnz == (N if "w" in more else 0)
        assert (found.kappa > 0) == ("y" in more)


def test_sizes_that_do_not_fit_are_named_together() -> None:
    odd = {
        "a": nir.Linear(np.ones((4, 3))),
        "w": nir.Linear(np.eye(3)),
        "r": nir.Linear(np.ones((2, 6))),
    }
    with pytest.raises(
        ValueError,
        match=r"a \[4, 3\], w \[3, 3\], r \[2, 6\], wants shapes that fit the 5 neurons of l",
    ):
        from_nir(graph(CHAIN + " l>w w>l", **odd), dt=1.0)
    with pytest.raises(ValueError, match="y of 3"):
        from_nir(graph("i>a a>l l>r r>y y>o", y=leaky(0.02, 0.02, 0.02)), dt=1.0)


def test_parameters_that_nothing_has_are_named_together() -> None:
    bad = {"l": lif(tau=0.0, v_threshold=np.nan), "y": leaky(0.01, 0.02)}
    says = r"l \(tau not above 0\), l \(v_threshold not finite\), y \(several tau"
    with pytest.raises(ValueError, match=says):
        from_nir(graph("i>a a>l l>r r>y y>o", **bad), dt=1.0)
    with pytest.raises(ValueError, match="method: got 'eule', .*did you mean 'euler'"):
        from_nir(graph(CHAIN), dt=1.0, method="eule")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match='dt: got 20.0, wants at most 10 ms with "euler"'):
        from_nir(graph(CHAIN), dt=20.0, method="euler")
    assert not from_nir(graph(CHAIN), dt=10.0, method="euler").beta.any()
    with pytest.raises(TypeError, match=r"graph: got 'file.nir', wants a nir.NIRGraph; read_nir"):
        from_nir("file.nir")


def test_single_numbers_as_snntorch_writes_them_are_those_of_every_neuron() -> None:
    beta = np.float32(0.9)
    dt = 1e-4
    tau = np.asarray(dt / (1 - beta))
    scalar = nir.LIF(
        tau=tau, r=tau / dt, v_leak=np.zeros(()), v_threshold=np.ones(()), v_reset=np.zeros(())
    )
    found = from_nir(graph(CHAIN, l=scalar), dt=0.1, method="euler")
    np.testing.assert_allclose(found.beta, np.full(N, 0.9), rtol=1e-6)
    assert found.threshold.shape == (N,)
    given = graph(CHAIN)
    np.testing.assert_allclose(found.input_weight, given.nodes["a"].weight, rtol=1e-6)
    x = torch.rand(40, 2, 3, generator=torch.Generator().manual_seed(0)).double()
    model = model_of(found).double()
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
    model = model_of(found).double()
    x = torch.rand(30, 2, 3, generator=torch.Generator().manual_seed(0)).double()
    assert bool((model.cell.neurons.beta == 1).all())
    run = model.run(x)
    total = (0.5 * x @ torch.from_numpy(graph(CHAIN).nodes["a"].weight).T).cumsum(0)
    first = (total > 1).double().argmax(0)
    reached = (total > 1).any(0)
    assert bool(reached.any())
    assert torch.equal(run.spikes.argmax(0)[reached], first[reached])


def own(reset: Any = ZERO, delay: Any = 0) -> HRSNN:
    return HRSNN(3, 20, 2, wiring=WattsStrogatz(4, 0.3, delay_steps=delay), cell=Dynamics(reset), rng=0)


def test_what_was_changed_in_the_graph_counts_and_not_its_metadata() -> None:
    model = own(SUBTRACT, draws.Uniform(-0.5, 2.5))
    before = arrays(model)
    made = to_nir(before, approximate=True)
    made.nodes["recurrent"].weight = 2 * made.nodes["recurrent"].weight
    made.nodes["hidden"].tau_mem = 1.5 * made.nodes["hidden"].tau_mem
    made.nodes["leak"].tau = 2 * made.nodes["leak"].tau
    found = from_nir(made)
    np.testing.assert_allclose(-1 / np.log(found.beta), -1.5 / np.log(before.beta), rtol=1e-6)
    gain = (1 - found.beta) / (1 - before.beta)
    _, post = before.recurrent.edges()
    np.testing.assert_allclose(
        found.recurrent.weights_array(),
        2 * before.recurrent.weights_array() * gain[post],
        rtol=1e-5,
    )
    np.testing.assert_array_equal(found.recurrent.delay_steps_array(), before.recurrent.delay_steps_array())
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
    made = to_nir(arrays(own(SUBTRACT)), approximate=True)
    assert from_nir(made, dt=0.5).reset == tuple(SUBTRACT)
    late = to_nir(arrays(own(ZERO, 2)), approximate=True)
    with pytest.raises(
        ValueError, match="dt: got delays of recurrent in steps of another dt, wants the dt"
    ):
        from_nir(late, dt=0.5)
