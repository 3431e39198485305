"""What local networks refuse before they do anything."""

import numpy as np
import pytest
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.models import (
    ForwardForward,
    LabelPixels,
    PredictiveCoding,
    SparseLinear,
    TopSquares,
)

EMPTY = Connectivity.from_dense(np.zeros((2, 3)))


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ([], "layers: got none"),
        (nn.Linear(2, 2), "layers: got Linear"),
        ([nn.Linear(2, 3), nn.ReLU()], "layers: got ReLU at 1"),
        ([nn.Linear(2, 3), nn.Linear(2, 2)], "3 outputs of layer 0 before 2 inputs"),
        ([SparseLinear(EMPTY)], "layer 0 without units or synapses"),
        ([SparseLinear(2, 0, 1.0)], "layer 0 without units or synapses"),
    ],
)
def test_layers(layers, words):
    with pytest.raises((ValueError, TypeError), match=words):
        PredictiveCoding(layers)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (np.zeros((2, 4)), [0, 1], "x: got ndarray"),
        (
            torch.zeros(2, 5),
            torch.tensor([0, 1]),
            r"x: got shape \[2, 5\], wants \[batch, 4\]",
        ),
        (torch.zeros(2, 2, 2), torch.tensor([0, 1]), r"x.flatten\(1\)"),
        (
            torch.zeros(2, 4, dtype=torch.int64),
            torch.tensor([0, 1]),
            "numbers of torch.int64",
        ),
        (torch.full((2, 4), torch.nan), torch.tensor([0, 1]), "NaN or infinite"),
        (torch.zeros(2, 4), torch.tensor([0, 2]), r"labels 0..2, wants 0..1"),
        (torch.zeros(2, 4), torch.tensor([0, -1]), r"labels -1..0, wants 0..1"),
        (torch.zeros(2, 4), torch.tensor([[0, 1]]), "y: got shape"),
        (torch.zeros(2, 4), [0, 1], "y: got list"),
    ],
)
@pytest.mark.parametrize("kind", [ForwardForward, PredictiveCoding])
def test_samples(kind, x, y, words):
    layers = [nn.Linear(4, 2)]
    net = kind(layers, LabelPixels(2)) if kind is ForwardForward else kind(layers)
    with pytest.raises((ValueError, TypeError), match=words):
        net.learning_loss(x, y)


def test_parts():
    layers = [nn.Linear(4, 2)]
    with pytest.raises(ValueError, match="goodness.k: got 3"):
        ForwardForward(layers, LabelPixels(2), TopSquares(3))
    with pytest.raises(ValueError, match="pairs.classes: got 5"):
        ForwardForward(layers, LabelPixels(5))
    with pytest.raises(ValueError, match="skip: got 1"):
        ForwardForward(layers, LabelPixels(2), skip=1)
    with pytest.raises(TypeError, match=r"pairs: got .*write LabelPixels\(...\)"):
        ForwardForward(layers, LabelPixels)
    with pytest.raises(ValueError, match="output_variance: got 0"):
        PredictiveCoding(layers, output_variance=0)
    with pytest.raises(TypeError, match="inference: got 3"):
        PredictiveCoding(layers, 3)
