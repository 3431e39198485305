"""Networks of sparse layers and their dense twins."""

import pytest
import torch
from torch import nn

from neurosparse.models import dense_mlp, dense_twin, sparse_mlp
from neurosparse.wiring import RandomEdges
from tests.models.layers.helpers import sparse

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_networks_and_their_twins():
    net = sparse_mlp([10, 8, 6, 3], RandomEdges(0.4), rng=0)
    x = torch.randn(4, 10)
    torch.testing.assert_close(dense_twin(net)(x), net(x), rtol=1e-4, atol=1e-5)
    again = sparse_mlp([10, 8, 6, 3], RandomEdges(0.4), rng=0)
    assert all(
        torch.equal(a, b) for a, b in zip(net.parameters(), again.parameters(), strict=True)
    )
    assert [p.shape for p in dense_mlp([10, 8, 6, 3]).parameters()] == [
        p.shape for p in dense_twin(net).parameters()
    ]


def test_a_layer_with_two_names_stays_one_in_the_twin():
    layer = sparse()
    shared = nn.Sequential(layer, nn.Linear(12, 20), layer)
    twin = dense_twin(shared)
    assert isinstance(twin[0], nn.Linear)
    assert twin[0] is twin[2]


@pytest.mark.parametrize(
    ("make", "kind", "words"),
    [
        (lambda: sparse_mlp([3], RandomEdges(0.5)), ValueError, "widths"),
        (lambda: sparse_mlp([3, 3, 3], [RandomEdges(0.5)] * 2), ValueError, "wiring"),
        (lambda: sparse_mlp([20, 12, 3], 0.1), TypeError, "wiring: got 0.1"),
    ],
)
def test_bad_input_names_the_argument(make, kind, words):
    with pytest.raises(kind, match=words):
        make()
