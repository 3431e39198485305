"""Which layer reads what another one gave."""

import pytest
import torch
from torch import nn

from neurosparse.models import ActivityRecorder, Rewirer, SparseLinear, rewire, sparse_mlp
from neurosparse.models.training.flow import DataFlow
from neurosparse.rewiring import chts, rigl, set_, srigl
from neurosparse.wiring import FixedInDegree, RandomEdges

pytestmark = pytest.mark.usefixtures("one_torch_thread")


class Backwards(nn.Module):
    """Layers defined in another order than they are called."""

    def __init__(self, wiring):
        super().__init__()
        self.last = SparseLinear(12, 12, wiring=wiring, rng=2)
        self.middle = SparseLinear(12, 12, wiring=wiring, rng=1)
        self.first = SparseLinear(12, 12, wiring=wiring, rng=0)

    def forward(self, x):
        return self.last(self.middle(self.first(x).relu()).relu())


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.q = SparseLinear(12, 12, 0.3, rng=0)
        self.k = SparseLinear(12, 12, 0.3, rng=1)

    def forward(self, x):
        return self.q(x) + self.k(x)


def trained(model, rule, steps=3):
    """What was moved in some steps, each with rewiring, and the model."""
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    x = torch.randn(20, 12, generator=torch.Generator().manual_seed(0))
    with Rewirer(model, rule, optimizer, steps=9, steps_per_epoch=1, rng=0) as rewirer:
        for _ in range(steps):
            optimizer.zero_grad()
            model(x).square().mean().backward()
            optimizer.step()
            rewirer.step()
    return rewirer.moved


def in_order(model):
    """The same layers and weights in a sequence."""
    parts = model.first, nn.ReLU(), model.middle, nn.ReLU(), model.last
    return nn.Sequential(*parts)


@pytest.mark.parametrize("rule", [chts(), srigl(every=1)])
def test_the_order_of_definition_changes_nothing(rule):
    wiring = FixedInDegree(3)
    one, other = Backwards(wiring), in_order(Backwards(wiring))
    assert trained(other, rule) == trained(one, rule) > 0
    if rule == chts():
        for mine, theirs in zip(in_order(one)[::2], other[::2], strict=True):
            assert mine.connectivity == theirs.connectivity


def test_branches_and_unknown_orders_are_no_chain():
    with pytest.raises(ValueError, match="q, which is not all that k reads"):
        trained(Branches(), chts())
    with pytest.raises(ValueError, match="last and middle, defined but not seen at work"):
        rewire(Backwards(RandomEdges(0.3)), chts(), 0.0, rng=0)
    model = Backwards(RandomEdges(0.3))
    with ActivityRecorder(model, follow=True) as seen:
        model(torch.randn(2, 12)).sum().backward()
        assert rewire(model, chts(), 0.0, recorder=seen, rng=0) > 0
    dense_between = nn.Sequential(
        SparseLinear(12, 12, 0.3), nn.Linear(12, 12), SparseLinear(12, 12, 0.3)
    )
    with pytest.raises(ValueError, match="0, which is not all that 2 reads"):
        trained(dense_between, chts())
    assert rewire(sparse_mlp([12] * 4, RandomEdges(0.3)), chts(), 0.0, rng=0) > 0
    for rule in (set_(), rigl(every=1)):
        assert trained(Branches(), rule) > 0


@pytest.mark.parametrize(
    "between",
    [
        nn.ReLU(inplace=True),
        nn.Sequential(nn.BatchNorm1d(4), nn.GELU(), nn.Dropout(0.5)),
        nn.LayerNorm(4),
        nn.Softplus(),
        nn.Identity(),
    ],
)
def test_what_acts_on_each_unit_is_followed(between):
    flow = DataFlow()
    layer = nn.Linear(3, 4)
    out = layer(torch.ones(2, 3))
    flow.called(layer, out, "call")
    assert flow.before(between(out)) == "call"


@pytest.mark.parametrize(
    "between",
    [
        lambda y: y @ torch.ones(4, 4),
        lambda y: y.T,
        lambda y: torch.cat([y, y]),
        lambda y: y.detach(),
        lambda y: y.flip(1),
        lambda y: y[:, [1, 0, 2, 3]],
        lambda y: y + y.exp(),
    ],
)
def test_what_mixes_units_is_not(between):
    flow = DataFlow()
    layer = nn.Linear(3, 4)
    out = layer(torch.ones(2, 3))
    flow.called(layer, out, "call")
    assert flow.before(between(out)) is None
