"""`rewire`: let a rule change the sparse layers of a network, once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.layers.condensed_linear import CondensedLinear
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.layers.support import refuse_dropped_twice, refuse_repeated
from neurosparse.models.training.flow import along_the_data
from neurosparse.models.training.parameters import at_rest, learning_layers
from neurosparse.models.training.ranks import ranks_of
from neurosparse.models.training.recorder import ActivityRecorder
from neurosparse.rewiring import Change, LayerSynapses, RewiringRule, Visits
from neurosparse.typing import Array, Seed

SavedVisits = dict[str, tuple[Tensor, Tensor, int]]


@dataclass
class RewiringMemory:
    """What a rule remembers of each layer between updates, by the layer's name."""

    visits: dict[str, Visits] = field(default_factory=dict)

    def state_dict(self) -> SavedVisits:
        """Give everything as tensors and plain values."""
        return {
            name: (
                torch.from_numpy(visits.keys),
                torch.from_numpy(visits.rounds),
                visits.time,
            )
            for name, visits in self.visits.items()
        }

    @classmethod
    def from_state_dict(cls, state: SavedVisits) -> "RewiringMemory":
        """Take over what `state_dict` gave."""
        return cls(
            {
                name: Visits(keys.numpy(), rounds.numpy(), time)
                for name, (keys, rounds, time) in state.items()
            }
        )


def rewire(
    model: nn.Module,
    rule: RewiringRule,
    progress: float,
    *,
    recorder: ActivityRecorder | None = None,
    optimizer: torch.optim.Optimizer | None = None,
    memory: RewiringMemory | None = None,
    rng: Seed = None,
) -> int:
    """Let the rule change the support of every `SparseLinear` that learns; return how many moved.

    Layers that are frozen, not among the parameters of the optimiser, or learning at a rate of 0,
    stay as they are. It costs O(nnz) beside what the rule computes. In a loop of your own a
    `Rewirer` calls it when it is time, and keeps recorder and memory.

    Args:
        model: the network; its parameters stay the same objects.
        rule: for example `neurosparse.rewiring.rigl()`.
        progress: 0..1, how much of the training is done.
        recorder: the activity, for rules that ask for it.
        optimizer: whose moments follow their synapses; new ones start at 0.
        memory: what the rule remembers; it is updated.
        rng: seed or generator; ranks of one run must give the same.

    Raises:
        TypeError: the rule is none, such as `rigl` that was not called, or gives no changes.
        ValueError: progress is no share, changes are not possible, the rule wants a recorder there
            is none of, weights are not finite or shared, no sparse layer learns, or the optimiser
            that holds moments of the synapses is not given.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.rewiring import set_
    >>> layer = SparseLinear(Connectivity.from_dense([[1, 2, 3, 0, 0]]), initial=None)
    >>> rewire(layer, set_(0.34), 0.0, rng=0), layer.nnz
    (1, 3)
    """
    _refuse_no_rule(rule)
    layers = learning_layers(model, optimizer)
    for layer in layers.values():
        layer.check_edit(optimizer)
    layers = {
        name: layer for name, layer in layers.items() if not at_rest(layer, optimizer)
    }
    if not 0 <= progress <= 1:
        expected = "a share of the training, 0 to 1"
        raise bad_argument("progress", progress, expected, "divide by the number of steps")
    if recorder is None and rule.sampling.batches:
        expected = f"an ActivityRecorder, whose activity {type(rule).__name__} chooses by"
        remedy = (
            "with ActivityRecorder(model, rule.sampling) as recorder: … around the steps"
        )
        raise bad_argument("recorder", None, expected, remedy)
    if not layers:
        return 0
    memory = RewiringMemory() if memory is None else memory
    if getattr(rule, "chains", None) is not None:
        layers = along_the_data(model, layers, None if recorder is None else recorder.flow)
    seen = _as_seen(model, layers, recorder, memory)
    ranks = ranks_of(model)

    def choose() -> Sequence[Change]:
        return _possible(rule.step(seen, progress, rng), layers)

    changes = choose() if ranks is None else ranks.decide(choose)
    if any(len(change.drop) != len(change.pre) for change in changes):
        _refuse_resizing(model, type(rule).__name__)
    for (name, layer), change in zip(layers.items(), changes, strict=True):
        layer.edit(*change, optimizer=optimizer)
        if rule.remember:
            visits = memory.visits.get(name, Visits.none())
            memory.visits[name] = visits.after(layer.support)
    return sum(len(change.drop) for change in changes)


def _possible(changes: Any, layers: dict[str, SparseLinear]) -> Sequence[Change]:
    """Look at what a rule wants of all layers before any of them changes."""
    expected = f"a Change for each of {len(layers)} layers"
    if not isinstance(changes, Sequence):
        raise bad_type("rule", changes, expected)
    if len(changes) != len(layers):
        raise bad_argument("rule", Said(f"{len(changes)} changes"), expected)
    for change, layer in zip(changes, layers.values(), strict=True):
        if not isinstance(change, tuple | list) or len(change) != 3:
            raise bad_type("rule", change, "a Change(drop, pre, post)")
        refuse_dropped_twice(change[0])
        refuse_repeated(layer.support.edit(*change).connectivity)
    return [Change(*change) for change in changes]


