"""`prune`: turn dense or sparse layers into sparse ones of exact size, by what a score says."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from neurosparse.checks import density as checked_density
from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.layers.moments import trains
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.training._sparsified import layer_names, sparsified
from neurosparse.models.training.network_scores import NetworkScore, Scores
from neurosparse.models.training.parameters import check_optimizer, check_own_weights
from neurosparse.pruning import to_density
from neurosparse.pruning.density import Scope
from neurosparse.rewiring import LayerSynapses, Magnitude, SynapseScore
from neurosparse.rewiring.scores import scores_of
from neurosparse.typing import Seed

LayerScore = SynapseScore[LayerSynapses]


def prune(
    model: nn.Module,
    density: float,
    score: LayerScore | NetworkScore = Magnitude(),  # noqa: B008 - a frozen value
    *,
    scope: Scope = "global",
    rounds: int = 1,
    keep_dense: Sequence[str] = (),
    optimizer: torch.optim.Optimizer | None = None,
    rng: Seed = None,
) -> nn.Module:
    """Prune to exactly `round(density places)` weights; returns a network of `SparseLinear` layers.

    A model without dense layers is pruned in place, so that training goes on; otherwise a copy is.

    Args:
        model: dense, sparse, or mixed.
        density: share of the possible weights of the pruned layers that stay.
        score: `Magnitude()` or another score of synapses that needs no activity; `Snip(x, y)` or
            `SynFlow(shape)`.
        scope: compare over all layers, or prune each to the density.
        rounds: prune in so many steps of equal ratio, scoring anew each time.
        keep_dense: layers left as they are.
        optimizer: whose moments follow their weights (in place only).
        rng: seed or generator, for scores that draw.

    Raises:
        ValueError: the density is not a share or above that of the model, there is nothing to
            prune, a name is no layer, an optimiser is given where a copy is pruned, or none where
            one holds moments of what is pruned in place, weights are shared or of layers that are
            not plain, scores are not numbers, or rounds are no whole number.
        TypeError: the score is no object such as `Magnitude()`, or rounds are no number.

    >>> sparse = prune(nn.Linear(10, 10), 0.07)
    >>> sparse.nnz
    7
    """
    checked_density("density", density)
    whole_number("rounds", rounds, 1)
    _check_score(score)
    names = layer_names(model, keep_dense)
    dense = _dense_layers(model, names)
    if dense and optimizer is not None:
        _refuse_optimizer(model, names, dense)
    if optimizer is not None:
        check_optimizer(model, optimizer)
    model = sparsified(model, names) if dense else model
    layers = {
        name: layer for name, layer in sparse_layers(model).items() if name not in names
    }
    places = _places(layers)
    present = sum(layer.nnz for layer in layers.values()) / max(sum(places), 1)
    _check_goal(model, layers, density, present)
    check_own_weights(model, layers)
    trainers = {name: _trainer(layer, optimizer) for name, layer in layers.items()}
    for name, layer in layers.items():
        layer.check_edit(trainers[name])
    rng = np.random.default_rng(rng)
    for turn in range(1, rounds + 1):
        # exact at the end, whatever the powers round to
        target = (
            density if turn == rounds else present * (density / present) ** (turn / rounds)
        )
        scores = _scores(model, layers, score, rng)
        masks = to_density([scores[name] for name in layers], target, scope, places)
        for (name, layer), mask in zip(layers.items(), masks, strict=True):
            layer.edit(drop=np.flatnonzero(~mask), optimizer=trainers[name])
    return model


def _trainer(
    layer: SparseLinear, optimizer: torch.optim.Optimizer | None
) -> torch.optim.Optimizer | None:
    """The optimiser if it is that of this layer; a frozen one is pruned without it."""
    own = layer._parameters.get("values")
    return optimizer if optimizer is None or own is None or trains(optimizer, own) else None


def _places(layers: dict[str, SparseLinear]) -> list[int]:
    """Possible weights of each layer."""
    return [layer.support.n_pre * layer.support.n_post for layer in layers.values()]


def _scores(
    model: nn.Module,
    layers: dict[str, SparseLinear],
    score: LayerScore | NetworkScore,
    rng: np.random.Generator,
) -> Scores:
    """Scores of every weight by the layer's name."""
    if isinstance(score, NetworkScore):
        return score.of_network(model)
    return {
        name: scores_of(score, _as_seen(layer), layer.nnz, rng)
        for name, layer in layers.items()
    }


def _as_seen(layer: SparseLinear) -> LayerSynapses:
    """A sparse layer as a score sees it."""
    return LayerSynapses(layer.support, layer.values.detach().cpu().numpy())


def _dense_layers(model: nn.Module, names: Sequence[str]) -> list[str]:
    """Names of the dense layers that are not to be kept so."""
    kept = {model.get_submodule(name) for name in names}
    return [
        name
        for name, layer in model.named_modules()
        if isinstance(layer, nn.Linear) and layer not in kept
    ]


def _check_score(score: Any) -> None:
    known = callable(score) or isinstance(score, NetworkScore)
    # a class that was not called has all that its objects have
    if isinstance(score, type) or not known:
        expected = "a score such as Magnitude(), Snip(x, y) or SynFlow(shape)"
        raise bad_type("score", score, expected)


def _refuse_optimizer(model: nn.Module, names: Sequence[str], dense: Sequence[str]) -> None:
    """Refuse an optimiser of a model of which a copy is pruned."""
    listed = ", ".join(dense) or "the model"
    received = Said(f"one, though {listed} is dense and a copy will be pruned")
    remedy = f"keep_dense={(*names, *dense)} prunes the sparse layers in place"
    remedy = remedy if sparse_layers(model) else ""
    raise bad_argument("optimizer", received, "None, and a new one for the copy", remedy)


def _check_goal(
    model: nn.Module, layers: dict[str, SparseLinear], density: float, present: float
) -> None:
    """Refuse a network with nothing to prune, and more weights than there are."""
    if not layers:
        raise bad_argument(
            "model", type(model).__name__, "a network with linear layers to prune"
        )
    places = sum(_places(layers))
    if round(density * places) > round(present * places):
        expected = f"at most {present:.4g}, the share that is there"
        raise bad_argument("density", density, expected, "density is 1 - sparsity")
