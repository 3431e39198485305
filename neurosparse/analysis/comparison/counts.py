"""What a network costs on paper: multiply-accumulates by formula, bytes by what is really
stored.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from neurosparse.analysis.comparison.masked import MaskedLinear
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.models import CondensedLinear, RewiringRule, SparseLinear
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.pruning import Gradual
from neurosparse.rewiring import (
    Chance,
    ConstantFanIn,
    EdgeCorrelation,
    Exploring,
    InTurn,
    Magnitude,
    MagnitudeAndGradient,
    NearestZero,
    NodeScore,
    PairCorrelation,
    PairGradient,
    PathScore,
    RelativeImportance,
    Rewiring,
    UniformPairs,
)
from neurosparse.rewiring.rule import own
from neurosparse.rewiring.share import by_mean_gradient

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


def every_pair(support: Connectivity, samples: int) -> int:
    """A score of all pairs from so many samples.

    >>> every_pair(Connectivity.empty(3, 4), 2)
    24
    """
    return samples * support.n_pre * support.n_post


def every_synapse(support: Connectivity, samples: int) -> int:
    """A score of all synapses from so many samples.

    >>> every_synapse(Connectivity.from_dense([[1, 1], [1, 0]]), 2)
    6
    """
    return samples * support.nnz


def nothing(support: Connectivity, samples: int) -> int:
    """Comparisons and additions alone.

    >>> nothing(Connectivity.empty(3, 4), 2)
    0
    """
    return 0


def paths_of_three(support: Connectivity, samples: int) -> int:
    """One for each way `u - z - z' - v` over three synapses: what a score of paths adds up.

    >>> paths_of_three(Connectivity.from_dense([[1, 1], [1, 0]]), 0)
    8
    """
    pre, post = support.edges()
    return int((support.out_degree[pre].astype(float) * support.in_degree[post]).sum())


# multiply-accumulates of one update of one layer, by what chooses what goes, what comes, and how
# layers share
REWIRING: dict[Any, Callable[[Connectivity, int], int]] = {
    Magnitude: nothing,
    Chance: nothing,
    NearestZero: nothing,
    RelativeImportance: nothing,
    EdgeCorrelation: every_synapse,
    MagnitudeAndGradient: every_synapse,
    own: nothing,
    by_mean_gradient: every_synapse,
    UniformPairs: nothing,
    Gradual: nothing,
    PairGradient: every_pair,
    PairCorrelation: every_pair,
    Exploring: every_pair,
    # once to find the steepest pairs, once to fill each neuron
    ConstantFanIn: lambda support, samples: 2 * every_pair(support, samples),
    PathScore: paths_of_three,
    # both products of closeness with the support, and the common neighbours before
    NodeScore: lambda support, samples: (
        support.nnz * (support.n_pre + support.n_post) + paths_of_three(support, 0)
    ),
}


def macs(model: nn.Module) -> int:
    """Multiply-accumulates of one sample forward, without offsets; a sparse layer counts its synapses.

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
            found = Said(f"{type(module).__name__} at {name!r}")
            raise bad_argument(
                "model", found, f"modules with a formula: {', '.join(k.__name__ for k in MACS)}"
            )
        total += MACS[type(module)](module)
    return total


def rewiring_macs(rule: RewiringRule | None, model: nn.Module, batch: int) -> int:
    """Multiply-accumulates of one update of all sparse layers by this rule, batches of so many samples.

    Raises:
        ValueError: something the rule drops, grows or shares by has no formula.

    >>> from neurosparse.rewiring import rigl, set_
    >>> layer = SparseLinear(Connectivity.from_dense([[1, 0, 0], [1, 0, 0]]))
    >>> rewiring_macs(set_(), layer, 32), rewiring_macs(rigl(), layer, 32)
    (0, 192)
    """
    if rule is None:
        return 0
    parts = _parts(rule)
    for part in parts:
        if part not in REWIRING:
            known = ", ".join(k.__name__ for k in REWIRING)
            raise bad_argument(
                "rule", Said(getattr(part, "__name__", part)), f"one with a formula: {known}"
            )
    samples = rule.sampling.batches * min(rule.sampling.per_batch or batch, batch)
    return sum(
        REWIRING[part](layer.support, samples)
        for layer in sparse_layers(model).values()
        for part in parts
    )


def _parts(rule: RewiringRule) -> list[Any]:
    """What takes part in an update, as it stands in `REWIRING`."""
    if not isinstance(rule, Rewiring):
        return [type(rule)]
    ways = rule.drop.ways if isinstance(rule.drop, InTurn) else (rule.drop,)
    return [*(type(getattr(part, "score", part)) for part in (*ways, rule.grow)), rule.distribution]


def stored_bytes(
    model: nn.Module, optimizer: torch.optim.Optimizer | None = None
) -> dict[str, int]:
    """Bytes of trained numbers, of indices, pointers and masks, and of the optimiser's moments.

    >>> stored_bytes(nn.Linear(3, 4))
    {'value_bytes': 64, 'index_bytes': 0, 'moment_bytes': 0}
    """
    moments = () if optimizer is None else (t for s in optimizer.state.values() for t in s.values())
    return {
        "value_bytes": sum(_size(p) for p in model.parameters()),
        "index_bytes": sum(_size(b) for b in model.buffers()),
        "moment_bytes": sum(_size(t) for t in moments if isinstance(t, torch.Tensor)),
    }


def _size(t: torch.Tensor) -> int:
    return t.numel() * t.element_size()
