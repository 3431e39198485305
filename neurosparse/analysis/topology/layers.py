"""Layers in a chain: which neurons and synapses lie on a path from the first layer to the last."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from neurosparse.analysis.topology.graph import as_connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.typing import Bool, Float64, Int32

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


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
    """Follow the synapses of `layers` in order, each beginning at the neurons where one ended.

    A neuron is alive when an input reaches it and it reaches an output; a synapse whose neurons are
    not both alive carries nothing, however it is trained. Weights do not matter, zero weights
    included.

    Source: A. Vysogorets, J. Kempe, JMLR 24 (2023), arXiv:2107.02306.

    >>> from neurosparse.connectivity import Connectivity
    >>> first = Connectivity.from_dense([[1, 1], [1, 0]])
    >>> second = Connectivity.from_dense([[1], [0]])
    >>> chain = layer_chain([first, second])
    >>> chain.effective, [alive.tolist() for alive in chain.alive]
    ((2, 1), [[True, True], [True, False], [True]])
    """
    _check(layers)
    # ln of the number of paths from the inputs to each neuron, layer by layer
    paths_to = [np.zeros(layers[0].n_pre)]
    for layer in layers:
        pre, post = layer.edges()
        paths_to.append(_log_sum(paths_to[-1][pre], post, layer.n_post))
    # whether each neuron reaches an output, from the last layer back
    reaches = [np.ones(layers[-1].n_post, bool)]
    for layer in reversed(layers):
        pre, post = layer.edges()
        reaches.append(np.bincount(pre[reaches[-1][post]], minlength=layer.n_pre) > 0)
    both = zip(paths_to, reversed(reaches), strict=True)
    alive = tuple(np.isfinite(paths) & reaching for paths, reaching in both)
    effective = tuple(
        _between(layer, alive[k], alive[k + 1]) for k, layer in enumerate(layers)
    )
    places = [max(layer.n_pre * layer.n_post, 1) for layer in layers]
    total = sum(layer.nnz for layer in layers)
    ends = paths_to[-1][np.isfinite(paths_to[-1])]
    return LayerChain(
        alive=alive,
        effective=effective,
        density=tuple(
            count / place for count, place in zip(effective, places, strict=True)
        ),
        effective_share=sum(effective) / total if total else 0.0,
        paths=float(np.logaddexp.reduce(ends) / np.log(10)) if ends.size else -np.inf,
    )


def _check(layers: "Sequence[Connectivity]") -> None:
    if not isinstance(layers, Sequence) or isinstance(layers, str):
        raise bad_type(
            "layers", layers, "a list of Connectivity", "write layer_chain([first, second])"
        )
    if not layers:
        raise bad_argument("layers", Said("none"), "at least one Connectivity")
    for layer in layers:
        as_connectivity(layer)
    for k, (one, two) in enumerate(pairwise(layers)):
        if one.n_post != two.n_pre:
            expected = f"{one.n_post} presynaptic neurons, those layers[{k}] reaches"
            raise bad_argument(f"layers[{k + 1}]", two.n_pre, expected)


def _log_sum(values: Float64, group: Int32, n: int) -> Float64:
    """ln Σ exp(values) per group `[n]`; the paths of a deep network are too many for a float."""
    top = np.full(n, -np.inf)
    np.maximum.at(top, group, values)
    finite = np.where(np.isfinite(top), top, 0.0)
    sums = np.bincount(group, np.exp(values - finite[group]), minlength=n)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(sums) + finite)


def _between(layer: "Connectivity", sources: Bool, targets: Bool) -> int:
    pre, post = layer.edges()
    return int(np.count_nonzero(sources[pre] & targets[post]))
