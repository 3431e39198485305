"""What is recorded of sparse layers."""

import numpy as np
import pytest
import torch

from neurosparse.models import (
    ActivityRecorder,
    rewire,
    sparse_layers,
)
from neurosparse.rewiring import (
    Sampling,
    rigl,
)
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
