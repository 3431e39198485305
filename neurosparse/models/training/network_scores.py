"""What a weight is worth to the network as a whole: scores for `prune` that look at all layers.

Scores that look at one layer alone, such as `Magnitude`, are in `neurosparse.rewiring`.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.training.plan import Loss
from neurosparse.typing import Array

Scores = dict[str, Array]


@runtime_checkable
class NetworkScore(Protocol):
    """What each weight of each `SparseLinear` is worth, `[nnz]` by the layer's name."""

    def of_network(self, model: nn.Module) -> Scores:
        """Score every weight; the model stays as it is."""
        ...


@dataclass(frozen=True, eq=False)
class Snip:
    """Score `|w dL/dw|` on samples, before training (Lee et al. 2019, arXiv 1810.02340).

    Args:
        x: inputs.
        y: targets.
        loss: of (output, target).
    """

    x: Tensor
    y: Tensor
    loss: Loss = nn.functional.cross_entropy

    def of_network(self, model: nn.Module) -> Scores:
        """Score every weight of every sparse layer."""
        # a copy: running means of the model are not for a score to change
        return _saliency(copy.deepcopy(model), lambda net: self.loss(net(self.x), self.y))


@dataclass(frozen=True)
class SynFlow:
    """Score `|w dR/dw|`, R the summed output for ones with all weights |w|; needs no data.

    Use with `rounds=100`. Source: Tanaka et al. 2020, arXiv 2006.05467.

    Args:
        shape: of one input; a number is that of its features.
    """

    shape: tuple[int, ...] | int

    def of_network(self, model: nn.Module) -> Scores:
        """Score every weight, in float64: products over layers run out of float32."""
        positive = copy.deepcopy(model).double().eval()
        for parameter in positive.parameters():
            parameter.data.abs_()
        shape = (self.shape,) if isinstance(self.shape, int) else self.shape
        ones = torch.ones(1, *shape, dtype=torch.float64)
        return _saliency(positive, lambda net: net(ones).sum())


def _saliency(model: nn.Module, objective: Callable[[nn.Module], Tensor]) -> Scores:
    """Compute |w dO/dw| of every weight for an objective O."""
    layers = sparse_layers(model)
    slopes = torch.autograd.grad(
        objective(model), [layer.values for layer in layers.values()]
    )
    return {
        name: (slope * layer.values.detach()).abs().cpu().numpy()
        for (name, layer), slope in zip(layers.items(), slopes, strict=True)
    }
