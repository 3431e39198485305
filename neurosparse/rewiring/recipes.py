"""The named methods, each a composition of a drop, a growth, a schedule and a distribution."""

from neurosparse.rewiring.cannistraci import NodeScore, PathScore, dead_chains
from neurosparse.rewiring.constant_fan_in import ConstantFanIn
from neurosparse.rewiring.distribution import by_mean_gradient
from neurosparse.rewiring.drop import Drop, InTurn, Lowest, NearestZero, SoftLowest
from neurosparse.rewiring.grow import Best, Grow, Likely, UniformPairs
from neurosparse.rewiring.pair_scores import (
    Exploring,
    PairCorrelation,
    PairGradient,
    PairScore,
)
from neurosparse.rewiring.rewiring import Rewiring
from neurosparse.rewiring.rule import LAST_BATCH, Sampling
from neurosparse.rewiring.schedules import Constant, Cosine, Schedule, Sigmoid
from neurosparse.rewiring.scores import (
    Chance,
    EdgeCorrelation,
    Magnitude,
    RelativeImportance,
)


def set_(fraction: float = 0.3) -> Rewiring:
    """SET: once an epoch drop the weights nearest 0 of either sign, grow anywhere.

    Source: Mocanu et al. 2018, Nature Communications 9:2383.

    >>> set_().every
    0
    """
    return Rewiring(NearestZero(), UniformPairs(), Constant(fraction))


def rigl(fraction: float = 0.3, every: int = 100, end: float = 0.75) -> Rewiring:
    """RigL: drop the smallest |w|, grow where the dense gradient of the last batch is steepest.

    The optimiser's step is taken as well, where the paper's algorithm replaces it on that batch.

    Source: Evci et al. 2020, arXiv 1911.11134.
    """
    drop = Lowest(Magnitude())
    grow = Best(PairGradient())
    return Rewiring(drop, grow, Cosine(fraction, end), every, sampling=LAST_BATCH)


def snfs(fraction: float = 0.5, batches: int = 8, per_batch: int = 16) -> Rewiring:
    """Sparse momentum: drop the smallest |w|, regrow by gradients of several batches.

    Layers trade: one with steeper gradients grows more than it dropped.

    Source: Dettmers & Zettlemoyer 2019, arXiv 1907.04840.
    """
    return Rewiring(
        Lowest(Magnitude()),
        Best(PairGradient()),
        Cosine(fraction, end=1.0),
        distribution=by_mean_gradient,
        sampling=Sampling(batches, per_batch),
    )


def srigl(
    fraction: float = 0.3, every: int = 100, end: float = 0.75, least_salient: float = 0.3
) -> ConstantFanIn:
    """SRigL: RigL under constant fan-in with ablation of neurons. See `ConstantFanIn`.

    The gradient of all pairs is taken twice, once for the layer and once for each neuron, from up
    to 64 samples of the last batch, so that an update stays below 2 % of an epoch.
    """
    return ConstantFanIn(Cosine(fraction, end), every, least_salient, Sampling(1, 64))


def dst_ee(
    fraction: float = 0.3, every: int = 100, end: float = 0.75, bonus: float = 1e-3
) -> Rewiring:
    """DST-EE: RigL that also explores pairs seldom connected so far.

    Source: Huang et al. 2022, arXiv 2211.16667.
    """
    drop = Lowest(Magnitude())
    grow = Best(Exploring(bonus))
    fall = Cosine(fraction, end)
    return Rewiring(drop, grow, fall, every, sampling=LAST_BATCH, remember=True)


def hebbian(
    fraction: float = 0.1,
    every: int = 0,
    *,
    drop: Drop | None = None,
    grow: Grow | None = None,
    centred: bool = True,
) -> Rewiring:
    """G2GNet's rule: grow between neurons that fire together, seen over many batches.

    Args:
        fraction: share of the synapses exchanged each time.
        every: optimiser steps between two updates; 0 is once an epoch.
        drop: what goes; by default a third each by |w|, by chance, and by lowest correlation.
        grow: what comes; by default the highest correlation, else `UniformPairs()` or
            `Best(PairGradient())`.
        centred: Pearson correlation; otherwise the cosine of public code.
    """
    thirds = InTurn(
        (Lowest(Magnitude()), Lowest(Chance()), Lowest(EdgeCorrelation(centred)))
    )
    together = Best(PairCorrelation(centred))
    share = Constant(fraction)
    return Rewiring(
        drop or thirds, grow or together, share, every, sampling=Sampling(128, 1)
    )


def chts(
    fraction: float = 0.3,
    score: PairScore | None = None,
    importance: bool = False,
    sharpness: float = 0.5,
) -> Rewiring:
    """CHTs: soft removal, dead chains out, growth drawn by scores of the topology alone.

    Source: Zhang et al. 2025, arXiv 2501.19107.

    Args:
        fraction: share of the synapses exchanged once an epoch.
        score: `PathScore()` (CH3-L3p, the default) or `NodeScore()` (CH2-L3n, cheaper where degrees
            are high).
        importance: remove by relative importance in place of |w|.
        sharpness: how hard the removal is, 0 soft, towards 1 hard.
    """
    drop = SoftLowest(RelativeImportance() if importance else Magnitude(), sharpness)
    return Rewiring(
        drop, Likely(score or PathScore()), Constant(fraction), chains=dead_chains
    )


def chtss(
    density: Schedule | None = None, fraction: float = 0.3, score: PairScore | None = None
) -> Rewiring:
    """CHTss: CHTs whose density falls along a sigmoid.

    Source: Zhang et al. 2025, arXiv 2501.19107.

    Args:
        density: by progress; from 50 % to 10 % by default.
        fraction: share of the synapses exchanged once an epoch.
        score: `NodeScore()` by default, or `PathScore()`.
    """
    drop = SoftLowest(RelativeImportance(), 0.5)
    grow = Likely(score or NodeScore())
    falling = density or Sigmoid(0.5, 0.1)
    return Rewiring(drop, grow, Constant(fraction), chains=dead_chains, density=falling)
