"""`prune`: turn dense or sparse layers into sparse ones of exact size, by what a score says
matters.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.pruning import to_density
from neurosparse.pruning.select import Scope

Scores = dict[str, NDArray[Any]]
Loss = Callable[[Tensor, Tensor], Tensor]


def sparsified(model: nn.Module, keep_dense: Sequence[str] = ()) -> nn.Module:
    """Copy a network with every `nn.Linear` as a `SparseLinear` that has all its weights, zeros
    too.

    Args:
        keep_dense: names of layers to leave as they are, such as the output layer.

    Raises:
        ValueError: a name that is no layer, or a layer that a fused one of torch
            (`MultiheadAttention`,
            `TransformerEncoderLayer`) uses without calling it.

    >>> sparsified(nn.Sequential(nn.Linear(3, 2)))
    Sequential(
      (0): SparseLinear(3 -> 2, 6 synapses, density 100 %, bias=True)
    )
    """
    keep_dense = _names(model, keep_dense)
    twin = copy.deepcopy(model)
    made = dict[nn.Module, SparseLinear]()
    kept = {twin.get_submodule(name) for name in keep_dense}
    # a layer that has several names stays one
    for name, layer in list(twin.named_modules(remove_duplicate=False)):
        if isinstance(layer, nn.Linear) and layer not in kept:
            parent, _, child = name.rpartition(".")
            _refuse_fused(twin.get_submodule(parent), name)
            if layer not in made:
                made[layer] = SparseLinear.from_dense(layer, keep=layer.weight.numel()).train(
                    layer.training
                )
            if not name:
                return made[layer]
            setattr(twin.get_submodule(parent), child, made[layer])
    return twin


def _names(model: nn.Module, keep_dense: Sequence[str]) -> tuple[str, ...]:
    """Names of layers that stay dense, one by itself as well; each must be there."""
    names = (keep_dense,) if isinstance(keep_dense, str) else tuple(keep_dense)
    modules = dict(model.named_modules(remove_duplicate=False))
    for name in names:
        if name not in modules:
            layers = [
                known for known, m in modules.items() if isinstance(m, nn.Linear | SparseLinear)
            ]
            raise unknown_name("keep_dense", name, layers)
    return names


def _refuse_fused(parent: nn.Module, name: str) -> None:
    """Refuse a layer whose weights torch reads past its `forward`."""
    found = Said(
        f"{name} of a {type(parent).__name__}, which reads the weights of its layers itself"
    )
    if isinstance(parent, nn.MultiheadAttention):
        raise bad_argument(
            "model", found, "layers that are called", f"leave it: keep_dense=({name!r}, …)"
        )
    if isinstance(parent, nn.TransformerEncoderLayer) and torch.backends.mha.get_fastpath_enabled():
        remedy = "torch.backends.mha.set_fastpath_enabled(False) has it call them"
        raise bad_argument("model", found, "layers that are called", remedy)


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
        return {
            name: layer.values.detach().abs().cpu().numpy()
            for name, layer in _layers(model).items()
        }


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
        # a copy: running means of the model are not for a score to change
        return _saliency(copy.deepcopy(model), lambda net: self.loss(net(self.x), self.y))


@dataclass(frozen=True)
class SynFlow:
    """Score `|w dR/dw|`, R the summed output for an input of ones with all weights |w|; needs no
    data.

    Source: Tanaka et al. 2020, arXiv 2006.05467. Use with `rounds=100`.

    Args:
        shape: of one input; a number is that of its features.
    """

    shape: tuple[int, ...] | int

    def __call__(self, model: nn.Module) -> Scores:
        """Score every weight, in float64: products over layers run out of float32."""
        positive = copy.deepcopy(model).double().eval()
        for parameter in positive.parameters():
            parameter.data.abs_()
        shape = (self.shape,) if isinstance(self.shape, int) else self.shape
        return _saliency(
            positive, lambda net: net(torch.ones(1, *shape, dtype=torch.float64)).sum()
        )


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
    keep_dense: Sequence[str] = (),
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
        ValueError: the density is not a share or above that of the model, there is nothing to
            prune, a name is no layer, an optimiser is given where a copy is pruned, or scores are
            not numbers.
        TypeError: the score is no object such as `ByMagnitude()`, or rounds are no whole number.

    >>> sparse = prune(nn.Linear(10, 10), 0.07)
    >>> sparse.nnz
    7
    """
    if isinstance(score, type) or not callable(score):
        raise bad_type(
            "score", score, "a score such as ByMagnitude(), Snip(x, y) or SynFlow(shape)"
        )
    if isinstance(rounds, bool) or not isinstance(rounds, int | np.integer):
        raise bad_type("rounds", rounds, "a whole number, 1 or more")
    keep_dense = _names(model, keep_dense)
    kept = {model.get_submodule(name) for name in keep_dense}
    dense = [n for n, m in model.named_modules() if isinstance(m, nn.Linear) and m not in kept]
    if dense and optimizer is not None:
        why = Said(
            f"one, though {', '.join(dense) or 'the model'} is dense and a copy will be pruned"
        )
        remedy = (
            f"keep_dense={(*keep_dense, *dense)} prunes the sparse layers in place"
            if _layers(model)
            else ""
        )
        raise bad_argument("optimizer", why, "None, and a new one for the copy", remedy)
    model = sparsified(model, keep_dense) if dense else model
    layers = {name: layer for name, layer in _layers(model).items() if name not in keep_dense}
    if not layers:
        raise bad_argument("model", type(model).__name__, "a network with linear layers to prune")
    if rounds < 1:
        raise bad_argument("rounds", rounds, "at least 1")
    places = {name: layer.n_pre * layer.n_post for name, layer in layers.items()}
    present = sum(layer.nnz for layer in layers.values()) / max(sum(places.values()), 1)
    if density <= 1 and round(density * sum(places.values())) > round(
        present * sum(places.values())
    ):
        wants = f"at most {present:.4g}, the share that is there"
        raise bad_argument("density", density, wants, "density is 1 - sparsity")
    for turn in range(1, rounds + 1):
        target = density if turn == rounds else present * (density / present) ** (turn / rounds)
        found = score(model)
        masks = to_density([found[name] for name in layers], target, scope, list(places.values()))
        for layer, mask in zip(layers.values(), masks, strict=True):
            layer.edit(drop=np.flatnonzero(~mask), optimizer=optimizer)
    return model


