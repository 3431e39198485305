"""What `fit` and `Rewirer` are handed, checked before any training."""

from typing import Any

import torch
from torch import nn

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.training.data import Data
from neurosparse.models.training.plan import TrainingPlan


def check_parts(model: Any, data: Any, optimizer: Any, plan: Any, scheduler: Any) -> None:
    """Refuse parts that cannot train together.

    Raises:
        TypeError: a part of another kind, or one whose step wants arguments.
        ValueError: none of the parameters of the optimiser belongs to the model.
    """
    if not isinstance(model, nn.Module):
        raise bad_type("model", model, "a torch module")
    if not isinstance(data, Data):
        raise bad_type(
            "data", Said(type(data).__name__), "Data(x, y), all samples as tensors"
        )
    if not isinstance(plan, TrainingPlan):
        remedy = f"TrainingPlan(epochs={plan})" if isinstance(plan, int) else ""
        raise bad_type("plan", plan, "a TrainingPlan", remedy)
    check_optimizer(model, optimizer)
    if isinstance(optimizer, torch.optim.LBFGS):
        expected = "one whose step needs no closure, such as SGD or Adam"
        raise bad_type("optimizer", Said("LBFGS"), expected)
    if isinstance(scheduler, torch.optim.lr_scheduler.ReduceLROnPlateau):
        expected = "a schedule that steps by itself, once a batch, such as OneCycleLR"
        call = "lambda history: scheduler.step(history[-1]['loss'])"
        remedy = f"step this one in a callback: callbacks=[{call}]"
        raise bad_type("scheduler", Said("ReduceLROnPlateau"), expected, remedy)


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