def _as_seen(
    model: nn.Module,
    layers: dict[str, SparseLinear],
    recorder: ActivityRecorder | None,
    memory: RewiringMemory,
) -> Sequence[LayerSynapses]:
    """Sparse layers as a rule sees them."""
    last = _last_linear(model, recorder)
    return [
        LayerSynapses(
            layer.support,
            _finite_weights(name, layer),
            None if recorder is None else recorder.window(layer),
            memory.visits.get(name),
            is_output=layer is last,
        )
        for name, layer in layers.items()
    ]


def _last_linear(model: nn.Module, recorder: ActivityRecorder | None) -> nn.Module | None:
    """The layer that gives the output: the last in use, or the last by name if none was seen."""
    if recorder is not None and recorder.flow.order:
        return recorder.flow.order[-1]
    kinds = (nn.Linear, SparseLinear, CondensedLinear)
    return ([None] + [module for module in model.modules() if isinstance(module, kinds)])[
        -1
    ]


def _finite_weights(name: str, layer: SparseLinear) -> Array:
    values = layer.values.detach().cpu().numpy()
    if not np.isfinite(values).all():
        received = Said(
            f"{np.isnan(values).sum()} NaN, {np.isinf(values).sum()} infinite weights"
        )
        raise bad_argument(
            f"{name}.values", received, "finite weights", "lower the learning rate"
        )
    return values


def check_rule(
    model: nn.Module, rule: RewiringRule, optimizer: torch.optim.Optimizer | None = None
) -> None:
    """Check before any training that the rule has layers to rewire, and can work on them.

    Raises:
        TypeError: the rule is none.
        ValueError: there is no `SparseLinear` that learns, or one whose support the rule forbids,
            all have every synapse, so that none can move, or ranks share gradients in buffers of
            fixed sizes and the rule changes how many synapses a layer has.

    >>> from neurosparse.rewiring import set_
    >>> check_rule(nn.Linear(2, 2), set_())
    Traceback (most recent call last):
    ValueError: model: got Linear, wants at least one SparseLinear to rewire; make one with \
sparsified(model)
    """
    _refuse_no_rule(rule)
    layers = learning_layers(model, optimizer)
    rule.check([layer.support for layer in layers.values()])
    if rule.resizes:
        _refuse_resizing(model, type(rule).__name__)
    elif all(layer.density == 1 for layer in layers.values()):
        received = Said(f"{', '.join(layers)} with every synapse there can be")
        remedy = "prune(model, 0.1) first, or sparsified(model, wiring=RandomEdges(0.1))"
        expected = "a layer with room to move synapses"
        raise bad_argument("model", received, expected, remedy)


def _refuse_no_rule(rule: Any) -> None:
    # a class that was not called has all that its objects have
    if isinstance(rule, type) or not isinstance(rule, RewiringRule):
        named = isinstance(rule, FunctionType | type)
        received = Said(f"the function {rule.__name__}") if named else rule
        expected = "a rule such as rigl(fraction=0.3) of neurosparse.rewiring makes"
        raise bad_type("rule", received, expected, "one of your own inherits BaseRule")


def _refuse_resizing(model: nn.Module, rule: str) -> None:
    """Refuse under DistributedDataParallel, whose buffers keep the sizes that parameters had."""
    if not _ranks():
        return
    if any(
        isinstance(module, nn.parallel.DistributedDataParallel)
        for module in model.modules()
    ):
        expected = (
            "one that keeps the number of synapses of every layer, such as rigl() or set_()"
        )
        remedy = "or hand the bare model to fit, which shares gradients of any size"
        raise bad_argument("rule", Said(rule), expected, remedy)


def check_same_topology(model: nn.Module) -> None:
    """Check that all ranks of a distributed run have the same synapses; without one, do nothing.

    Raises:
        RuntimeError: ranks differ; the message names the layer.

    >>> check_same_topology(nn.Sequential())
    """
    if not _ranks():
        return
    hashes = {name: layer.topology_hash() for name, layer in sparse_layers(model).items()}
    everyone: list[Any] = [None] * torch.distributed.get_world_size()
    torch.distributed.all_gather_object(everyone, hashes)
    for rank, theirs in enumerate(everyone):
        for name, digest in hashes.items():
            if theirs.get(name) != digest:
                raise RuntimeError(
                    f"{name}: rank {rank} has other synapses than rank "
                    f"{torch.distributed.get_rank()}; build the network and call rewire with the "
                    "same seed on all ranks"
                )


def _ranks() -> bool:
    """Whether this process is one of several that train together."""
    return torch.distributed.is_available() and torch.distributed.is_initialized()
