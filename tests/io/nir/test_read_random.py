"""Random NIR graphs: what we run is what their equations say, step by step."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch

from neurosparse.io import read_nir
from neurosparse.models import from_spiking_network

nir = pytest.importorskip("nir")

DT = 1e-4
STEPS = 60


def neurons(rng: np.random.Generator, n: int, kind: str) -> Any:
    """A population with parameters of its own for each neuron, or one for all."""

    def drawn(low: float, high: float) -> Any:
        return rng.uniform(low, high, n)

    threshold = drawn(0.5, 1.5)
    if kind == "IF":
        return nir.IF(drawn(200, 900), threshold, np.zeros(n))
    if kind == "LIF":
        return nir.LIF(
            drawn(1e-3, 9e-3), drawn(5, 30), drawn(-0.1, 0.1), threshold, np.zeros(n)
        )
    taus = {"tau_mem": drawn(1e-3, 9e-3), "tau_syn": drawn(1e-3, 9e-3)}
    rest = {"r": drawn(5, 30), "v_leak": np.zeros(n), "v_threshold": threshold}
    return nir.CubaLIF(**taus, **rest, v_reset=np.zeros(n), w_in=drawn(1, 20))


def weights(rng: np.random.Generator, rows: int, columns: int, scale: float = 1.0) -> Any:
    matrix = scale * rng.normal(size=(rows, columns)) * (rng.random((rows, columns)) < 0.7)
    if rng.random() < 0.5:
        return nir.Linear(matrix)
    return nir.Affine(matrix, 0.1 * scale * rng.normal(size=rows))


def drawn_graph(rng: np.random.Generator) -> tuple[Any, dict[str, Any]]:
    """A graph of the parts that are there by chance, and these by name."""
    n = int(rng.integers(1, 7))
    n_in = int(rng.integers(1, 5)) if rng.random() < 0.8 else n
    n_out = int(rng.integers(1, 4)) if rng.random() < 0.8 else n
    parts = {"l": neurons(rng, n, rng.choice(["IF", "LIF", "CubaLIF"]))}
    before = ["i"]
    after = ["l"]
    if n_in != n or rng.random() < 0.5:
        parts["a"] = weights(rng, n, n_in)
        before.append("a")
    else:
        n_in = n
    edges = []
    if rng.random() < 0.7:
        parts["w"] = weights(rng, n, n, 0.3)
        edges = [("l", "w"), ("w", "l")]
    if n_out != n or rng.random() < 0.5:
        parts["r"] = weights(rng, n_out, n)
        after.append("r")
        if rng.random() < 0.6:
            tau = np.full(n_out, rng.uniform(1e-3, 9e-3))
            parts["leak"] = nir.LI(tau, rng.uniform(0.5, 2, n_out), np.zeros(n_out))
            after.append("leak")
    else:
        n_out = n
    ends = {"i": nir.Input({"input": np.array([n_in])})}
    ends["o"] = nir.Output({"output": np.array([n_out])})
    chain = [*before, *after, "o"]
    edges += list(pairwise(chain))
    order = rng.permutation(len(edges))
    nodes = {name: (ends | parts)[name] for name in rng.permutation([*ends, *parts])}
    return nir.NIRGraph(nodes, [edges[k] for k in order], type_check=False), parts


def applied(node: Any, x: Any) -> Any:
    return x if node is None else node.weight @ x + getattr(node, "bias", 0.0)


def integrated(parts: dict[str, Any], drive: Any) -> tuple[Any, Any]:
    """The equations of NIR by Euler's rule: spikes `[steps, n]` and outputs."""
    node = parts["l"]
    v = current = z = np.zeros_like(node.v_threshold)
    out = 0.0
    spikes = []
    outputs = []
    for x in drive:
        given = applied(parts.get("a"), x)
        if "w" in parts:
            given = given + applied(parts["w"], z)
        if isinstance(node, nir.IF):
            v = v + DT * node.r * given
        elif isinstance(node, nir.LIF):
            v = v + DT / node.tau * (node.v_leak - v + node.r * given)
        else:
            current = current + DT / node.tau_syn * (node.w_in * given - current)
            v = v + DT / node.tau_mem * (node.v_leak - v + node.r * current)
        z = (v > node.v_threshold).astype(float)
        v = np.where(z > 0, 0.0, v)
        spikes.append(z)
        y = applied(parts.get("r"), z)
        if "leak" in parts:
            leak = parts["leak"]
            y = out = out + DT / leak.tau * (leak.v_leak - out + leak.r * y)
        outputs.append(y)
    return np.array(spikes), np.array(outputs)


@pytest.mark.parametrize("seed", range(24))
def test_a_random_graph_does_what_its_equations_say(seed: int, tmp_path: Any) -> None:
    rng = np.random.default_rng(seed)
    graph, parts = drawn_graph(rng)
    nir.write(tmp_path / "net.nir", graph)
    size = graph.nodes["i"].input_type["input"][0]
    drive = rng.random((STEPS, size)) * 4
    model = from_spiking_network(
        read_nir(tmp_path / "net.nir", dt=1000 * DT, method="euler")
    )
    with torch.no_grad():
        run = model.double().run(torch.from_numpy(drive[:, None]))
    spikes, outputs = integrated(parts, drive)
    assert spikes.any()
    np.testing.assert_array_equal(run.spikes[:, 0], spikes)
    np.testing.assert_allclose(run.outputs[:, 0], outputs, rtol=1e-4, atol=1e-5)
