"""Pruning: exact numbers, scores against their definitions, recipes that still learn."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.models.fit import Data, Plan, fit
from neurosparse.models.mlp import dense_mlp, dense_twin, sparse_layers, sparse_mlp
from neurosparse.models.prune import (
    ByMagnitude,
    Snip,
    SynFlow,
    iterative_magnitude_pruning,
    prune,
    rewound,
    sparsified,
)
from neurosparse.pruning import Gradual, best, granet, to_density
from neurosparse.rewiring.schedules import Cubic
from neurosparse.wiring.bipartite_random import RandomEdges

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def blobs():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 600)
    x = rng.standard_normal((4, 20))[y] * 1.5 + rng.standard_normal((600, 20))
    x, y = torch.from_numpy(x.astype(np.float32)), torch.from_numpy(y)
    return Data(x[:400], y[:400], x[400:], y[400:], batch=50)


def total(model):
    return sum(layer.nnz for layer in sparse_layers(model).values())


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 5), max_size=8), min_size=1, max_size=4), st.data())
def test_best_keeps_exactly_and_the_best(rows, data):
    scores = [np.array(row, float) for row in rows]
    n = sum(map(len, rows))
    keep = data.draw(st.integers(0, n))
    masks = best(scores, keep)
    flat, mask = np.concatenate(scores), np.concatenate(masks)
    assert mask.sum() == keep
    if 0 < keep < n:
        assert flat[mask].min() >= flat[~mask].max()


@pytest.mark.parametrize("score", [ByMagnitude(), Snip(torch.randn(9, 20), torch.zeros(9, dtype=int)), SynFlow((20,))])
@pytest.mark.parametrize("scope", ["global", "layer"])
def test_prune_is_exact(score, scope):
    net = dense_mlp([20, 16, 4], rng=0)
    out = prune(net, 0.13, score, scope=scope, rounds=3)
    sizes = (320, 64)
    assert total(out) == (round(0.13 * sum(sizes)) if scope == "global" else sum(round(0.13 * n) for n in sizes))
    assert isinstance(net[0], nn.Linear)
    again = prune(out, 0.05, score, scope=scope)
    assert again is out
    kept = prune(net, 0.1, score, keep_dense=("2",))
    assert isinstance(kept[2], nn.Linear)
    assert total(kept) == 32


def test_magnitude_keeps_the_largest_weights():
    net = dense_mlp([20, 16, 4], rng=0)
    flat = torch.cat([net[0].weight.flatten(), net[2].weight.flatten()]).abs()
    pruned = dense_twin(prune(net, 0.25))
    left = torch.cat([pruned[0].weight.flatten(), pruned[2].weight.flatten()])
    assert left[left != 0].abs().min() >= flat[left == 0].max()


def test_snip_is_weight_times_gradient():
    net = dense_mlp([6, 5, 3], rng=0)
    x, y = torch.randn(8, 6), torch.randint(0, 3, (8,))
    nn.functional.cross_entropy(net(x), y).backward()
    expected = (net[0].weight * net[0].weight.grad).abs().detach().numpy().T.ravel()
    np.testing.assert_allclose(Snip(x, y)(sparsified(net))["0"], expected, rtol=1e-3, atol=1e-7)


def test_synflow_conserves_flow_and_never_cuts_a_layer_off():
    net = dense_mlp([30, 20, 20, 5], rng=0)
    scores = SynFlow((30,))(sparsified(net))
    sums = [part.sum() for part in scores.values()]
    np.testing.assert_allclose(sums, sums[0], rtol=1e-6)
    out = prune(net, 0.02, SynFlow((30,)), rounds=100)
    assert total(out) == round(0.02 * (600 + 400 + 100))
    assert min(layer.nnz for layer in sparse_layers(out).values()) > 0
    flow = dense_twin(out)
    for parameter in flow.parameters():
        parameter.data.abs_()
    assert flow(torch.ones(1, 30)).sum() > 0


def test_gradual_pruning_reaches_its_density_and_learns():
    net = sparsified(dense_mlp([20, 32, 4], rng=0), keep_dense=("2",))
    rule = Gradual(Cubic(1.0, 0.1, 0.1, 0.7), every=4)
    result = fit(net, blobs(), torch.optim.Adam(net.parameters(), 1e-2), Plan(epochs=10), rewiring=rule)
    assert total(net) == 64
    densities = [row["density"] for row in result.history]
    assert densities == sorted(densities, reverse=True)
    assert result.history[-1]["accuracy"] > 0.9


def test_granet_shrinks_while_it_moves():
    net = sparse_mlp([20, 40, 40, 4], RandomEdges(0.5), rng=0)
    before = [layer.support for layer in sparse_layers(net).values()]
    rule = granet(0.1, every=5)
    fit(net, blobs(), torch.optim.SGD(net.parameters(), 0.05, 0.9), Plan(epochs=8), rewiring=rule)
    assert total(net) == 240
    for old, layer in zip(before, sparse_layers(net).values(), strict=True):
        was, now = (set(zip(*(e.tolist() for e in s.edges()), strict=True)) for s in (old, layer.support))
        assert now - was


def test_tickets_are_early_weights_on_the_late_support():
    start, data, seen = dense_mlp([20, 16, 4], rng=0), blobs(), []

    def train(net):
        seen.append(total(net))
        fit(net, data, torch.optim.Adam(net.parameters(), 1e-2), Plan(epochs=2))

    ticket = iterative_magnitude_pruning(start, train, rounds=4)
    assert seen == [384, 307, 246, 197]
    assert total(ticket) == round(384 * 0.8**4)
    weight = dense_twin(ticket)[0].weight
    assert torch.equal(weight[weight != 0], start[0].weight[weight != 0])
    train(ticket)
    other = sparsified(start)
    other[0].edit(drop=[0])
    with pytest.raises(ValueError, match="early"):
        rewound(sparsified(start), other)


def test_moments_follow_pruning():
    net = sparsified(dense_mlp([20, 16, 4], rng=0))
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    fit(net, blobs(), optimizer, Plan(epochs=1))
    moment = copy.deepcopy(optimizer.state[net[0].values]["exp_avg"])
    kept = np.flatnonzero(to_density([ByMagnitude()(net)["0"]], 0.3, "layer", [320])[0])
    prune(net, 0.3, scope="layer", optimizer=optimizer)
    assert torch.equal(optimizer.state[net[0].values]["exp_avg"], moment[kept])
    fit(net, blobs(), optimizer, Plan(epochs=1))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: prune(nn.Linear(3, 3), 0.0), "sparsity"),
        (lambda: prune(nn.ReLU(), 0.5), "model"),
        (lambda: prune(nn.Linear(3, 3), 0.5, rounds=0), "rounds"),
        (lambda: prune(nn.Linear(3, 3), 0.5, scope="all"), "scope"),
        (lambda: best([np.array([np.nan])], 1), "NaN"),
        (lambda: best([np.ones(2)], 3), "keep"),
        (lambda: iterative_magnitude_pruning(nn.Linear(3, 3), print, rounds=1, share=1.0), "share"),
        (lambda: Cubic(1.0, 0.1, 0.5, 0.5), "end"),
    ],
)
def test_bad_input_names_the_argument(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_gradual_leaves_a_sparser_network_alone():
    net = sparse_mlp([4, 4, 2], [Connectivity.from_dense(np.eye(4))], rng=0)
    fit(
        net,
        Data(torch.randn(9, 4), torch.zeros(9, dtype=int)),
        torch.optim.SGD(net.parameters(), 0.1),
        Plan(2),
        rewiring=Gradual(),
    )
    assert total(net) <= 4
