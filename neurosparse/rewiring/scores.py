"""What a synapse is worth: one class a meaning, for rewiring, for pruning, for whole networks.

A score is asked with the synapses and a generator, and gives `[nnz]`; what is worth least goes
first. `Magnitude`, `Chance`, `Equal` and `RelativeImportance` look at weights alone and score
whatever has some: the layer of a rewiring rule, a recurrent network, a layer that `prune` is at.
"""

from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.random import Generator

from neurosparse.checks import function_like
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.layers.sampled_outer import sampled_outer
from neurosparse.rewiring.activity import standardised
from neurosparse.rewiring.costs import every_synapse, no_products
from neurosparse.rewiring.layer import LayerSynapses
from neurosparse.typing import Array

Scored = TypeVar("Scored", contravariant=True)


class WeightedSynapses(Protocol):
    """Synapses and their weights: all that most scores look at."""

    @property
    def support(self) -> Connectivity:
        """Which synapses exist."""
        ...

    @property
    def values(self) -> Array:
        """Their weights, `[nnz]`."""
        ...


class SynapseScore(Protocol[Scored]):
    """What each synapse is worth, `[nnz]`.

    `SynapseScore[LayerSynapses]` serves rewiring and `prune`, `SynapseScore[RecurrentNet]` the
    pruning of recurrent networks; a score of `WeightedSynapses` serves both.
    """

    def __call__(self, synapses: Scored, rng: Generator, /) -> Array: ...


def check_score(score: Any) -> None:
    """Refuse what is no score, such as a class of scores."""
    function_like("score", score, "a score of synapses, as Magnitude()")


def scores_of(score: SynapseScore[Any], synapses: Any, n: int, rng: Generator) -> Array:
    """Ask a score, anybody's, for `[n]` numbers; weights of layers are shown read-only.

    Raises:
        TypeError: no numbers.
        ValueError: another shape, or NaN. An infinite score is one that always or never stays.

    >>> layer = LayerSynapses(Connectivity.from_dense([[1, 1]]), np.array([0.5, -2.0]))
    >>> scores_of(lambda layer, rng: [1.0], layer, 2, np.random.default_rng(0))
    Traceback (most recent call last):
    ValueError: score: got an array of float64 [1], wants one number for each, [2]
    """
    if isinstance(synapses, LayerSynapses) and isinstance(synapses.values, np.ndarray):
        values = synapses.values.view()
        values.setflags(write=False)
        synapses = synapses._replace(values=values)
    scores = np.asarray(score(synapses, rng))
    expected = f"one number for each, [{n}]"
    if scores.dtype.kind not in "iufb":
        raise bad_type("score", scores, expected)
    if scores.shape != (n,):
        received = scores if scores.ndim else Said("one number")
        raise bad_argument("score", received, expected)
    wrong = np.flatnonzero(np.isnan(scores))
    if wrong.size:
        raise bad_argument("score", Said(f"NaN at position {wrong[0]}"), "numbers")
    return scores


@dataclass(frozen=True)
class Magnitude:
    """Score `|w|` (Han et al. 2015, arXiv 1506.02626).

    >>> layer = LayerSynapses(Connectivity.from_dense([[1, 1]]), np.array([0.5, -2.0]))
    >>> Magnitude()(layer, np.random.default_rng(0)).tolist()
    [0.5, 2.0]
    """

    macs = staticmethod(no_products)

    def __call__(self, synapses: WeightedSynapses, rng: Generator) -> Array:
        """Compute |w|."""
        return np.abs(synapses.values)


@dataclass(frozen=True)
class Chance:
    """Score at random: in an order of scores every synapse is as likely to go."""

    macs = staticmethod(no_products)

    def __call__(self, synapses: WeightedSynapses, rng: Generator) -> Array:
        """Draw from [0, 1)."""
        return rng.random(len(synapses.values))


@dataclass(frozen=True)
class Equal:
    """Score 1 for all: where scores become chances, every synapse has the same."""

    macs = staticmethod(no_products)

    def __call__(self, synapses: WeightedSynapses, rng: Generator) -> Array:
        """Give ones."""
        return np.ones(len(synapses.values))


@dataclass(frozen=True)
class RelativeImportance:
    """Score `|w| / Σ|w| of its row + |w| / Σ|w| of its column`.

    Source: Zhang et al. 2025, arXiv 2501.19107.
    """

    macs = staticmethod(no_products)

    def __call__(self, synapses: WeightedSynapses, rng: Generator) -> Array:
        """Compute both shares and add them."""
        pre, post = synapses.support.edges()
        size = np.abs(synapses.values).astype(np.float64)
        rows = np.bincount(pre, size, synapses.support.n_pre) + 1e-5
        columns = np.bincount(post, size, synapses.support.n_post) + 1e-5
        return np.asarray(size / rows[pre] + size / columns[post])


@dataclass(frozen=True)
class MagnitudeAndGradient:
    """Score `|w| + scale |dL/dw|` (MEST; Yuan et al. 2021, arXiv 2110.14032)."""

    scale: float = 0.01

    macs = staticmethod(every_synapse)

    def __call__(self, layer: LayerSynapses, rng: Generator) -> Array:
        """Compute the gradient over the window and add its size to that of the weight."""
        return np.asarray(np.abs(layer.values) + self.scale * np.abs(gradient(layer)))


@dataclass(frozen=True)
class EdgeCorrelation:
    """Score the correlation of pre- and postsynaptic activity over the window.

    Args:
        centred: Pearson correlation; otherwise the cosine of public G2GNet code, which grows with
            the rate.
    """

    centred: bool = True

    macs = staticmethod(every_synapse)

    def __call__(self, layer: LayerSynapses, rng: Generator) -> Array:
        """Correlate over every synapse."""
        activity = layer.activity()
        pre = standardised(activity.inputs, self.centred)
        post = standardised(activity.outputs, self.centred)
        return sampled_outer(layer.support.indptr, layer.support.indices, pre, post)


def gradient(layer: LayerSynapses) -> Array:
    """Gradient dL/dw of every synapse over the window, `[nnz]`.

    Raises:
        ValueError: nothing was recorded.
    """
    activity = layer.activity()
    support = layer.support
    return sampled_outer(support.indptr, support.indices, activity.inputs, activity.slopes)
