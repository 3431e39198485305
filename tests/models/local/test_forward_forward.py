"""Forward-Forward against gradients by hand, on every kind of layer, in `fit` and in a loop."""

import numpy as np
import pytest
import torch

from neurosparse.models import (
    ForwardForward,
    Hybrids,
    LabelPixels,
    Length,
    Rewirer,
    SquaredSum,
    TopSquares,
    TrainingPlan,
    dense_twin,
    fit,
    load,
    prune,
    save,
    sparse_layers,
)
from neurosparse.models.local.pairs import Pair
from neurosparse.rewiring import rigl, set_
from tests.models.local.nets import (
    KINDS,
    cut_after,
    digits,
    layer_of,
    pair_of_layers,
    slope_of,
)

pytestmark = pytest.mark.usefixtures("one_torch_thread")

WEIGHT = np.array([[1.0, 0.5], [-0.5, 1.0], [0.3, -0.2]])


class Fixed:
    """One good and one bad sample."""

    def check(self, width):
        assert width == 2

    def __call__(self, x, y):
        return Pair(x, torch.tensor([[0.8, -0.6]], dtype=x.dtype))


@pytest.mark.parametrize("kind", KINDS)
def test_loss_and_gradient_by_hand(kind):
    net = ForwardForward([layer_of(kind, WEIGHT)], Fixed(), SquaredSum(2.0))
    loss = net.learning_loss(
        torch.tensor([[0.6, 0.8]], dtype=torch.float64), torch.zeros(1)
    )
    assert loss.item() == pytest.approx(0.65855111, abs=1e-8)
    loss.backward()
    expected = [
        [-0.34139504, -0.59281814],
        [-0.20372746, -0.27163661],
        [0.03941402, -0.04653780],
    ]
    np.testing.assert_allclose(slope_of(net.layers[0]), expected, atol=1e-8)


def test_layers_learn_alone_and_together_only_where_told():
    x = torch.rand(8, 12)
    y = torch.arange(8) % 3
    slopes = {}
    for local in (True, False):
        net = ForwardForward(
            pair_of_layers("sparse", [12, 10, 10]), LabelPixels(3), Length(), local=local
        )
        torch.manual_seed(1)
        first = net.goodnesses(x)[0]
        torch.manual_seed(1)
        net.learning_loss(x, y).backward()
        slopes[local] = net.layers[0].values.grad.clone()
        assert first.shape == (8,)
        # the first layer alone
        alone = ForwardForward([net.layers[0]], LabelPixels(3), Length())
        net.layers[0].values.grad = None
        torch.manual_seed(1)
        alone.learning_loss(x, y).backward()
        same = torch.allclose(alone.layers[0].values.grad, slopes[local], atol=1e-7)
        assert same is local
    assert not torch.allclose(slopes[True], slopes[False], atol=1e-4)


def test_the_length_of_a_sample_tells_nothing():
    net = ForwardForward(pair_of_layers("sparse", [12, 10, 10]), LabelPixels(3))
    x = torch.rand(4, 12)
    torch.testing.assert_close(net.goodnesses(3 * x), net.goodnesses(x))
    assert net.goodnesses(torch.zeros(1, 12)).isfinite().all()


def test_chances_are_means_over_layers():
    net = ForwardForward(pair_of_layers("dense", [12, 10, 10, 10]), LabelPixels(3), skip=1)
    x = torch.rand(5, 12)
    logs = net(x)
    torch.testing.assert_close(logs.exp().sum(1), torch.ones(5))
    written = [net.pairs.write(x, torch.full((5,), c)) for c in range(3)]
    chances = torch.stack([net.goodnesses(w) for w in written]).softmax(0)[:, 1:].mean(1)
    torch.testing.assert_close(logs.exp(), chances.T)
    assert net(x[:0]).shape == (0, 3)


def net_of(kind, goodness):
    return ForwardForward(pair_of_layers(kind, [74, 60, 60]), LabelPixels(10), goodness)


@pytest.mark.parametrize("kind", KINDS)
def test_it_learns_digits(kind):
    net = net_of(kind, TopSquares(20))
    torch.manual_seed(0)
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    data = digits(10)
    rule = rigl(every=10) if kind == "sparse" else None
    before = [layer.topology_hash() for layer in sparse_layers(net).values()]
    history = fit(net, data, optimizer, TrainingPlan(4), rewiring=rule).history
    assert history[-1]["loss"] < history[0]["loss"]
    assert history[-1]["accuracy"] > 0.6
    after = [layer.topology_hash() for layer in sparse_layers(net).values()]
    assert all(a != b for a, b in zip(after, before, strict=True))
    assert len(after) == 2 * (kind == "sparse")


def test_a_run_that_was_cut_goes_on_to_the_bit(tmp_path):
    data = digits(10, 200)

    def run(checkpoint, *callbacks):
        torch.manual_seed(0)
        net = net_of("sparse", SquaredSum())
        optimizer = torch.optim.Adam(net.parameters(), 0.01)
        plan = TrainingPlan(3, checkpoint=tmp_path / checkpoint)
        fit(net, data, optimizer, plan, rewiring=set_(0.3), callbacks=callbacks)
        return net

    whole = run("whole.pt").state_dict()
    run("cut.pt", cut_after(1))
    cut = run("cut.pt").state_dict()
    assert whole.keys() == cut.keys()
    assert all(torch.equal(whole[name], cut[name]) for name in whole)


def test_own_loop_pruning_saving_and_the_dense_twin(tmp_path):
    net = net_of("sparse", SquaredSum())
    data = digits(10, 128)
    optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
    with Rewirer(net, rigl(every=2), optimizer, steps=6, rng=0) as rewirer:
        for _ in range(6):
            optimizer.zero_grad()
            net.learning_loss(data.x, data.y).backward()
            optimizer.step()
            rewirer.step()
    assert rewirer.updates == 2
    assert rewirer.moved > 0
    twin = dense_twin(net)
    torch.testing.assert_close(twin(data.x), net(data.x), atol=1e-5, rtol=1e-5)
    prune(net, 0.05, optimizer=optimizer)
    assert sum(layer.nnz for layer in sparse_layers(net).values()) == round(0.05 * 134 * 60)
    save(tmp_path / "net.pt", net)
    other = net_of("sparse", SquaredSum())
    load(tmp_path / "net.pt", other)
    assert torch.equal(other(data.x), net(data.x))
    sparse = prune(twin, 0.02)
    assert sparse.learning_loss(data.x, data.y).isfinite()


def test_without_labels_layers_learn_and_a_read_out_is_told_of():
    torch.manual_seed(0)
    net = ForwardForward(
        pair_of_layers("sparse", [64, 60]), Hybrids(8, 8, 4), SquaredSum(1.0)
    )
    data = digits(samples=400)
    optimizer = torch.optim.Adam(net.parameters(), 0.03)
    losses = [row["loss"] for row in fit(net, _untested(data), optimizer).history]
    # who knows nothing loses ln 2
    assert losses[0] > 0.68 > 0.66 > losses[-1]
    assert [h.shape for h in net.activities(data.x)] == [(400, 60)]
    with pytest.raises(ValueError, match="train a read-out"):
        net(data.x)


def _untested(data):
    return type(data)(data.x, data.y, batch=64)
