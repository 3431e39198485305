"""What optimisers hold of the synapses of a layer, and how it follows them."""

import gc
import weakref
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.optim.optimizer import (
    Optimizer,
    register_optimizer_step_post_hook,
    register_optimizer_step_pre_hook,
)

from neurosparse.connectivity import Edit
from neurosparse.errors import Said, bad_argument

# torch keeps no list of optimisers; those that have stepped may hold moments
_stepped: weakref.WeakSet[Optimizer] = weakref.WeakSet()
# parameters whose synapses were exchanged by a loaded state: their name, whose state, that state
_Stale = list[tuple[str, Tensor, Any]]
_stale: weakref.WeakKeyDictionary[Optimizer, _Stale] = weakref.WeakKeyDictionary()


class Carried:
    """Carry tensors `[nnz]` over an edit, on whatever device they are."""

    def __init__(self, edit: Edit) -> None:
        self.kept = torch.from_numpy(np.flatnonzero(edit.moved >= 0))
        self.to = torch.from_numpy(np.asarray(edit.moved[edit.moved >= 0]))
        self.nnz = edit.connectivity.nnz

    def __call__(self, values: Tensor, fresh: float = 0.0) -> Tensor:
        """Return the values at their new places, `fresh` at new ones."""
        out = values.new_full((self.nnz,), fresh)
        out[self.to.to(values.device)] = values[self.kept.to(values.device)]
        return out


def trains(optimizer: Optimizer, parameter: Tensor) -> bool:
    """Whether a parameter is among those of an optimiser.

    >>> one = torch.nn.Linear(1, 1)
    >>> trains(torch.optim.SGD(one.parameters(), 0.1), one.weight)
    True
    """
    return any(
        parameter is other for group in optimizer.param_groups for other in group["params"]
    )


def is_trained(parameter: Tensor) -> bool:
    """Whether a living optimiser that has stepped has this parameter."""
    return any(trains(optimizer, parameter) for optimizer in list(_stepped))


def check_moments(parameter: Tensor, optimizer: Optimizer | None) -> None:
    """Refuse to move synapses whose moments would stay behind.

    Raises:
        ValueError: no optimiser is given though one holds moments of the parameter, or one that
            does not train it, or whose state is not by weight.
    """
    if optimizer is None:
        _refuse_forgotten(parameter)
        return
    if not trains(optimizer, parameter):
        received = Said(f"{type(optimizer).__name__} that does not train these synapses")
        raise bad_argument("optimizer", received, "the one that does")
    if isinstance(optimizer, torch.optim.LBFGS):
        return
    for name, moment in optimizer.state.get(parameter, {}).items():
        if isinstance(moment, list) or (
            _is_array(moment) and moment.shape != parameter.shape
        ):
            received = Said(f"{type(optimizer).__name__}, whose {name!r} is not by synapse")
            remedy = "del optimizer.state[layer.values] starts it anew"
            raise bad_argument(
                "optimizer", received, "moments of the size of the weights", remedy
            )


def carry_moments(parameter: Tensor, optimizer: Optimizer, carried: Carried) -> None:
    """Take moments along with their synapses; new synapses begin as in a new optimiser."""
    if isinstance(optimizer, torch.optim.LBFGS):
        # its history runs over all parameters at once, and it remembers how many there are
        optimizer.state.clear()
        optimizer._numel_cache = None
        return
    state = optimizer.state.get(parameter, {})
    for name, moment in state.items():
        if isinstance(moment, Tensor) and moment.shape == parameter.shape:
            state[name] = carried(moment, _fresh(optimizer, parameter, name))


def mark_exchanged(parameter: Tensor, name: str) -> None:
    """Have the next step of every optimiser refused that still holds moments of old synapses."""
    for optimizer in list(_stepped):
        if _has_moments(optimizer, parameter):
            first = optimizer.param_groups[0]["params"][0]
            owner = first if isinstance(optimizer, torch.optim.LBFGS) else parameter
            entry = name, owner, optimizer.state[owner]
            _stale.setdefault(optimizer, []).append(entry)


def _refuse_forgotten(parameter: Tensor) -> None:
    """Refuse where a living optimiser has moments that would come to belong to other synapses."""
    if not _holders(parameter):
        return
    # a schedule and its optimiser hold each other: they may be dead and not yet collected
    gc.collect()
    for optimizer in _holders(parameter):
        expected = f"the {type(optimizer).__name__} that holds moments of these synapses"
        remedy = "optimizer.state.clear() where it is no longer used"
        raise bad_argument("optimizer", None, expected, remedy)


def _holders(parameter: Tensor) -> list[Optimizer]:
    return [optimizer for optimizer in list(_stepped) if _has_moments(optimizer, parameter)]


def _has_moments(optimizer: Optimizer, parameter: Tensor) -> bool:
    if isinstance(optimizer, torch.optim.LBFGS):
        return trains(optimizer, parameter) and any(optimizer.state.values())
    state = optimizer.state.get(parameter, {})
    return any(isinstance(moment, list) or _is_array(moment) for moment in state.values())


def _is_array(moment: Any) -> bool:
    """Whether a moment is by weight or the like; a step counter belongs to all of them."""
    return isinstance(moment, Tensor) and moment.dim() > 0


def _fresh(optimizer: Optimizer, parameter: Tensor, name: str) -> float:
    """What a new optimiser would hold of a weight that has not learned yet."""
    [group] = [
        group
        for group in optimizer.param_groups
        if any(parameter is other for other in group["params"])
    ]
    match optimizer, name:
        case torch.optim.Rprop(), "step_size":
            return float(group["lr"])
        case torch.optim.Adagrad(), "sum":
            return float(group["initial_accumulator_value"])
    return 0.0


def _note(optimizer: Optimizer, *_: Any) -> None:
    _stepped.add(optimizer)


def _refuse_stale(optimizer: Optimizer, *_: Any) -> None:
    """Refuse a step with moments of synapses that a loaded state has exchanged."""
    for name, owner, state in _stale.pop(optimizer, []):
        if state and optimizer.state.get(owner) is state:
            _stale.setdefault(optimizer, []).append((name, owner, state))
            received = Said(
                f"{type(optimizer).__name__} with moments of other synapses of {name}"
            )
            remedy = "load its state as well, or begin with optimizer.state.clear()"
            raise bad_argument("optimizer", received, "those of the loaded ones", remedy)


register_optimizer_step_post_hook(_note)
register_optimizer_step_pre_hook(_refuse_stale)
