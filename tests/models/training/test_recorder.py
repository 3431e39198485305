"""What is recorded of sparse layers."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.models import (
    ActivityRecorder,
    SparseLinear,
    rewire,
    sparse_layers,
)
from neurosparse.rewiring import (
    Sampling,
    rigl,
)
from tests.models.spiking.networks import inputs, model
from tests.models.training.helpers import digit_network

pytestmark = pytest.mark.usefixtures("one_torch_thread")


def test_recorder_sees_activity_behind_the_nonlinearity():
    model = digit_network()
    layers = list(sparse_layers(model).values())
    with ActivityRecorder(model, Sampling(2, 8)) as seen:
        for _ in range(3):
            x = torch.randn(20, 64)
            model(x).sum().backward()
        model.eval()
        model(torch.zeros(20, 64))
    window = seen.window(layers[0])
    assert window.inputs.shape == (16, 64)
    assert np.array_equal(window.inputs[8:], x[:8].numpy())
    assert window.outputs.min() == 0
    assert np.array_equal(window.outputs, seen.window(layers[1]).inputs)
    assert np.abs(window.slopes).max() > 0


def test_window_gradient_is_the_gradient():
    model = digit_network()
    layer = model[0]
    with ActivityRecorder(model, Sampling(1)) as seen:
        model(torch.randn(30, 64)).square().mean().backward()
    window = seen.window(layer)
    pre, post = layer.support.edges()
    dense = window.inputs.T @ window.slopes
    np.testing.assert_allclose(
        dense[pre, post], layer.values.grad.numpy(), rtol=1e-3, atol=1e-6
    )


def test_nothing_recorded_is_said_and_no_hook_stays():
    model = digit_network()
    with ActivityRecorder(model, Sampling(1)) as recorder:
        with pytest.raises(ValueError, match="train a step"):
            rewire(model, rigl(), 0.0, recorder=recorder, rng=0)
        assert all(layer._forward_hooks for layer in sparse_layers(model).values())
    assert not any(layer._forward_hooks for layer in model)
    assert ActivityRecorder(model, Sampling()).window(model[0]) is None


class Twice(nn.Module):
    """One layer used twice."""

    def __init__(self):
        super().__init__()
        self.a = SparseLinear(12, 12, 0.3, rng=0)

    def forward(self, x):
        return self.a(torch.tanh(self.a(x)))


class Branches(nn.Module):
    """Two layers that read the same, and one that reads their product."""

    def __init__(self):
        super().__init__()
        self.o = SparseLinear(12, 12, 0.3, rng=2)
        self.q = SparseLinear(12, 12, 0.3, rng=0)
        self.k = SparseLinear(12, 12, 0.3, rng=1)

    def forward(self, x):
        return self.o(torch.relu(self.q(x)) * self.k(x))


def whole_gradient(window):
    return window.inputs.T @ window.slopes


def on_support(layer, matrix):
    pre, post = layer.support.edges()
    return matrix[pre, post]


def test_a_layer_used_twice_has_the_gradient_of_both():
    net = Twice()
    with ActivityRecorder(net, Sampling(1)) as seen:
        net(torch.randn(5, 12)).square().sum().backward()
    gradient = on_support(net.a, whole_gradient(seen.window(net.a)))
    np.testing.assert_allclose(gradient, net.a.values.grad.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("batches", [1, 2])
def test_micro_batches_are_one_batch_and_steps_are_several(batches):
    net = Twice()
    optimizer = torch.optim.SGD(net.parameters(), 0.01)
    gradients = []
    with ActivityRecorder(net, Sampling(batches)) as seen:
        for _ in range(3):
            optimizer.zero_grad()
            for _ in range(4):
                (net(torch.randn(5, 12)).square().sum() / 4).backward()
            gradients.append(net.a.values.grad.numpy().copy())
            optimizer.step()
    window = seen.window(net.a)
    assert len(window.inputs) == batches * 4 * 2 * 5
    gradient = on_support(net.a, whole_gradient(window))
    np.testing.assert_allclose(gradient, sum(gradients[-batches:]), rtol=1e-3, atol=1e-5)


def test_two_losses_of_one_graph_add_their_gradients():
    net = Twice()
    with ActivityRecorder(net, Sampling(1)) as seen:
        out = net(torch.randn(5, 12))
        out.sum().backward(retain_graph=True)
        out.square().sum().backward()
        both = on_support(net.a, whole_gradient(seen.window(net.a)))
        np.testing.assert_allclose(both, net.a.values.grad.numpy(), rtol=1e-4, atol=1e-5)


def test_gradients_that_were_taken_away_are_forgotten():
    net = Twice()
    with ActivityRecorder(net, Sampling(1)) as seen:
        for n in (5, 7):
            net.zero_grad()
            net(torch.randn(n, 12)).sum().backward()
            with torch.no_grad():
                net(torch.randn(100, 12))
        assert len(seen.window(net.a).inputs) == 2 * 7


def test_gradients_set_to_0_begin_another_batch():
    """A step that is skipped (a loss that is no number, AMP) and `zero_grad(False)`."""
    net = Twice()
    with ActivityRecorder(net, Sampling(1)) as seen:
        for n in (5, 7):
            net.zero_grad(set_to_none=False)
            net(torch.randn(n, 12)).sum().backward()
        gradient = on_support(net.a, whole_gradient(seen.window(net.a)))
    np.testing.assert_allclose(gradient, net.a.values.grad.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("shape", [(5, 12), (3, 5, 12), (12,)])
@pytest.mark.parametrize("needs_x", [False, True])
def test_what_acts_in_place_on_an_output_takes_nothing_away(shape, needs_x):
    first, last = (SparseLinear(12, 12, 0.3, rng=seed) for seed in range(2))
    net = nn.Sequential(first, nn.ReLU(inplace=True), last)
    with ActivityRecorder(net, Sampling(1)) as seen:
        net(torch.randn(shape, requires_grad=needs_x)).sum().backward()
    window = seen.window(first)
    gradient = on_support(first, whole_gradient(window))
    np.testing.assert_allclose(gradient, first.values.grad.numpy(), rtol=1e-4, atol=1e-5)
    assert np.array_equal(window.outputs, seen.window(last).inputs)


def test_time_in_pieces_is_one_batch():
    net = model()
    layer = net.cell.synapses
    x = inputs()
    with ActivityRecorder(net, Sampling(1)) as seen:
        first = net.run(x[:12])
        second = net.run(x[12:], first.state)
        (first.outputs.square().sum() + second.outputs.square().sum()).backward()
    window = seen.window(layer)
    assert len(window.inputs) == len(window.slopes) == x.shape[0] * x.shape[1]
    # both pieces end in spikes, which the readout reads
    assert set(np.unique(window.outputs)) == {0.0, 1.0}


def test_outputs_are_those_of_the_layer_whatever_is_called_next():
    net = Branches()
    x = torch.randn(5, 12)
    with ActivityRecorder(net, Sampling(1)) as seen:
        net(x).sum().backward()
    for layer in (net.q, net.k):
        outputs = seen.window(layer).outputs
        np.testing.assert_allclose(outputs, layer(x).detach().numpy(), rtol=1e-6)


def test_layers_that_do_not_learn_or_are_not_used_are_named_or_left_out():
    used = digit_network()
    used[0].requires_grad_(False)
    both = nn.ModuleDict({"used": used, "off": SparseLinear(4, 4, 0.5)})
    with ActivityRecorder(both, Sampling(1)) as seen:
        used(torch.randn(3, 64)).sum().backward()
        with pytest.raises(ValueError, match="forward and backward through off"):
            seen.window(both["off"])
    assert not seen._steps[used[0]]


def test_inputs_may_be_given_by_name():
    layer = SparseLinear(4, 4, 0.5, rng=0)
    with ActivityRecorder(layer, Sampling(1)) as seen:
        layer(x=torch.ones(2, 4)).sum().backward()
    assert seen.window(layer).inputs.tolist() == [[1.0] * 4] * 2
