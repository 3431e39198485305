"""What optimisers hold of the synapses of a layer, and how it follows them."""

import gc
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.optim import Optimizer

from neurosparse.connectivity import Edit
from neurosparse.errors import Said, bad_argument


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
    return bool(group_of(optimizer, parameter))


def group_of(optimizer: Optimizer, parameter: Tensor) -> dict[str, Any]:
    """The settings under which an optimiser trains a parameter; none if it does not.

    >>> one = torch.nn.Linear(1, 1)
    >>> group_of(torch.optim.SGD(one.parameters(), 0.1), one.weight)["lr"]
    0.1
    """
    for group in optimizer.param_groups:
        if any(parameter is other for other in group["params"]):
            return group
    return {}


def check_moments(parameter: Tensor, optimizer: Optimizer | None) -> None:
    """Refuse to move synapses whose moments would stay behind.

    Raises:
        ValueError: no optimiser is given though one holds moments of the parameter, or one that
            does not train it, whose state is not by weight, or lies where nobody knows it.
    """
    if optimizer is None:
        _refuse_forgotten(parameter)
        return
    if not trains(optimizer, parameter):
        received = Said(f"{type(optimizer).__name__} that does not train these synapses")
        raise bad_argument("optimizer", received, "the one that does")
    for one in _nested(optimizer):
        _check_state(parameter, one)


def _check_state(parameter: Tensor, optimizer: Optimizer) -> None:
    """Refuse numbers by weight that cannot follow their weights."""
    if isinstance(optimizer, torch.optim.LBFGS):
        return
    kind = type(optimizer).__name__
    for name, moment in optimizer.state.get(parameter, {}).items():
        of_weights = isinstance(moment, Tensor) and moment.shape == parameter.shape
        if not of_weights and any(True for _ in _arrays(moment)):
            received = Said(f"{kind}, whose {name!r} is not by synapse")
            remedy = "del optimizer.state[layer.values] starts it anew"
            raise bad_argument(
                "optimizer", received, "moments of the size of the weights", remedy
            )
    name = _kept_elsewhere(parameter, optimizer)
    if name:
        received = Said(f"{kind}, whose {name!r} is numbers of that size")
        expected = "moments in optimizer.state[parameter], where they are followed"
        raise bad_argument("optimizer", received, expected)


def carry_moments(parameter: Tensor, optimizer: Optimizer, carried: Carried) -> None:
    """Take moments along with their synapses; new synapses begin as in a new optimiser."""
    done: list[Any] = []
    for one in _nested(optimizer):
        if isinstance(one, torch.optim.LBFGS):
            # its history runs over all parameters at once, and it remembers how many there are
            one.state.clear()
            one._numel_cache = None
            continue
        state = one.state.get(parameter, {})
        # a wrapper may hand on the state of the optimiser in it
        if any(state is other for other in done):
            continue
        done.append(state)
        for name, moment in state.items():
            if isinstance(moment, Tensor) and moment.shape == parameter.shape:
                state[name] = carried(moment, _fresh(one, parameter, name))


def _nested(optimizer: Optimizer) -> list[Optimizer]:
    """An optimiser and those it is wrapped around (SAM, Lookahead)."""
    present = [optimizer]
    for one in present:
        for part in vars(one).values():
            inner = part if isinstance(part, list | tuple) else [part]
            present += [
                other
                for other in inner
                if isinstance(other, Optimizer) and not any(other is k for k in present)
            ]
    return present


def _kept_elsewhere(parameter: Tensor, optimizer: Optimizer) -> str:
    """Where an optimiser of one's own keeps moments beside its state; "" if it does not."""
    own = [part for group in optimizer.param_groups for part in group["params"]]
    known = {id(part) for part in own}
    places = {
        name: part
        for name, part in vars(optimizer).items()
        if name not in ("state", "param_groups", "defaults")
    }
    for group in optimizer.param_groups:
        places |= {name: part for name, part in group.items() if name != "params"}
    places |= {
        f"state[{key!r}]": part
        for key, part in optimizer.state.items()
        if not isinstance(key, Tensor)
    }
    for name, part in places.items():
        for array in _arrays(part):
            if array.shape == parameter.shape and id(array) not in known:
                return name
    return ""


