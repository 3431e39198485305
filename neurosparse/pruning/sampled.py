"""Prune synapses by chance: each is kept with a probability that a score sets, and then counts for
more.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import bad_argument
from neurosparse.pruning.draw import Draw, Independent, inclusion
from neurosparse.pruning.recurrent import Float, Int64, Recurrent, incoming

Generator = np.random.Generator


class SynapseScore(Protocol):
    """What each synapse is worth `[nnz]`, 0 or more."""

    def __call__(self, net: Recurrent, rng: Generator) -> Float: ...


class Diagonal(Protocol):
    """What becomes of the leak when synapses go."""

    def __call__(self, before: Recurrent, after: Connectivity) -> Float: ...


@dataclass(frozen=True)
class Unchanged:
    """Leave every neuron's leak as it is."""

    def __call__(self, before: Recurrent, after: Connectivity) -> Float:
        """Return the leak `[n]`."""
        return before.leak


@dataclass(frozen=True)
class Matched:
    """Let the leak follow what a neuron receives: leak_i += gain (Σ_j |w'_ij| - Σ_j |w_ij|).

    With `dominant_leak` at the start this keeps the diagonal dominant, so that every draw is
    stable.

    Args:
        gain: slope of the neurons; 1 for linear networks.
        floor: share of its old leak that a neuron keeps at least; without one the leak may become
            negative when weights are not rescaled. Spiking neurons need one above 0.

    Raises:
        ValueError: a floor outside [0, 1].

    >>> before = Recurrent.begin(Connectivity.from_dense([[0, 1], [1, 0]]), 2.0)
    >>> Matched()(before, Connectivity.from_dense([[0, 3], [0, 0]])).tolist()
    [1.0, 4.0]
    """

    gain: float = 1.0
    floor: float | None = None

    def __post_init__(self) -> None:
        if self.floor is not None and not 0 <= self.floor <= 1:
            raise bad_argument("floor", self.floor, "a share in [0, 1], or None")

    def __call__(self, before: Recurrent, after: Connectivity) -> Float:
        """Return the leak `[n]`."""
        leak = before.leak + self.gain * (incoming(after) - incoming(before.connectivity))
        return leak if self.floor is None else np.maximum(leak, self.floor * before.leak)


class Drawn(NamedTuple):
    """A pruned network, the chance each old synapse had `[nnz]`, which stayed, and the largest factor on a weight."""

    net: Recurrent
    chance: Float
    kept: Int64
    largest: float


@dataclass(frozen=True)
class Sampled:
    """Keep synapses with chances p = min(1, K score) that add up to the wanted number; kept weights become w / p.

    The mean over draws is then the network itself. A symmetric network stays symmetric: both
    directions of a pair are drawn together. Synapses of a neuron onto itself belong to the diagonal
    and always stay.

    Args:
        score: of each synapse.
        rescale: divide kept weights by their chance.
        cap: quantile of 1 / p in (0, 1] above which a weight is not raised. 1 leaves the mean right
            and the slow modes closest; 0.5 did best on trained nonlinear networks (and lets the
            mean shrink).
        draw: `Independent()` as published, or `Systematic()` for exact numbers.
        diagonal: `Matched()` or `Unchanged()`.

    Raises:
        ValueError: a cap that is no quantile.
    """

    score: SynapseScore
    rescale: bool = True
    cap: float = 1.0
    draw: Draw = field(default_factory=Independent)
    diagonal: Diagonal = field(default_factory=Matched)

    def __post_init__(self) -> None:
        if not 0 < self.cap <= 1:
            raise bad_argument("cap", self.cap, "a quantile in (0, 1]", "1 caps nothing")

    def __call__(self, net: Recurrent, synapses: int, rng: Any = None) -> Recurrent:
        """Prune to so many synapses."""
        return self.drawn(net, synapses, rng).net

    def drawn(self, net: Recurrent, synapses: int, rng: Any = None) -> Drawn:
        """Prune to so many synapses and tell how.

        Raises:
            ValueError: more to keep than there are.
        """
        rng = np.random.default_rng(rng)
        c = net.connectivity
        if not 0 <= synapses <= c.nnz:
            raise bad_argument("synapses", synapses, f"0..{c.nnz}, those there are")
        unit, free, size = _units(c)
        fixed = c.nnz - size * len(free)
        if synapses < fixed:
            raise bad_argument(
                "synapses", synapses, f"at least {fixed}, those onto their own neuron, which stay"
            )
        chance = np.ones(c.nnz)
        per_unit = inclusion(
            np.asarray(self.score(net, rng))[free], round((synapses - fixed) / size)
        )
        chance[free] = per_unit
        mask = np.ones(c.nnz, np.bool_)
        mask[free] = self.draw(per_unit, rng)
        chance, mask = chance[unit], mask[unit]
        factor = self._factors(chance)
        kept = np.flatnonzero(mask)
        weight = (c.weights_array()[kept] * factor[kept]).astype(np.float32)
        pruned = c.without(~mask).with_weight(weight)
        leak = self.diagonal(net, pruned)
        largest = float(factor[kept].max(initial=1.0))
        return Drawn(Recurrent(pruned, leak, net.neurons), chance, kept, largest)

    def _factors(self, chance: Float) -> Float:
        if not self.rescale:
            return np.ones(len(chance))
        raised = 1.0 / np.maximum(chance, np.finfo(np.float64).tiny)
        possible = raised[chance > 0]
        return (
            np.minimum(raised, np.quantile(possible, self.cap))
            if self.cap < 1 and possible.size
            else raised
        )


def _units(c: Connectivity) -> tuple[Int64, Int64, int]:
    """For each synapse which one decides for it, those that are drawn, and how many each stands
    for.
    """
    pre, post = (side.astype(np.int64) for side in c.edges())
    itself = pre == post
    unit = np.arange(c.nnz)
    mirrored = c.transpose()
    if not (
        np.array_equal(c.indptr, mirrored.indptr)
        and np.array_equal(c.indices, mirrored.indices)
        and np.array_equal(c.weights_array(), mirrored.weights_array())
    ):
        return unit, unit[~itself], 1
    keys = pre * c.n_post + post
    lower = np.searchsorted(keys, np.minimum(pre, post) * c.n_post + np.maximum(pre, post))
    return lower, unit[pre < post], 2