def rewound(model: nn.Module, early: nn.Module) -> nn.Module:
    """Copy `early`, dense or sparse, with the support of `model`: the surviving weights as they were then.

    This makes a lottery ticket. Source: Frankle & Carbin 2019, arXiv 1803.03635; with `early` from
    step k > 0,
    Frankle et al. 2020, arXiv 1912.05671.

    Raises:
        ValueError: a synapse or layer of `model` did not exist in `early`.

    >>> early = sparsified(nn.Sequential(nn.Linear(4, 3)))
    >>> late = prune(copy.deepcopy(early), 0.5)
    >>> ticket = rewound(late, early)
    >>> ticket[0].support == late[0].support
    True
    """
    survivors = _layers(model)
    begun = dict(early.named_modules())
    if missing := [n for n in survivors if not isinstance(begun.get(n), nn.Linear | SparseLinear)]:
        raise bad_argument(
            "early",
            Said(f"a network without a linear layer {missing[0]!r}"),
            "the layers of the model",
        )
    stay = [n for n, m in begun.items() if isinstance(m, nn.Linear) and n not in survivors]
    ticket = sparsified(early, stay)
    for name, layer in _layers(ticket).items():
        if name not in survivors:
            raise bad_argument(
                "model", Said(f"no sparse layer {name!r}"), "the sparse layers of early"
            )
        old, new = (_keys(part) for part in (layer, survivors[name]))
        if layer.n_post != survivors[name].n_post or not np.isin(new, old).all():
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
    keep_dense: Sequence[str] = (),
) -> nn.Module:
    """Find a lottery ticket: train, prune a share of what is left by |w|, rewind to the start, repeat.

    After n rounds the density is `(1 - share)^n`. To rewind to step k, hand in a model trained for
    k steps.
    Source: Frankle & Carbin 2019, arXiv 1803.03635.

    Args:
        model: the network at the moment to rewind to; left as it is.
        train: trains a network in place.
        rounds: how often to prune.
        share: of the remaining weights pruned each time.

    Raises:
        ValueError: no round, or a share outside (0, 1).

    >>> ticket = iterative_magnitude_pruning(nn.Linear(10, 10), lambda net: None, rounds=3)
    >>> ticket.nnz
    51
    """
    if not 0 < share < 1:
        raise bad_argument("share", share, "a number in (0, 1)")
    if isinstance(rounds, bool) or not isinstance(rounds, int | np.integer) or rounds < 1:
        raise bad_argument("rounds", rounds, "a whole number, 1 or more")
    ticket = sparsified(model, keep_dense)
    places = sum(layer.n_pre * layer.n_post for layer in _layers(ticket).values())
    begin = sum(layer.nnz for layer in _layers(ticket).values()) / max(places, 1)
    for turn in range(1, rounds + 1):
        trained = copy.deepcopy(ticket)
        train(trained)
        ticket = rewound(prune(trained, begin * (1 - share) ** turn, keep_dense=keep_dense), ticket)
    return ticket
