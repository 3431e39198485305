"""What networks that learn locally are handed: layers that fit, inputs, labels."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, cast

import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.layers.condensed_linear import CondensedLinear
from neurosparse.models.layers.sparse_linear import SparseLinear

Linear = nn.Linear | SparseLinear | CondensedLinear


def stacked(layers: Iterable[nn.Module]) -> list[Linear]:
    """Return linear layers as a list, once each is known to take what the one before gives.

    Raises:
        TypeError: no layers, or one of another kind.
        ValueError: none at all, one without units or synapses, or widths that differ.

    >>> stacked([nn.Linear(2, 3), nn.Linear(4, 1)])
    Traceback (most recent call last):
    ValueError: layers: got 3 outputs of layer 0 before 4 inputs of layer 1, wants equal widths
    """
    expected = "linear layers, as [SparseLinear(784, 500, 0.1), nn.Linear(500, 500)]"
    if isinstance(layers, type) or not isinstance(layers, Iterable):
        raise bad_type("layers", layers, expected)
    listed = list(layers)
    if not listed:
        raise bad_argument("layers", Said("none"), expected)
    for place, layer in enumerate(listed):
        if not isinstance(layer, Linear):
            received = Said(f"{type(layer).__name__} at {place}")
            raise bad_type("layers", received, expected, "activations are an argument")
        if not (layer.in_features and layer.out_features and _weights(layer).numel()):
            received = Said(f"layer {place} without units or synapses")
            raise bad_argument("layers", received, "one synapse or more in each")
    for place, (before, after) in enumerate(pairwise(listed)):
        if before.out_features != after.in_features:
            one = f"{before.out_features} outputs of layer {place}"
            other = f"{after.in_features} inputs of layer {place + 1}"
            raise bad_argument("layers", Said(f"{one} before {other}"), "equal widths")
    return cast(list[Linear], listed)


def _weights(layer: Linear) -> Tensor:
    return layer.weight if isinstance(layer, nn.Linear) else layer.values


def check_inputs(x: Any, width: int, name: str = "x") -> Tensor:
    """Refuse what are no finite numbers `[batch, width]`.

    >>> check_inputs(torch.tensor([[0.0, float("nan")]]), 2)
    Traceback (most recent call last):
    ValueError: x: got NaN or infinite values, wants finite numbers
    """
    if not isinstance(x, Tensor):
        raise bad_type(
            name, Said(type(x).__name__), "a tensor", "torch.as_tensor makes one"
        )
    if x.ndim != 2 or x.shape[1] != width:
        remedy = "x.flatten(1) makes rows of images" if x.ndim > 2 else ""
        shape = Said(f"shape {list(x.shape)}")
        raise bad_argument(name, shape, f"[batch, {width}]", remedy)
    if not x.is_floating_point():
        raise bad_type(name, Said(f"numbers of {x.dtype}"), "floats", "x.float()")
    if not bool(torch.isfinite(x).all()):
        raise bad_argument(name, Said("NaN or infinite values"), "finite numbers")
    return x


def check_labels(y: Any, samples: int, classes: int) -> Tensor:
    """Refuse labels that are not one whole number of 0 … classes − 1 for each sample.

    >>> check_labels(torch.tensor([0, 3]), 2, 3)
    Traceback (most recent call last):
    ValueError: y: got labels 0..3, wants 0..2
    """
    if not isinstance(y, Tensor) or y.is_floating_point() or y.is_complex():
        kind = Said(str(y.dtype) if isinstance(y, Tensor) else type(y).__name__)
        raise bad_type("y", kind, "labels as whole numbers, a tensor [batch]")
    if y.shape != (samples,):
        raise bad_argument(
            "y", Said(f"shape {list(y.shape)}"), f"[{samples}], one a sample"
        )
    if len(y) and (int(y.min()) < 0 or int(y.max()) >= classes):
        received = Said(f"labels {int(y.min())}..{int(y.max())}")
        raise bad_argument("y", received, f"0..{classes - 1}")
    return y.long()
