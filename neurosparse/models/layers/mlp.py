"""Multilayer perceptrons on sparse layers, and the dense twin of any sparse network."""

import copy
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import nn

from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument
from neurosparse.models.layers.condensed_linear import CondensedLinear
from neurosparse.models.layers.initial import ActiveFanIn, Initial
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.layers.support import as_rule
from neurosparse.typing import Seed
from neurosparse.wiring import Wiring
from neurosparse.wiring._rule import built


def sparse_mlp(
    widths: Sequence[int],
    wiring: Wiring | Sequence[Wiring | Connectivity],
    *,
    initial: Initial = ActiveFanIn(),  # noqa: B008 - a frozen value
    rng: Seed = None,
) -> nn.Sequential:
    """Build sparse hidden layers with ReLU between them and a dense output layer.

    Args:
        widths: neurons from input to output, for example [784, 1568, 1568, 10].
        wiring: one rule for all hidden layers, or a rule or connectivity for each.
        initial: rule of the first weights.
        rng: seed or generator of everything drawn; the same seed is the same network.

    Raises:
        ValueError: fewer than two widths, or not one wiring a hidden layer.

    >>> from neurosparse.connectivity import Connectivity
    >>> sparse_mlp([2, 2, 3], [Connectivity.from_dense([[1, 0], [1, 1]])], rng=0)
    Sequential(
      (0): SparseLinear(2 -> 2, 3 synapses, density 75 %, bias=True)
      (1): ReLU()
      (2): Linear(in_features=2, out_features=3, bias=True)
    )
    """
    sizes = list(pairwise(widths))
    if not sizes:
        raise bad_argument("widths", widths, "at least an input and an output width")
    rules = list(wiring) if isinstance(wiring, Sequence) else [wiring] * (len(sizes) - 1)
    if len(rules) != len(sizes) - 1:
        raise bad_argument("wiring", rules, f"{len(sizes) - 1} of them, one a hidden layer")
    generator = np.random.default_rng(rng)
    layers = list[nn.Module]()
    for size, rule in zip(sizes, rules, strict=False):
        synapses = rule
        if not isinstance(synapses, Connectivity):
            synapses = built(as_rule(rule), *size, generator)
        layers += [SparseLinear(synapses, initial=initial, rng=generator), nn.ReLU()]
    return nn.Sequential(*layers, dense_layer(*sizes[-1], generator))


def dense_mlp(widths: Sequence[int], rng: Seed = None) -> nn.Sequential:
    """Build the dense twin of `sparse_mlp` with the same initialisation rule.

    >>> len(dense_mlp([4, 3, 2], rng=0))
    3
    """
    generator = np.random.default_rng(rng)
    layers = list[nn.Module]()
    for in_features, out_features in pairwise(widths):
        layers += [dense_layer(in_features, out_features, generator), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def dense_layer(in_features: int, out_features: int, rng: Seed = None) -> nn.Linear:
    """Build a dense layer with weights N(0, 2 / in_features) drawn from `rng`, offsets 0.

    >>> dense_layer(3, 2, rng=0).bias.tolist()
    [0.0, 0.0]
    """
    layer = nn.Linear(in_features, out_features)
    shape = out_features, in_features
    weights = np.random.default_rng(rng).standard_normal(shape, np.float32)
    scale = np.float32(np.sqrt(2 / max(in_features, 1)))
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(weights * scale))
        layer.bias.zero_()
    return layer


def dense_twin(model: nn.Module) -> nn.Module:
    """Copy a network with every sparse layer made dense: the same function, all weights stored.

    >>> from neurosparse.connectivity import Connectivity
    >>> dense_twin(nn.Sequential(SparseLinear(Connectivity.from_dense([[1, 0]]))))
    Sequential(
      (0): Linear(in_features=1, out_features=2, bias=True)
    )
    """
    if isinstance(model, SparseLinear | CondensedLinear):
        return model.to_dense()
    twin = copy.deepcopy(model)
    return _with_dense(twin, {})


def _with_dense(model: nn.Module, twins: dict[nn.Module, nn.Module]) -> nn.Module:
    """Make sparse layers dense in place; one that has several names stays one."""
    if isinstance(model, SparseLinear | CondensedLinear):
        return twins.setdefault(model, model.to_dense())
    for name, child in list(model._modules.items()):
        if child is not None:
            setattr(model, name, _with_dense(child, twins))
    return model


def sparse_layers(model: nn.Module) -> dict[str, SparseLinear]:
    """Name every `SparseLinear` of a network, in order.

    >>> list(sparse_layers(nn.Sequential(nn.ReLU())))
    []
    """
    return {
        name: layer
        for name, layer in model.named_modules()
        if isinstance(layer, SparseLinear)
    }
