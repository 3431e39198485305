"""What `fit` and `Rewirer` are handed, checked before any training."""

import copy
from typing import Any

import torch
from torch import nn

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.training.data import Data
from neurosparse.models.training.parameters import check_optimizer
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


def check_smallest_batch(model: nn.Module, data: Data) -> None:
    """Refuse before training a last batch of one sample where a norm over batches wants two.

    Raises:
        ValueError: there is such a batch, and a copy of the model cannot train on it.

    >>> data = Data(torch.zeros(5, 3), torch.zeros(5), batch=2)
    >>> check_smallest_batch(nn.BatchNorm1d(3), data)
    Traceback (most recent call last):
    ValueError: data: got 5 samples in batches of 2, wants a last batch of two or more for \
BatchNorm; Data(samples=4) leaves one out of each epoch
    """
    norms = (nn.modules.batchnorm._BatchNorm, nn.modules.instancenorm._InstanceNorm)
    last = data.seen % data.batch or data.batch
    if last > 1 or not any(isinstance(module, norms) for module in model.modules()):
        return
    try:
        with torch.no_grad(), torch.random.fork_rng():
            copy.deepcopy(model).train()(data.x[:1])
    except Exception as error:
        # whatever else is wrong, training itself will say
        if "more than 1 value per channel" not in str(error):
            return
        received = Said(f"{data.seen} samples in batches of {data.batch}")
        remedy = f"Data(samples={data.seen - 1}) leaves one out of each epoch"
        remedy = remedy if data.batch > 1 and data.seen > 1 else ""
        expected = "a last batch of two or more for BatchNorm"
        raise bad_argument("data", received, expected, remedy) from None
