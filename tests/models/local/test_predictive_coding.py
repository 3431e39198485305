"""Predictive coding beside backpropagation: where they are equal, and where not."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import (
    Equilibrium,
    FixedPrediction,
    PredictiveCoding,
    Rewirer,
    TrainingPlan,
    fit,
    sparse_layers,
)
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

RNG = np.random.default_rng(0)
W1 = 0.7 * RNG.standard_normal((3, 2))
W2 = 0.7 * RNG.standard_normal((2, 3))
X = torch.tensor([[0.5, -1.0]], dtype=torch.float64)
Y = torch.tensor([[1.0, 0.0]], dtype=torch.float64)
SETTLED = Equilibrium(steps=3000, step_size=0.1, tolerance=1e-15)
DW1 = [[-0.17089356, 0.34178711], [-0.14359283, 0.28718567], [0.11456378, -0.22912756]]
DW2 = [[-0.07772152, -0.08571442, 0.23730668], [-0.02677374, -0.02952715, 0.0817481]]


def net_of(kind, inference, variance=1.0):
    layers = [layer_of(kind, W1), layer_of(kind, W2)]
    return PredictiveCoding(layers, inference, output_variance=variance)


def learned(net, y=Y):
    """Gradients of both layers, `[out, in]`."""
    net.zero_grad()
    net.learning_loss(X, y).backward()
    return [slope_of(layer).clone() for layer in net.layers]


def backprop(y=Y):
    """The same by torch."""
    net = net_of("dense", FixedPrediction())
    (net(X) - y).square().sum().div(2).backward()
    return [layer.weight.grad for layer in net.layers]


def difference(a, b):
    return float((a - b).norm() / b.norm())


def test_the_net_of_the_check_values():
    np.testing.assert_allclose(W1[0], [0.08801115, -0.0924734], atol=1e-8)
    one, two = backprop()
    np.testing.assert_allclose(one, DW1, atol=1e-8)
    np.testing.assert_allclose(two, DW2, atol=1e-8)
    net = net_of("dense", FixedPrediction())
    assert (net(X) - Y).square().sum().item() / 2 == pytest.approx(0.18365048, abs=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_fixed_prediction_is_backpropagation(kind):
    net = net_of(kind, FixedPrediction())
    settled = net.settle(X, Y)
    np.testing.assert_allclose(
        settled.errors[0], [[0.34178711, 0.28718567, -0.22912756]], atol=1e-8
    )
    np.testing.assert_allclose(settled.errors[1], [[0.57300753, 0.19739132]], atol=1e-8)
    for mine, theirs in zip(learned(net), backprop(), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-15, rtol=0)
    # a label is one of the outputs being 1
    label = net.learning_loss(X, torch.tensor([0]))
    assert label.item() == net.learning_loss(X, Y).item()


@pytest.mark.parametrize(
    ("variance", "expected"),
    [(1, 0.66655031), (10, 0.18174296), (100, 0.02206729), (1000, 0.00225523)],
)
def test_equilibrium_nears_backpropagation_as_the_output_is_held_loosely(
    variance, expected
):
    one, _ = learned(net_of("sparse", SETTLED, variance))
    assert difference(one * variance, backprop()[0]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("size", "expected"),
    [(1, 0.696672), (0.1, 0.691943), (0.01, 0.692012), (0.001, 0.692023)],
)
def test_equilibrium_does_not_near_it_as_the_error_shrinks(size, expected):
    net = net_of("dense", SETTLED)
    y = net(X).detach() + size * torch.tensor([[1.0, -0.5]], dtype=torch.float64)
    one, _ = learned(net, y)
    theirs, _ = backprop(y)
    assert difference(one, theirs) == pytest.approx(expected, abs=2e-6)
    cosine = torch.cosine_similarity(one.flatten(), theirs.flatten(), 0)
    assert 0.995 < cosine < 0.997


def test_the_energy_is_the_loss_and_its_slope_is_local():
    net = net_of("dense", SETTLED, 2.0)
    loss = net.learning_loss(X, Y)
    inputs, errors, steps = net.settle(X, Y)
    assert steps < 3000
    value = errors[0].square().sum() / 2 + 2 * errors[1].square().sum() / 2
    assert loss.item() == pytest.approx(value.item(), rel=1e-12)
    one, two = learned(net)
    torch.testing.assert_close(one, -errors[0].T @ inputs[0])
    torch.testing.assert_close(two, -errors[1].T @ inputs[1])
    # at rest, the error of the hidden layer is what comes down
    hidden = torch.atanh(inputs[1])
    down = (errors[1] @ torch.from_numpy(W2)) * (1 - torch.tanh(hidden) ** 2)
    torch.testing.assert_close(errors[0], down, atol=1e-12, rtol=0)


@pytest.mark.parametrize("kind", ["dense", "sparse"])
def test_steps_of_learning_equal_those_of_backpropagation(kind):
    def start():
        torch.manual_seed(0)
        layers = pair_of_layers(kind, [12, 9, 7, 4])
        return PredictiveCoding([layer.double() for layer in layers], FixedPrediction())

    mine = start()
    theirs = start()
    x = torch.rand(16, 12, dtype=torch.float64)
    y = torch.rand(16, 4, dtype=torch.float64)
    by_hand = []
    for net in (mine, theirs):
        optimizer = torch.optim.SGD(net.parameters(), 0.5, momentum=0.9)
        for _ in range(60):
            optimizer.zero_grad()
            by_hand.append((net(x) - y).square().sum() / 32)
            loss = net.learning_loss(x, y) if net is mine else by_hand[-1]
            loss.backward()
            optimizer.step()
    assert by_hand[-1] < by_hand[0] / 2
    for one, other in zip(mine.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-10, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("inference", [Equilibrium(10, 0.2), FixedPrediction()])
def test_it_learns_digits_in_fit(kind, inference, tmp_path):
    def run(checkpoint, *callbacks):
        net = PredictiveCoding(pair_of_layers(kind, [64, 40, 10]), inference)
        optimizer = torch.optim.Adam(net.parameters(), 0.01)
        plan = TrainingPlan(3, checkpoint=tmp_path / checkpoint)
        rule = set_(0.2) if kind == "sparse" else None
        done = fit(net, digits(), optimizer, plan, rewiring=rule, callbacks=callbacks)
        return net, done.history

    net, history = run("whole.pt")
    assert history[-1]["accuracy"] > 0.75
    assert all(p.requires_grad for p in net.parameters())
    if kind == "sparse":
        run("cut.pt", cut_after(1))
        again, _ = run("cut.pt")
        names = net.state_dict()
        assert all(torch.equal(again.state_dict()[n], v) for n, v in names.items())


def test_a_rule_sees_what_is_learned_from_and_not_the_way_there():
    net = PredictiveCoding(pair_of_layers("sparse", [12, 9, 4]), Equilibrium(5, 0.2))
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    x = torch.rand(8, 12)
    y = torch.arange(8) % 4
    with Rewirer(net, rigl(every=1), optimizer, steps=3, rng=0) as rewirer:
        net.learning_loss(x, y).backward()
        errors = net.settle(x, y).errors
        for layer, error in zip(sparse_layers(net).values(), errors, strict=True):
            window = rewirer.recorder.window(layer)
            np.testing.assert_allclose(window.slopes, -error / 8, atol=1e-6)
        optimizer.step()
        assert rewirer.step() > 0


def test_values_that_grow_without_bound_are_named():
    net = net_of("dense", Equilibrium(2000, 50.0))
    with pytest.raises(ValueError, match="step_size: got 50.0, with which values grow"):
        net.learning_loss(X, Y)
    assert all(p.requires_grad for p in net.parameters())


def test_targets_of_another_size_are_refused():
    net = net_of("dense", FixedPrediction())
    with pytest.raises(ValueError, match=r"y: got shape \[1, 3\], wants \[batch, 2\]"):
        net.learning_loss(X, torch.zeros(1, 3))
    with pytest.raises(ValueError, match="y: got 2 targets, wants 1"):
        net.learning_loss(X, torch.zeros(2, 2))
    assert net.learning_loss(X[:0], Y[:0]).item() == 0


def test_one_layer_is_regression():
    for inference in (Equilibrium(), FixedPrediction()):
        net = PredictiveCoding([nn.Linear(2, 2).double()], inference)
        net.learning_loss(X, Y).backward()
        slope = -(Y - net(X).detach()).T @ X
        torch.testing.assert_close(net.layers[0].weight.grad, slope)
