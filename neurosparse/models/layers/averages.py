"""Averages of weights (SWA, EMA), which mean nothing between different synapses."""

import functools
from typing import Any

import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel

from neurosparse.errors import Said, bad_argument


def refuse_other_synapses(averaged: nn.Module, model: nn.Module, kinds: Any) -> None:
    """Refuse to average layers of these kinds that have different synapses.

    Raises:
        ValueError: a layer has; the message names it.
    """
    ours = [
        (name, layer) for name, layer in averaged.named_modules() if isinstance(layer, kinds)
    ]
    theirs = [layer for layer in model.modules() if isinstance(layer, kinds)]
    # in order, as AveragedModel pairs them: names differ in a wrapper such as DataParallel
    for (name, layer), other in zip(ours, theirs, strict=False):
        if not same_synapses(layer, other):
            received = Said(f"other synapses in {name or 'the layer'} than the average has")
            remedy = "average dense_twin(model), or begin the average after the last rewiring"
            raise bad_argument("model", received, "the same", remedy)


def same_synapses(one: nn.Module, other: nn.Module) -> bool:
    """Whether two layers have the same synapses, delays included.

    >>> same_synapses(nn.Linear(1, 1), nn.Linear(1, 1))
    True
    """
    for name in ("indptr", "indices", "delay_steps"):
        ours = getattr(one, name, None)
        theirs = getattr(other, name, None)
        if ours is None and theirs is None:
            continue
        if ours is None or theirs is None or ours.shape != theirs.shape:
            return False
        if not torch.equal(ours, theirs.to(ours.device)):
            return False
    return True


def check_averages_of(*kinds: type[nn.Module]) -> None:
    """Have `AveragedModel` refuse to average layers of these kinds over different synapses.

    It reads their parameters past every method of theirs, so that only it can be asked.
    """
    plain = AveragedModel.update_parameters

    @functools.wraps(plain)
    def update_parameters(self: AveragedModel, model: nn.Module) -> None:
        refuse_other_synapses(self.module, model, kinds)
        plain(self, model)

    AveragedModel.update_parameters = update_parameters  # type: ignore[method-assign]