def _arrays(part: Any) -> Iterator[Any]:
    """All arrays in a value of plain kinds; a step counter belongs to all weights, and is none."""
    if isinstance(part, Tensor | np.ndarray):
        if part.ndim:
            yield part
    elif isinstance(part, list | tuple | set | deque):
        for item in part:
            yield from _arrays(item)
    elif isinstance(part, dict):
        for item in part.values():
            yield from _arrays(item)


def refuse_old_moments(parameter: Tensor, name: str) -> None:
    """Have the next step of each optimiser refused that still holds moments of other synapses.

    Those alone are listened to; the others know nothing of it.
    """
    for optimizer in _holders(parameter):
        first = optimizer.param_groups[0]["params"][0]
        owner = first if isinstance(optimizer, torch.optim.LBFGS) else parameter
        optimizer.register_step_pre_hook(_Refusal(owner, name, optimizer.state[owner]))


def refuse_parted(parameter: Tensor, remedy: str) -> None:
    """Have the next step of each optimiser refused that trains what is no longer a layer's.

    >>> layer = torch.nn.Linear(1, 1)
    >>> optimizer = torch.optim.SGD(layer.parameters(), 0.1)
    >>> refuse_parted(layer.weight, "make it anew")
    >>> optimizer.step()
    Traceback (most recent call last):
    ValueError: optimizer: got SGD over weights of no layer any more, wants those of the layer; \
make it anew
    """
    for optimizer in _living():
        if trains(optimizer, parameter):
            optimizer.register_step_pre_hook(_Parted(parameter, remedy))


class _Parted:
    """Refuse steps while an optimiser trains a parameter that nothing is computed of."""

    def __init__(self, parameter: Tensor, remedy: str) -> None:
        self.parameter = parameter
        self.remedy = remedy

    def __call__(self, optimizer: Optimizer, *_: Any) -> None:
        if trains(optimizer, self.parameter):
            received = Said(f"{type(optimizer).__name__} over weights of no layer any more")
            raise bad_argument("optimizer", received, "those of the layer", self.remedy)


class _Refusal:
    """Refuse a step while an optimiser has the moments of before a load."""

    def __init__(self, owner: Tensor, name: str, moments: Any) -> None:
        self.owner = owner
        self.name = name
        self.moments = moments

    def __call__(self, optimizer: Optimizer, *_: Any) -> None:
        if self.moments and optimizer.state.get(self.owner) is self.moments:
            kind = type(optimizer).__name__
            received = Said(f"{kind} with moments of other synapses of {self.name}")
            remedy = "load its state as well, or begin with optimizer.state.clear()"
            raise bad_argument("optimizer", received, "those of the loaded ones", remedy)
        self.moments = None


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
    """The optimisers that hold moments of a parameter."""
    return [optimizer for optimizer in _living() if _has_moments(optimizer, parameter)]


def _living() -> list[Optimizer]:
    """All optimisers that are alive.

    Torch keeps no list of them, and to listen to the steps of all of them would be a cost to
    everybody: Python is asked for those that are alive, where it matters.
    """
    kinds = [Optimizer]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return [thing for thing in gc.get_referrers(*kinds) if isinstance(thing, Optimizer)]


def _has_moments(optimizer: Optimizer, parameter: Tensor) -> bool:
    if isinstance(optimizer, torch.optim.LBFGS):
        return trains(optimizer, parameter) and any(optimizer.state.values())
    state = optimizer.state.get(parameter, {})
    return any(True for _ in _arrays(state))


def _fresh(optimizer: Optimizer, parameter: Tensor, name: str) -> float:
    """What a new optimiser would hold of a weight that has not learned yet."""
    group = group_of(optimizer, parameter)
    match optimizer, name:
        case torch.optim.Rprop(), "step_size":
            return float(group["lr"])
        case torch.optim.Adagrad(), "sum":
            return float(group["initial_accumulator_value"])
    return 0.0
