"""Layers in a chain: which neurons and synapses lie on a path from the first layer to the last."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.graph import as_connectivity
from neurosparse.errors import Said, bad_argument, bad_type

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity

Bool = npt.NDArray[np.bool_]


class LayerChain(NamedTuple):
    """What of a layered network can carry a signal from its first layer to its last.

    `alive` per layer of neurons `[width]`; per layer of synapses `effective` counts those between
    two alive neurons and `density` their share of all places. `paths` is log10 of the number of
    input-output paths (-inf without any), `effective_share` the share of all synapses that are
    effective.
    """

    alive: tuple[Bool, ...]
    effective: tuple[int, ...]
    density: tuple[float, ...]
    effective_share: float
    paths: float


def layer_chain(layers: "Sequence[Connectivity]") -> LayerChain:
    """Follow the synapses of `layers` in order, each from `n_pre` to `n_post` neurons, the next
    from there.

    A neuron is alive when an input reaches it and it reaches an output; a synapse whose neurons are
    not both alive carries nothing, however it is trained. Weights do not matter, zero weights
    included.

    Source: A. Vysogorets, J. Kempe, JMLR 24 (2023), arXiv:2107.02306.

    >>> from neurosparse.connectivity import Connectivity
    >>> first = Connectivity.from_dense([[1, 1], [1, 0]])
    >>> second = Connectivity.from_dense([[1], [0]])
    >>> found = layer_chain([first, second])
    >>> found.effective, [a.tolist() for a in found.alive]
    ((2, 1), [[True, True], [True, False], [True]])
    """
    _check(layers)
    forward = [np.zeros(layers[0].n_pre)]
    for layer in layers:
        pre, post = layer.edges()
        forward.append(_log_sum(forward[-1][pre], post, layer.n_post))
    reaches = [np.ones(layers[-1].n_post, bool)]
    for layer in reversed(layers):
        pre, post = layer.edges()
        reaches.append(np.bincount(pre[reaches[-1][post]], minlength=layer.n_pre) > 0)
    alive = tuple(np.isfinite(f) & r for f, r in zip(forward, reversed(reaches), strict=True))
    effective = tuple(_between(layer, alive[k], alive[k + 1]) for k, layer in enumerate(layers))
    places = [max(layer.n_pre * layer.n_post, 1) for layer in layers]
    total = sum(layer.nnz for layer in layers)
    ends = forward[-1][np.isfinite(forward[-1])]
    paths = float(np.logaddexp.reduce(ends) / np.log(10)) if ends.size else -np.inf
    density = tuple(count / place for count, place in zip(effective, places, strict=True))
    return LayerChain(alive, effective, density, sum(effective) / total if total else 0.0, paths)


def _check(layers: "Sequence[Connectivity]") -> None:
    if not isinstance(layers, Sequence):
        raise bad_type(
            "layers", layers, "a list of Connectivity", "write layer_chain([first, second])"
        )
    if not layers:
        raise bad_argument("layers", Said("none"), "at least one Connectivity")
    for layer in layers:
        as_connectivity(layer)
    for k, (one, two) in enumerate(pairwise(layers)):
        if one.n_post != two.n_pre:
            raise bad_argument(
                f"layers[{k + 1}]",
                two.n_pre,
                f"{one.n_post} presynaptic neurons, those layers[{k}] reaches",
            )


def _log_sum(
    values: npt.NDArray[np.float64], group: npt.NDArray[np.int32], n: int
) -> npt.NDArray[np.float64]:
    """ln Σ exp(values) per group `[n]`; the number of paths of a deep network has no room in a float."""
    top = np.full(n, -np.inf)
    np.maximum.at(top, group, values)
    finite = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):
        return np.asarray(
            np.log(np.bincount(group, np.exp(values - finite[group]), minlength=n)) + finite
        )


def _between(layer: "Connectivity", sources: Bool, targets: Bool) -> int:
    pre, post = layer.edges()
    return int(np.count_nonzero(sources[pre] & targets[post]))
