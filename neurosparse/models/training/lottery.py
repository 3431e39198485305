"""Lottery tickets: the weights of the start on the support of a trained and pruned network."""

import copy
from collections.abc import Callable, Sequence

import numpy as np
from torch import nn

from neurosparse.checks import share as checked_share
from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.training._prune import prune
from neurosparse.models.training._sparsified import sparsified
from neurosparse.selection import member, pair_keys
from neurosparse.typing import Int64


def rewound(model: nn.Module, early: nn.Module) -> nn.Module:
    """Copy `early` with the support of `model`: the surviving weights as they were then.

    Sources: Frankle & Carbin 2019, arXiv 1803.03635; with `early` from step k > 0, Frankle et al.
    2020, arXiv 1912.05671.

    Args:
        model: pruned.
        early: the same network at the moment to rewind to, dense or sparse; left as it is.

    Raises:
        ValueError: a synapse or layer of `model` did not exist in `early`.

    >>> early = sparsified(nn.Sequential(nn.Linear(4, 3)))
    >>> late = prune(copy.deepcopy(early), 0.5)
    >>> ticket = rewound(late, early)
    >>> ticket[0].support == late[0].support
    True
    """
    survivors = sparse_layers(model)
    begun = dict(early.named_modules())
    linear = nn.Linear | SparseLinear
    missing = [name for name in survivors if not isinstance(begun.get(name), linear)]
    if missing:
        received = Said(f"a network without a linear layer {missing[0]!r}")
        raise bad_argument("early", received, "the layers of the model")
    dense = [name for name, layer in begun.items() if isinstance(layer, nn.Linear)]
    ticket = sparsified(early, [name for name in dense if name not in survivors])
    for name, layer in sparse_layers(ticket).items():
        if name not in survivors:
            received = Said(f"no sparse layer {name!r}")
            raise bad_argument("model", received, "the sparse layers of early")
        old = _keys(layer)
        new = _keys(survivors[name])
        same = layer.support.n_post == survivors[name].support.n_post
        if not same or not member(new, old).all():
            raise bad_argument(
                "early", name, "a network that has every synapse of the model"
            )
        layer.edit(drop=np.flatnonzero(~member(old, new)))
    return ticket


def _keys(layer: SparseLinear) -> Int64:
    pre, post = layer.support.edges()
    return pair_keys(pre, post, layer.support.n_post)


def iterative_magnitude_pruning(
    model: nn.Module,
    train: Callable[[nn.Module], object],
    *,
    rounds: int,
    share: float = 0.2,
    keep_dense: Sequence[str] = (),
) -> nn.Module:
    """Find a lottery ticket: train, prune a share of what is left by |w|, rewind, repeat.

    After n rounds the density is `(1 - share)^n`. To rewind to step k, hand in a model trained for
    k steps. Source: Frankle & Carbin 2019, arXiv 1803.03635.

    Args:
        model: the network at the moment to rewind to; left as it is.
        train: trains a network in place.
        rounds: how often to prune.
        share: of the remaining weights pruned each time.
        keep_dense: layers left as they are.

    Raises:
        ValueError: no round, or a share outside (0, 1).

    >>> ticket = iterative_magnitude_pruning(nn.Linear(10, 10), lambda net: None, rounds=3)
    >>> ticket.nnz
    51
    """
    checked_share("share", share)
    whole_number("rounds", rounds, 1)
    ticket = sparsified(model, keep_dense)
    layers = sparse_layers(ticket).values()
    places = sum(layer.support.n_pre * layer.support.n_post for layer in layers)
    first = sum(layer.nnz for layer in layers) / max(places, 1)
    for turn in range(1, rounds + 1):
        trained = copy.deepcopy(ticket)
        train(trained)
        density = first * (1 - share) ** turn
        # a copy, since an optimiser of `train` may be alive, which has no more to do
        pruned = prune(copy.deepcopy(trained), density, keep_dense=keep_dense)
        ticket = rewound(pruned, ticket)
    return ticket
