"""Pruning: exact numbers, scores against their definitions, recipes that still learn."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.models import (
    ByMagnitude,
    Data,
    Snip,
    SynFlow,
    TrainingPlan,
    dense_mlp,
    dense_twin,
    fit,
    iterative_magnitude_pruning,
    prune,
    sparse_mlp,
    sparsified,
)
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.training._prune import rewound
from neurosparse.pruning import Gradual, best, granet, to_density
from neurosparse.rewiring import Cubic
from neurosparse.wiring import RandomEdges

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def blobs():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 600)
    x = rng.standard_normal((4, 20))[y] * 1.5 + rng.standard_normal((600, 20))
    x = torch.from_numpy(x.astype(np.float32))
    y = torch.from_numpy(y)
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
    flat = np.concatenate(scores)
    mask = np.concatenate(masks)
    assert mask.sum() == keep
    if 0 < keep < n:
        assert flat[mask].min() >= flat[~mask].max()


@pytest.mark.parametrize(
    "score", [ByMagnitude(), Snip(torch.randn(9, 20), torch.zeros(9, dtype=int)), SynFlow((20,))]
)
@pytest.mark.parametrize("scope", ["global", "layer"])
def test_prune_is_exact(score, scope):
    net = dense_mlp([20, 16, 4], rng=0)
    out = prune(net, 0.13, score, scope=scope, rounds=3)
    sizes = (320, 64)
    assert total(out) == (
        round(0.13 * sum(sizes)) if scope == "global" else sum(round(0.13 * n) for n in sizes)
    )
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
    x = torch.randn(8, 6)
    y = torch.randint(0, 3, (8,))
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
    result = fit(
        net,
        blobs(),
        torch.optim.Adam(net.parameters(), 1e-2),
        TrainingPlan(epochs=10),
        rewiring=rule,
    )
    assert total(net) == 64
    densities = [row["density"] for row in result.history]
    assert densities == sorted(densities, reverse=True)
    assert result.history[-1]["accuracy"] > 0.9


def test_granet_shrinks_while_it_moves():
    net = sparse_mlp([20, 40, 40, 4], RandomEdges(0.5), rng=0)
    before = [layer.support for layer in sparse_layers(net).values()]
    rule = granet(0.1, every=5)
    fit(
        net,
        blobs(),
        torch.optim.SGD(net.parameters(), 0.05, 0.9),
        TrainingPlan(epochs=8),
        rewiring=rule,
    )
    assert total(net) == 240
    for old, layer in zip(before, sparse_layers(net).values(), strict=True):
        was, now = (
            set(zip(*(e.tolist() for e in s.edges()), strict=True)) for s in (old, layer.support)
        )
        assert now - was


def test_tickets_are_early_weights_on_the_late_support():
    start = dense_mlp([20, 16, 4], rng=0)
    data = blobs()
    seen = []

    def train(net):
        seen.append(total(net))
        fit(net, data, torch.optim.Adam(net.parameters(), 1e-2), TrainingPlan(epochs=2))

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
    fit(net, blobs(), optimizer, TrainingPlan(epochs=1))
    moment = copy.deepcopy(optimizer.state[net[0].values]["exp_avg"])
    kept = np.flatnonzero(to_density([ByMagnitude()(net)["0"]], 0.3, "layer", [320])[0])
    prune(net, 0.3, scope="layer", optimizer=optimizer)
    assert torch.equal(optimizer.state[net[0].values]["exp_avg"], moment[kept])
    fit(net, blobs(), optimizer, TrainingPlan(epochs=1))


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
        TrainingPlan(2),
        rewiring=Gradual(),
    )
    assert total(net) <= 4


def test_an_optimiser_is_refused_where_a_copy_would_be_pruned():
    """The call that the guide once showed: it pruned a copy and left the network and its moments as
    they were.
    """
    model = sparse_mlp([20, 16, 4], RandomEdges(0.5), rng=0)
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    with pytest.raises(
        ValueError, match=r"optimizer: got one, though 2 is dense .*keep_dense=\('2',\)"
    ):
        prune(model, 0.1, optimizer=optimizer)
    assert prune(model, 0.1, keep_dense="2", optimizer=optimizer) is model
    assert total(model) == 32


def test_sparse_layers_that_are_to_be_kept_are_not_pruned():
    model = sparse_mlp([20, 16, 16, 4], RandomEdges(0.5), rng=0)
    prune(model, 0.1, keep_dense=("0", "4"))
    assert [layer.nnz for layer in sparse_layers(model).values()] == [160, 26]


def test_a_ticket_of_a_dense_start_is_as_sparse_as_the_model():
    start = dense_mlp([20, 16, 4], rng=0)
    small = prune(start, 0.1, keep_dense=("2",))
    ticket = rewound(small, start)
    assert ticket[0].support == small[0].support
    assert torch.equal(ticket[0].to_dense().weight, small[0].to_dense().weight)
    assert isinstance(ticket[2], nn.Linear)
    with pytest.raises(ValueError, match="model: got no sparse layer '0'"):
        rewound(start, sparsified(start))
    with pytest.raises(ValueError, match="early: got a network without a linear layer '0'"):
        rewound(small, nn.Sequential(nn.ReLU()))
    with pytest.raises(ValueError, match="early: got '0'"):
        rewound(small, dense_mlp([20, 17, 4], rng=0))


def test_scores_leave_the_running_means_of_the_model_alone():
    model = nn.Sequential(nn.Linear(20, 16), nn.BatchNorm1d(16), nn.Linear(16, 4))
    data = blobs()
    small = prune(model, 0.2, Snip(data.x[:50], data.y[:50]))
    assert torch.equal(small[1].running_mean, torch.zeros(16))


def test_a_layer_with_two_names_stays_one_when_pruned():
    layer = nn.Linear(8, 8)
    small = prune(nn.Sequential(layer, nn.ReLU(), layer), 0.25)
    assert small[0] is small[2]
    assert small[0].nnz == 16


def test_layers_whose_weights_torch_reads_itself_are_refused():
    block = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    with pytest.raises(ValueError, match=r"self_attn.out_proj of a MultiheadAttention.*keep_dense"):
        prune(block, 0.5)
    with pytest.raises(
        ValueError, match=r"linear1 of a TransformerEncoderLayer.*set_fastpath_enabled"
    ):
        prune(block, 0.5, keep_dense=("self_attn.out_proj",))
    torch.backends.mha.set_fastpath_enabled(False)
    try:
        small = prune(block, 0.5, keep_dense=("self_attn.out_proj",)).eval()
        with torch.no_grad():
            assert small(torch.ones(2, 3, 8)).shape == (2, 3, 8)
    finally:
        torch.backends.mha.set_fastpath_enabled(True)


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (
            lambda m: prune(m, 0.1, keep_dense=("fc",)),
            ValueError,
            "keep_dense: got 'fc', wants one of 0, 2",
        ),
        (lambda m: prune(m, 0.1, "magnitude"), TypeError, "score: got 'magnitude'"),
        (lambda m: prune(m, 0.1, ByMagnitude), TypeError, "score: got <class"),
        (lambda m: prune(m, 0.1, rounds=2.5), TypeError, "rounds: got 2.5"),
        (lambda m: prune(prune(m, 0.2), 0.9), ValueError, "density: got 0.9, wants at most 0.2"),
        (lambda m: iterative_magnitude_pruning(m, print, rounds=0), ValueError, "rounds: got 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(call, kind, words):
    with pytest.raises(kind, match=words):
        call(dense_mlp([20, 16, 4], rng=0))
