"""What a network costs on paper: multiply-accumulates by formula, bytes as they are stored."""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from neurosparse.analysis.comparison.masked import MaskedLinear
from neurosparse.errors import Said, bad_argument
from neurosparse.models import CondensedLinear, SparseLinear, sparse_layers
from neurosparse.rewiring import InTurn, Rewiring, RewiringRule

# multiply-accumulates of one sample; a kind that is not here is an error, never a silent 0
MACS: dict[type[nn.Module], Callable[[nn.Module], int]] = {
    nn.Linear: lambda m: m.weight.numel(),  # type: ignore[operator]
    MaskedLinear: lambda m: m.weight.numel(),  # type: ignore[operator]
    SparseLinear: lambda m: m.values.numel(),  # type: ignore[operator]
    CondensedLinear: lambda m: m.values.numel(),  # type: ignore[operator]
    nn.ReLU: lambda m: 0,
    nn.Identity: lambda m: 0,
    nn.Dropout: lambda m: 0,
    nn.Flatten: lambda m: 0,
}


def macs(model: nn.Module) -> int:
    """Multiply-accumulates of one sample forward; a sparse layer counts its synapses.

    Offsets are left out.

    Raises:
        ValueError: a module has no formula.

    >>> macs(nn.Sequential(nn.Linear(3, 4), nn.ReLU()))
    12
    """
    total = 0
    for name, module in model.named_modules():
        if next(module.children(), None) is not None:
            continue
        if type(module) not in MACS:
            kinds = ", ".join(kind.__name__ for kind in MACS)
            place = Said(f"{type(module).__name__} at {name!r}")
            raise bad_argument("model", place, f"modules with a formula: {kinds}")
        total += MACS[type(module)](module)
    return total


def rewiring_macs(rule: RewiringRule | None, model: nn.Module, batch: int) -> int:
    """Multiply-accumulates of one update of all sparse layers by this rule.

    What drops, what grows and what shares between layers each states its own cost, as
    `macs(support, samples)`.

    Args:
        rule: the rule, or None.
        model: the network that it rewires.
        batch: samples a batch.

    Raises:
        ValueError: a part of the rule states no cost.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.rewiring import rigl, set_
    >>> layer = SparseLinear(Connectivity.from_dense([[1, 0, 0], [1, 0, 0]]))
    >>> rewiring_macs(set_(), layer, 32), rewiring_macs(rigl(), layer, 32)
    (0, 192)
    """
    if rule is None:
        return 0
    parts = _parts(rule)
    for part in parts:
        if not hasattr(part, "macs"):
            name = getattr(part, "__name__", type(part).__name__)
            remedy = "give it a method macs(support, samples)"
            raise bad_argument("rule", Said(name), "one with a formula", remedy)
    samples = rule.sampling.batches * min(rule.sampling.per_batch or batch, batch)
    layers = sparse_layers(model).values()
    return sum(part.macs(layer.support, samples) for layer in layers for part in parts)


def _parts(rule: RewiringRule) -> list[Any]:
    """What takes part in an update and states a cost: scores, or what chooses without a score."""
    if not isinstance(rule, Rewiring):
        return [rule]
    drops = rule.drop.ways if isinstance(rule.drop, InTurn) else (rule.drop,)
    scores = [getattr(part, "score", part) for part in (*drops, rule.grow)]
    return [*scores, rule.distribution]


def stored_bytes(
    model: nn.Module, optimizer: torch.optim.Optimizer | None = None
) -> dict[str, int]:
    """Bytes of trained numbers, of indices, pointers and masks, and of the optimiser's moments.

    >>> stored_bytes(nn.Linear(3, 4))
    {'value_bytes': 64, 'index_bytes': 0, 'moment_bytes': 0}
    """
    states = [] if optimizer is None else optimizer.state.values()
    moments = [value for state in states for value in state.values()]
    return {
        "value_bytes": sum(_bytes(parameter) for parameter in model.parameters()),
        "index_bytes": sum(_bytes(buffer) for buffer in model.buffers()),
        "moment_bytes": sum(
            _bytes(one) for one in moments if isinstance(one, torch.Tensor)
        ),
    }


def _bytes(tensor: torch.Tensor) -> int:
    return tensor.numel() * tensor.element_size()
