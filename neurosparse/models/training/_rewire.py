"""Apply a rewiring rule to the sparse layers of a network while it trains."""

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.layers.condensed_linear import CondensedLinear
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.training.recorder import Recorder
from neurosparse.rewiring import Change, LayerSynapses, Sampling, Visits


class RewiringRule(Protocol):
    """What decides which synapses go and come."""

    @property
    def every(self) -> int:
        """Training steps between two updates of the support."""
        ...

    @property
    def sampling(self) -> Sampling:
        """Which rows and batches the rule wants to see."""
        ...

    @property
    def remember(self) -> bool:
        """Whether the rule asks what was visited before."""
        ...

    def step(self, layers: list[LayerSynapses], progress: float, rng: Any = None) -> list[Change]:
        """Decide the changes of all layers; `progress` is the share of training that is over."""
        ...


@dataclass
class Memory:
    """What rules remember of each layer between updates, by the layer's name."""

    visits: dict[str, Visits] = field(default_factory=dict)


def rewire(
    model: nn.Module,
    rule: RewiringRule,
    progress: float,
    *,
    recorder: Recorder | None = None,
    optimizer: torch.optim.Optimizer | None = None,
    memory: Memory | None = None,
    rng: Any = None,
) -> int:
    """Let the rule change the support of every `SparseLinear`, in O(nnz), and return how many
    synapses moved.

    Args:
        model: the network; its parameters stay the same objects.
        rule: for example `neurosparse.rewiring.rigl()`.
        progress: 0..1, how much of the training is done.
        recorder: the activity, for rules that ask for it.
        optimizer: whose moments follow their synapses; new ones start at 0.
        memory: what the rule remembers; it is updated.
        rng: seed or generator; ranks of one run must give the same.

    Raises:
        TypeError: the rule is none, such as `rigl` that was not called.
        ValueError: progress is no share, the rule wants a recorder there is none of, or weights are
            not finite.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.models import SparseLinear
    >>> from neurosparse.rewiring import set_
    >>> layer = SparseLinear(Connectivity.from_dense([[1, 2, 3, 0, 0]]), initial=None)
    >>> rewire(layer, set_(0.34), 0.0, rng=0), layer.nnz
    (1, 3)
    """
    _refuse_no_rule(rule)
    if not 0 <= progress <= 1:
        raise bad_argument(
            "progress", progress, "a share of the training, 0 to 1", "divide by the number of steps"
        )
    if recorder is None and rule.sampling.batches:
        wants = f"a Recorder, whose activity {type(rule).__name__} chooses by"
        remedy = "with Recorder(model, rule.sampling) as recorder: … around the steps"
        raise bad_argument("recorder", None, wants, remedy)
    memory = Memory() if memory is None else memory
    layers, last = sparse_layers(model), _last_linear(model)
    views = [
        LayerSynapses(
            layer.support,
            _finite(name, layer),
            None if recorder is None else recorder.window(layer),
            memory.visits.get(name),
            layer is last,
        )
        for name, layer in layers.items()
    ]
    moved = 0
    changes = rule.step(views, progress, rng)
    if any(len(change.drop) != len(change.pre) for change in changes):
        _refuse_resizing(model, type(rule).__name__)
    for (name, layer), change in zip(layers.items(), changes, strict=True):
        layer.edit(*change, optimizer=optimizer)
        moved += len(change.drop)
        if rule.remember:
            memory.visits[name] = memory.visits.get(name, Visits.none()).after(layer.support)
    return moved


def check_rule(model: nn.Module, rule: RewiringRule) -> None:
    """Check before any training that the rule has layers to rewire, and that they are such as it can work on.

    Raises:
        ValueError: there is no `SparseLinear`, or one whose support the rule forbids, or ranks
            share gradients in buffers of fixed sizes and the rule changes how many synapses a layer
            has.

    >>> from neurosparse.rewiring import set_
    >>> check_rule(nn.Linear(2, 2), set_())
    Traceback (most recent call last):
    ...
    ValueError: model: got Linear, wants at least one SparseLinear to rewire; make one with sparsified(model)
    """
    _refuse_no_rule(rule)
    layers = sparse_layers(model)
    if not layers:
        wants = "at least one SparseLinear to rewire"
        raise bad_argument(
            "model", Said(type(model).__name__), wants, "make one with sparsified(model)"
        )
    check = getattr(rule, "check", None)
    if check is not None:
        check([layer.support for layer in layers.values()])
    if getattr(rule, "resizes", False):
        _refuse_resizing(model, type(rule).__name__)


def _refuse_no_rule(rule: Any) -> None:
    if (
        isinstance(rule, type)
        or not callable(getattr(rule, "step", None))
        or not hasattr(rule, "sampling")
    ):
        said = Said(f"the function {rule.__name__}") if hasattr(rule, "__name__") else rule
        raise bad_type(
            "rule", said, "a rule such as rigl(fraction=0.3) of neurosparse.rewiring makes"
        )


def _refuse_resizing(model: nn.Module, found: str) -> None:
    """Refuse under DistributedDataParallel, whose buffers keep the sizes of the parameters it was made with."""
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return
    if any(isinstance(module, nn.parallel.DistributedDataParallel) for module in model.modules()):
        wants = "one that keeps the number of synapses of every layer, such as rigl() or set_()"
        raise bad_argument("rule", Said(found), wants, "or train without DistributedDataParallel")


def _last_linear(model: nn.Module) -> nn.Module | None:
    """The layer that gives the output, by the order in which the network names its layers."""
    kinds = (nn.Linear, SparseLinear, CondensedLinear)
    return ([None] + [module for module in model.modules() if isinstance(module, kinds)])[-1]


def _finite(name: str, layer: Any) -> Any:
    values = layer.values.detach().cpu().numpy()
    if not np.isfinite(values).all():
        found = Said(f"{np.isnan(values).sum()} NaN, {np.isinf(values).sum()} infinite weights")
        raise bad_argument(f"{name}.values", found, "finite weights", "lower the learning rate")
    return values


def check_same_topology(model: nn.Module) -> None:
    """Check that all ranks of a distributed run have the same synapses; without one, do nothing.

    Raises:
        RuntimeError: ranks differ; the message names the layer.

    >>> check_same_topology(nn.Sequential())
    """
    if not (torch.distributed.is_available() and torch.distributed.is_initialized()):
        return
    mine = {name: layer.topology_hash() for name, layer in sparse_layers(model).items()}
    everyone: list[Any] = [None] * torch.distributed.get_world_size()
    torch.distributed.all_gather_object(everyone, mine)
    for rank, theirs in enumerate(everyone):
        for name, digest in mine.items():
            if theirs.get(name) != digest:
                raise RuntimeError(
                    f"{name}: rank {rank} has other synapses than rank {torch.distributed.get_rank()}; "
                    "build the network and call rewire with the same seed on all ranks"
                )
