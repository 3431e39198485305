"""Operation counts against NeuroBench: figures it gave, and the package where it is installed."""

import importlib.util

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.analysis import (
    SynOps,
    activation_sparsity,
    connection_sparsity,
    footprint,
    membrane_updates,
    sum_operations,
    synaptic_operations,
)
from neurosparse.connectivity import Connectivity

# neurobench 2.3.0 with snntorch 1.0.0 and torch 2.13 on `case(graded)`: Linear(20, 16), Leaky(0.9),
# Linear(16, 10),
# Leaky(0.9), no offsets, Benchmark(...).run() over one batch of the 12 samples; `live` below is
# that code
ORACLE = {
    False: {
        "ActivationSparsity": 0.8755128205128205,
        "ConnectionSparsity": 0.4313,
        "Effective_MACs": 0.0,
        "Effective_ACs": 1654.4166666666667,
        "Dense": 12000.0,
        "MembraneUpdates": 632.0833333333334,
    },
    True: {
        "ActivationSparsity": 0.8787179487179487,
        "ConnectionSparsity": 0.4313,
        "Effective_MACs": 60.416666666666664,
        "Effective_ACs": 1588.75,
        "Dense": 12000.0,
        "MembraneUpdates": 632.0833333333334,
    },
}


def case(graded):
    """Weights `[n_post, n_pre]` of two layers, 43 % zeros, and input `[steps, samples, 20]`."""
    rng = np.random.default_rng(7)
    weights = [
        np.round(rng.standard_normal(s).astype(np.float32) * 0.6, 3)
        for s in ((16, 20), (10, 16))
    ]
    for w in weights:
        w[rng.random(w.shape) < 0.4] = 0
    x = (rng.random((12, 25, 20)) < 0.3).astype(np.float32)
    if graded:
        x[:, 3] *= 0.5
    return weights, x.transpose(1, 0, 2)


def leaky(weight, x):
    """snnTorch's Leaky(0.9) behind a linear layer: spikes, membranes before and after each step."""
    mem = np.zeros((x.shape[1], len(weight)), np.float32)
    spikes = []
    before = []
    after = []
    for x_t in x:
        before.append(mem)
        mem = np.float32(0.9) * mem + x_t @ weight.T - (mem > 1)
        after.append(mem)
        spikes.append((mem > 1).astype(np.float32))
    return tuple(np.stack(part) for part in (spikes, before, after))


def ours(graded):
    weights, x = case(graded)
    layers = [Connectivity.from_dense(w.T) for w in weights]
    runs = []
    seen = [x]
    for weight in weights:
        runs.append(leaky(weight, seen[-1]))
        seen.append(runs[-1][0])
    done = sum_operations(
        synaptic_operations(c, a) for c, a in zip(layers, seen, strict=False)
    )
    return {
        "ActivationSparsity": activation_sparsity(seen[1:]),
        "ConnectionSparsity": connection_sparsity(layers),
        "MembraneUpdates": sum(
            membrane_updates(before, after) for _, before, after in runs
        ),
    } | done.neurobench()


@pytest.mark.parametrize("graded", [False, True])
def test_counts_are_those_of_neurobench(graded):
    found = ours(graded)
    assert found == pytest.approx(ORACLE[graded])
    assert (found["Effective_MACs"] > 0) == graded


def live(graded):
    """What the installed neurobench says."""
    import neurobench.metrics.static as static
    import neurobench.metrics.workload as workload
    import snntorch
    from neurobench.benchmarks import Benchmark
    from neurobench.models import SNNTorchModel
    from torch.utils.data import DataLoader, TensorDataset

    weights, x = case(graded)
    leaks = [snntorch.Leaky(0.9, init_hidden=True, output=last) for last in (False, True)]
    linears = [torch.nn.Linear(20, 16, bias=False), torch.nn.Linear(16, 10, bias=False)]
    with torch.no_grad():
        for linear, weight in zip(linears, weights, strict=True):
            linear.weight.copy_(torch.from_numpy(weight))
    net = torch.nn.Sequential(linears[0], leaks[0], linears[1], leaks[1])
    data = TensorDataset(
        torch.from_numpy(np.ascontiguousarray(x.transpose(1, 0, 2))), torch.zeros(12).long()
    )
    metrics = [
        [static.ConnectionSparsity],
        [
            workload.ActivationSparsity,
            workload.SynapticOperations,
            workload.MembraneUpdates,
        ],
    ]
    found = Benchmark(
        SNNTorchModel(net), DataLoader(data, batch_size=12), [], [], metrics
    ).run()
    return found.pop("SynapticOperations") | found


@pytest.mark.skipif(
    importlib.util.find_spec("neurobench") is None,
    reason="neurobench is not installed; the figures it gave stand in ORACLE",
)
@pytest.mark.parametrize("graded", [False, True])
def test_counts_agree_with_the_installed_neurobench(graded):
    assert ours(graded) == pytest.approx(live(graded))


def test_the_worked_example_of_its_documentation():
    layer = Connectivity.from_dense(
        np.array([[1.3, 0, -3.2], [0, 1.2, -5.1], [-1.1, 2.7, 0]]).T
    )
    assert synaptic_operations(layer, [[[0, 1.3, -1]]]) == SynOps(4.0, 0.0, 9.0)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.floats(0, 1))
def test_the_definition_by_hand(seed, density, rate):
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((4, 5)) * (rng.random((4, 5)) < density)
    x = (rng.random((6, 3, 4)) < rate).astype(float)
    found = synaptic_operations(Connectivity.from_dense(w), x)
    by_hand = sum((x[t, b] != 0) @ (w != 0).sum(1) for t in range(6) for b in range(3)) / 3
    assert found == SynOps(0.0, pytest.approx(by_hand), 120.0)
    assert synaptic_operations(
        Connectivity.from_dense(w), 0.5 * x
    ).effective_macs == pytest.approx(
        sum(
            (x[t, b] != 0) @ (w != 0).sum(1)
            for t in range(6)
            for b in range(3)
            if x[t].any()
        )
        / 3
    )


def test_stored_zeros_cost_nothing():
    stored = Connectivity.from_edges([0, 0], [0, 1], n_pre=1, n_post=2, weight=[0.0, 2.0])
    assert synaptic_operations(stored, [[1.0]]).effective_acs == 1.0
    assert connection_sparsity([stored]) == 0.5


def test_edges_of_what_can_be_counted():
    assert footprint([]) == 0
    assert activation_sparsity([]) == 0.0
    assert connection_sparsity([]) == 0.0
    assert sum_operations([]) == SynOps(0.0, 0.0, 0.0)
    empty = Connectivity.empty(3, 2)
    assert synaptic_operations(empty, np.ones((2, 1, 3))) == SynOps(0.0, 0.0, 12.0)
    assert synaptic_operations(empty, np.ones((0, 1, 3))) == SynOps(0.0, 0.0, 0.0)
    assert membrane_updates(np.ones((0, 1, 3)), np.ones((0, 1, 3))) == 0.0


def test_bad_input_is_refused():
    layer = Connectivity.empty(3, 2)
    for wrong in (np.ones((2, 1, 4)), np.ones((2, 0, 3)), np.ones(3)):
        with pytest.raises(ValueError, match="inputs: got"):
            synaptic_operations(layer, wrong)
    with pytest.raises(ValueError, match="finite"):
        synaptic_operations(layer, [[[np.nan, 0, 0]]])
    with pytest.raises(ValueError, match="one shape"):
        membrane_updates(np.ones((2, 1, 3)), np.ones((2, 1, 4)))
