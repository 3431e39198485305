"""`prune`: turn dense or sparse layers into sparse ones of exact size, by what a score says matters."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from neurosparse.errors import bad_argument
from neurosparse.models.sparse_linear import SparseLinear
from neurosparse.pruning.select import Scope, to_density

Scores = dict[str, NDArray[Any]]
Loss = Callable[[Tensor, Tensor], Tensor]


def sparsified(model: nn.Module, keep_dense: tuple[str, ...] = ()) -> nn.Module:
    """Copy a network with every `nn.Linear` as a `SparseLinear` that has all its weights, zeros too.

    Args:
        keep_dense: names of layers to leave as they are, such as the output layer.

    >>> sparsified(nn.Sequential(nn.Linear(3, 2)))
    Sequential(
      (0): SparseLinear(3 -> 2, 6 synapses, density 100 %, bias=True)
    )
    """
    twin = copy.deepcopy(model)
    for name in keep_dense:
        twin.get_submodule(name)
    for name, layer in list(twin.named_modules()):
        if isinstance(layer, nn.Linear) and name not in keep_dense:
            made = SparseLinear.from_dense(layer, keep=layer.weight.numel())
            if not name:
                return made
            parent, _, child = name.rpartition(".")
            setattr(twin.get_submodule(parent), child, made)
    return twin


class WeightScore(Protocol):
    """How much each weight of each sparse layer is worth."""

    def __call__(self, model: nn.Module) -> Scores: ...


def _layers(model: nn.Module) -> dict[str, SparseLinear]:
    return {name: m for name, m in model.named_modules() if isinstance(m, SparseLinear)}


@dataclass(frozen=True)
class ByMagnitude:
    """Score `|w|` (Han et al. 2015, arXiv 1506.02626)."""

    def __call__(self, model: nn.Module) -> Scores:
        """Score every weight."""
        return {name: layer.values.detach().abs().cpu().numpy() for name, layer in _layers(model).items()}


@dataclass(frozen=True, eq=False)
class Snip:
    """Score `|w dL/dw|` on samples, before training (Lee et al. 2019, arXiv 1810.02340).

    Args:
        x, y: samples and targets.
        loss: of (output, target).
    """

    x: Tensor
    y: Tensor
    loss: Loss = nn.functional.cross_entropy

    def __call__(self, model: nn.Module) -> Scores:
        """Score every weight."""
        return _saliency(model, lambda net: self.loss(net(self.x), self.y))


@dataclass(frozen=True)
class SynFlow:
    """Score `|w dR/dw|`, R the summed output for an input of ones with all weights |w|; needs no data.

    Source: Tanaka et al. 2020, arXiv 2006.05467. Use with `rounds=100`.

    Args:
        shape: of one input.
    """

    shape: tuple[int, ...]

    def __call__(self, model: nn.Module) -> Scores:
        """Score every weight, in float64: products over layers run out of float32."""
        positive = copy.deepcopy(model).double().eval()
        for parameter in positive.parameters():
            parameter.data.abs_()
        return _saliency(positive, lambda net: net(torch.ones(1, *self.shape, dtype=torch.float64)).sum())


def _saliency(model: nn.Module, objective: Callable[[nn.Module], Tensor]) -> Scores:
    layers = _layers(model)
    slopes = torch.autograd.grad(objective(model), [layer.values for layer in layers.values()])
    return {
        name: (slope * layer.values.detach()).abs().cpu().numpy()
        for (name, layer), slope in zip(layers.items(), slopes, strict=True)
    }


def prune(
    model: nn.Module,
    density: float,
    score: WeightScore = ByMagnitude(),
    *,
    scope: Scope = "global",
    rounds: int = 1,
    keep_dense: tuple[str, ...] = (),
    optimizer: torch.optim.Optimizer | None = None,
) -> nn.Module:
    """Prune to exactly `round(density places)` weights; returns a network of `SparseLinear` layers.

    A model without dense layers is pruned in place, so that training goes on; otherwise a copy is.

    Args:
        model: dense, sparse, or mixed.
        density: share of the possible weights of the pruned layers that stay.
        score: `ByMagnitude()`, `Snip(x, y)` or `SynFlow(shape)`.
        scope: compare over all layers, or prune each to the density.
        rounds: prune in so many steps of equal ratio, scoring anew each time.
        keep_dense: layers left as they are.
        optimizer: whose moments follow their weights (in place only).

    Raises:
        ValueError: the density is not a share, there is nothing to prune, or scores are not numbers.

    >>> sparse = prune(nn.Linear(10, 10), 0.07)
    >>> sparse.nnz
    7
    """
    dense = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and n not in keep_dense]
    model = sparsified(model, keep_dense) if dense else model
    layers = _layers(model)
    if not layers:
        raise bad_argument("model", type(model).__name__, "a network with linear layers to prune")
    if rounds < 1:
        raise bad_argument("rounds", rounds, "at least 1")
    places = {name: layer.n_pre * layer.n_post for name, layer in layers.items()}
    present = sum(layer.nnz for layer in layers.values()) / sum(places.values())
    for turn in range(1, rounds + 1):
        target = density if turn == rounds else present * (density / present) ** (turn / rounds)
        found = score(model)
        masks = to_density([found[name] for name in layers], target, scope, list(places.values()))
        for layer, mask in zip(layers.values(), masks, strict=True):
            layer.edit(drop=np.flatnonzero(~mask), optimizer=optimizer)
    return model


def rewound(model: nn.Module, early: nn.Module) -> nn.Module:
    """Copy `early` with the support of `model`: the surviving weights as they were then (a lottery ticket).

    Source: Frankle & Carbin 2019, arXiv 1803.03635; with `early` from step k > 0, Frankle et al. 2020,
    arXiv 1912.05671.

    Raises:
        ValueError: a synapse of `model` did not exist in `early`.

    >>> early = sparsified(nn.Sequential(nn.Linear(4, 3)))
    >>> late = prune(copy.deepcopy(early), 0.5)
    >>> ticket = rewound(late, early)
    >>> ticket[0].support == late[0].support
    True
    """
    ticket = copy.deepcopy(early)
    survivors = _layers(model)
    for name, layer in _layers(ticket).items():
        old, new = (_keys(part) for part in (layer, survivors[name]))
        if not np.isin(new, old).all():
            raise bad_argument("early", name, "a network that has every synapse of the model")
        layer.edit(drop=np.flatnonzero(~np.isin(old, new)))
    return ticket


def _keys(layer: SparseLinear) -> NDArray[np.int64]:
    pre, post = layer.support.edges()
    return pre.astype(np.int64) * layer.n_post + post


def iterative_magnitude_pruning(
    model: nn.Module,
    train: Callable[[nn.Module], object],
    *,
    rounds: int,
    share: float = 0.2,
    keep_dense: tuple[str, ...] = (),
) -> nn.Module:
    """Find a lottery ticket: train, prune a share of what is left by |w|, rewind to the start, repeat.

    After n rounds the density is `(1 - share)^n`. To rewind to step k, hand in a model trained for k steps.
    Source: Frankle & Carbin 2019, arXiv 1803.03635.

    Args:
        model: the network at the moment to rewind to; left as it is.
        train: trains a network in place.
        rounds: how often to prune.
        share: of the remaining weights pruned each time.

    >>> ticket = iterative_magnitude_pruning(nn.Linear(10, 10), lambda net: None, rounds=3)
    >>> ticket.nnz
    51
    """
    if not 0 < share < 1:
        raise bad_argument("share", share, "a number in (0, 1)")
    ticket = sparsified(model, keep_dense)
    places = sum(layer.n_pre * layer.n_post for layer in _layers(ticket).values())
    begin = sum(layer.nnz for layer in _layers(ticket).values()) / max(places, 1)
    for turn in range(1, rounds + 1):
        trained = copy.deepcopy(ticket)
        train(trained)
        ticket = rewound(prune(trained, begin * (1 - share) ** turn, keep_dense=keep_dense), ticket)
    return ticket
