"""Pruning: exact numbers, in place or as a copy, what is refused."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import (
    Snip,
    SynFlow,
    TrainingPlan,
    dense_mlp,
    dense_twin,
    fit,
    prune,
    sparse_layers,
    sparse_mlp,
    sparsified,
)
from neurosparse.pruning import to_density
from neurosparse.rewiring import (
    Chance,
    EdgeCorrelation,
    Magnitude,
    RelativeImportance,
)
from neurosparse.wiring import RandomEdges
from tests.models.training.helpers import (
    blobs,
    total,
)

pytestmark = pytest.mark.usefixtures("one_torch_thread")


@pytest.mark.parametrize(
    "score",
    [
        Magnitude(),
        RelativeImportance(),
        Snip(torch.randn(9, 20), torch.zeros(9, dtype=int)),
        SynFlow((20,)),
    ],
)
@pytest.mark.parametrize("scope", ["global", "layer"])
def test_prune_is_exact(score, scope):
    net = dense_mlp([20, 16, 4], rng=0)
    out = prune(net, 0.13, score, scope=scope, rounds=3)
    sizes = (320, 64)
    assert total(out) == (
        round(0.13 * sum(sizes))
        if scope == "global"
        else sum(round(0.13 * n) for n in sizes)
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


def test_moments_follow_pruning():
    net = sparsified(dense_mlp([20, 16, 4], rng=0))
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    fit(net, blobs(), optimizer, TrainingPlan(epochs=1))
    moment = copy.deepcopy(optimizer.state[net[0].values]["exp_avg"])
    sizes = net[0].values.detach().abs().numpy()
    kept = np.flatnonzero(to_density([sizes], 0.3, "layer", [320])[0])
    prune(net, 0.3, scope="layer", optimizer=optimizer)
    assert torch.equal(optimizer.state[net[0].values]["exp_avg"], moment[kept])
    fit(net, blobs(), optimizer, TrainingPlan(epochs=1))


def test_an_optimiser_is_refused_where_a_copy_would_be_pruned():
    # the call that the guide once showed pruned a copy and left network and moments as they were
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


def test_a_score_that_wants_activity_says_so():
    with pytest.raises(ValueError, match="window: got None, wants recorded activity"):
        prune(nn.Linear(3, 3), 0.5, EdgeCorrelation())


def test_one_seed_prunes_alike_by_scores_that_draw():
    net = dense_mlp([20, 16, 4], rng=0)
    one, other, third = (prune(net, 0.2, Chance(), rng=seed) for seed in (1, 1, 2))
    assert one[0].support == other[0].support != third[0].support


@pytest.mark.parametrize(
    ("call", "kind", "words"),
    [
        (lambda m: prune(nn.Linear(3, 3), 0.0), ValueError, "density: .* 1 - sparsity"),
        (lambda m: prune(nn.ReLU(), 0.5), ValueError, "model: got 'ReLU'"),
        (lambda m: prune(m, 0.5, rounds=0), ValueError, "rounds: got 0"),
        (lambda m: prune(m, 0.1, rounds=2.5), ValueError, "rounds: got 2.5"),
        (lambda m: prune(m, 0.5, scope="all"), ValueError, "scope: got 'all'"),
        (
            lambda m: prune(m, 0.1, keep_dense=("fc",)),
            ValueError,
            "keep_dense: got 'fc', wants one of 0, 2",
        ),
        (lambda m: prune(m, 0.1, "magnitude"), TypeError, "score: got 'magnitude'"),
        (lambda m: prune(m, 0.1, Magnitude), TypeError, "score: got <class"),
        (lambda m: prune(m, 0.1, SynFlow), TypeError, "score: got <class"),
        (
            lambda m: prune(prune(m, 0.2), 0.9),
            ValueError,
            "density: got 0.9, wants at most 0.2",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(call, kind, words):
    with pytest.raises(kind, match=words):
        call(dense_mlp([20, 16, 4], rng=0))
