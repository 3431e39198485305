"""Whose parameters are whose: what an optimiser trains, and what layers share."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.layers.moments import group_of, trains
from neurosparse.models.layers.sparse_linear import SparseLinear


def check_optimizer(model: nn.Module, optimizer: Any) -> None:
    """Refuse what is no optimiser, and one that trains nothing of the model.

    Raises:
        TypeError: no optimiser.
        ValueError: none of its parameters belongs to the model.

    >>> one = nn.Linear(1, 1)
    >>> other = nn.Linear(1, 1)
    >>> check_optimizer(one, torch.optim.SGD(other.parameters(), 0.1))
    Traceback (most recent call last):
    ValueError: optimizer: got one whose parameters are none of the model, wants one over \
model.parameters(); make it after the model, and anew for a copy
    """
    if not isinstance(optimizer, torch.optim.Optimizer):
        remedy = "torch.optim.SGD(model.parameters(), lr=0.1) is one"
        raise bad_type("optimizer", optimizer, "an optimiser", remedy)
    trained = {
        id(parameter) for group in optimizer.param_groups for parameter in group["params"]
    }
    if not any(id(parameter) in trained for parameter in model.parameters()):
        received = Said("one whose parameters are none of the model")
        remedy = "make it after the model, and anew for a copy"
        raise bad_argument("optimizer", received, "one over model.parameters()", remedy)


def check_own_weights(model: nn.Module, layers: Mapping[str, nn.Module]) -> None:
    """Refuse layers whose weights are those of another module as well: only one would change.

    Raises:
        ValueError: a layer shares a parameter.

    >>> pair = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    >>> pair[1].weight = pair[0].weight
    >>> check_own_weights(pair, {"0": pair[0]})
    Traceback (most recent call last):
    ValueError: model: got 0.weight, which is 1.weight as well, wants a layer with weights of its \
own; untie them
    """
    chosen = {layer: name for name, layer in layers.items()}
    owners: dict[nn.Parameter, list[tuple[nn.Module, str]]] = {}
    for name, module in model.named_modules():
        for part, parameter in module._parameters.items():
            if parameter is not None:
                owners.setdefault(parameter, []).append(
                    (module, f"{name}.{part}".lstrip("."))
                )
    for shared in owners.values():
        if len(shared) > 1 and any(module in chosen for module, _ in shared):
            first, second = sorted(shared, key=lambda owner: owner[0] not in chosen)[:2]
            received = Said(f"{first[1]}, which is {second[1]} as well")
            raise bad_argument(
                "model", received, "a layer with weights of its own", "untie them"
            )


def learning_layers(
    model: nn.Module, optimizer: torch.optim.Optimizer | None = None
) -> dict[str, SparseLinear]:
    """Name the sparse layers that learn: a new synapse of another would stay 0 for ever.

    Raises:
        ValueError: there is none, or one that shares its weights; the optimiser is that of another
            model.

    >>> learning_layers(nn.Linear(2, 2))
    Traceback (most recent call last):
    ValueError: model: got Linear, wants at least one SparseLinear to rewire; make one with \
sparsified(model)
    """
    layers = sparse_layers(model)
    if not layers:
        received = Said(type(model).__name__)
        expected = "at least one SparseLinear to rewire"
        raise bad_argument("model", received, expected, "make one with sparsified(model)")
    if optimizer is not None:
        check_optimizer(model, optimizer)
    learning = {
        name: layer
        for name, layer in layers.items()
        if layer.values.requires_grad and _is_trained(layer, optimizer)
    }
    if not learning:
        received = Said(f"no sparse layer that learns, but {', '.join(layers)}")
        expected = "at least one that is not frozen, and of this optimiser"
        raise bad_argument("model", received, expected)
    check_own_weights(model, learning)
    return learning


def _is_trained(layer: SparseLinear, optimizer: torch.optim.Optimizer | None) -> bool:
    """Whether an optimiser trains a layer; what stands behind weights refuses edits itself."""
    own = layer._parameters.get("values")
    return optimizer is None or own is None or trains(optimizer, own)


def at_rest(layer: SparseLinear, optimizer: torch.optim.Optimizer | None) -> bool:
    """Whether an optimiser takes no steps with a layer now: its rate is 0.

    >>> layer = SparseLinear(2, 2, 1.0)
    >>> at_rest(layer, torch.optim.SGD(layer.parameters(), lr=0.0))
    True
    """
    if optimizer is None:
        return False
    rate = group_of(optimizer, layer.values).get("lr")
    return rate is not None and float(rate) == 0
