"""Lottery tickets: early weights on the late support."""

import pytest
import torch
from torch import nn

from neurosparse.models import (
    TrainingPlan,
    dense_mlp,
    dense_twin,
    fit,
    iterative_magnitude_pruning,
    prune,
    rewound,
    sparsified,
)
from tests.models.training.helpers import blobs, total

pytestmark = pytest.mark.usefixtures("one_torch_thread")


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


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"rounds": 1, "share": 1.0}, "share: got 1"), ({"rounds": 0}, "rounds: got 0")],
)
def test_no_round_and_no_share_are_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        iterative_magnitude_pruning(nn.Linear(3, 3), print, **arguments)
