"""What `fit` is given, checked before any training."""

from typing import Any

import numpy as np
import torch
from torch import nn

from neurosparse.errors import Said, bad_argument, bad_type


def check_whole(name: str, value: Any, none: bool = False) -> None:
    """Refuse what is no whole number (or None, where that is allowed).

    >>> check_whole("epochs", 2.5)
    Traceback (most recent call last):
    TypeError: epochs: got 2.5, wants a whole number
    """
    if none and value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise bad_type(name, value, "a whole number")


def check_parts(model: Any, data: Any, optimizer: Any, plan: Any, scheduler: Any) -> None:
    """Refuse parts of another kind, an optimiser that trains nothing of the model, and steps that want arguments.

    Raises:
        TypeError: a part of another kind.
        ValueError: none of the parameters of the optimiser belongs to the model.

    >>> from neurosparse.models import Data
    >>> from neurosparse.models.training._fit import TrainingPlan
    >>> one, other = nn.Linear(1, 1), nn.Linear(1, 1)
    >>> data = Data(torch.ones(1, 1), torch.ones(1, 1))
    >>> check_parts(one, data, torch.optim.SGD(other.parameters(), 0.1), TrainingPlan(), None)
    Traceback (most recent call last):
    ValueError: optimizer: got one whose parameters are none of the model, wants one over model.parameters(); make it
    after the model, and anew for a copy
    """
    from neurosparse.models.training._fit import Data, TrainingPlan

    if not isinstance(model, nn.Module):
        raise bad_type("model", model, "a torch module")
    if not isinstance(data, Data):
        raise bad_type("data", Said(type(data).__name__), "Data(x, y), all samples as tensors")
    if not isinstance(plan, TrainingPlan):
        raise bad_type(
            "plan",
            plan,
            "a TrainingPlan",
            f"TrainingPlan(epochs={plan})" if isinstance(plan, int) else "",
        )
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise bad_type(
            "optimizer",
            optimizer,
            "an optimiser",
            "torch.optim.SGD(model.parameters(), lr=0.1) is one",
        )
    if isinstance(optimizer, torch.optim.LBFGS):
        raise bad_type(
            "optimizer", Said("LBFGS"), "one whose step needs no closure, such as SGD or Adam"
        )
    if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
        wants = "a schedule that steps by itself, once a batch, such as OneCycleLR"
        remedy = "step this one in a callback: callbacks=[lambda history: scheduler.step(history[-1]['loss'])]"
        raise bad_type("scheduler", Said("ReduceLROnPlateau"), wants, remedy)
    held = {id(parameter) for group in optimizer.param_groups for parameter in group["params"]}
    if not any(id(parameter) in held for parameter in model.parameters()):
        found = Said("one whose parameters are none of the model")
        remedy = "make it after the model, and anew for a copy"
        raise bad_argument("optimizer", found, "one over model.parameters()", remedy)
