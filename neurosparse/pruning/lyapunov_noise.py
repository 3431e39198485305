"""Lyapunov noise pruning: four steps, each of which can be left out or replaced, in a loop."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
from numpy.random import Generator

from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument, bad_type
from neurosparse.pruning.covariance import MeasuredNoise
from neurosparse.pruning.delocalise import Delocalise
from neurosparse.pruning.diagonal import Unchanged
from neurosparse.pruning.draw import Systematic
from neurosparse.pruning.exponents import NeighbourExponents
from neurosparse.pruning.field import (
    LargestExponent,
    LifField,
    LocalExponents,
    MembraneRollout,
)
from neurosparse.pruning.neurons import Betweenness, DropNeurons
from neurosparse.pruning.noise import NoiseScore
from neurosparse.pruning.recurrent import Counts, RecurrentNet, counts
from neurosparse.pruning.sampled import Sampled
from neurosparse.pruning.timescales import NearStability, TuneTimeScales
from neurosparse.typing import Seed


class PruningStep(Protocol):
    """Change a network until it has, or by, so many neurons or synapses."""

    def __call__(
        self, net: RecurrentNet, number: int, rng: Seed = None, /
    ) -> RecurrentNet: ...


class PruningRound(NamedTuple):
    """What was there after a round.

    Args:
        counts: neurons and synapses.
        exponent: the one that was watched, NaN if none was.
    """

    counts: Counts
    exponent: float


class PruningResult(NamedTuple):
    """What the loop gives back.

    Args:
        net: the pruned network.
        history: by round.
        stopped: why the loop ended, "goal" or "exponent".
    """

    net: RecurrentNet
    history: tuple[PruningRound, ...]
    stopped: str


@dataclass(frozen=True)
class LyapunovNoisePruning:
    """Prune neurons and synapses of a random network step by step, before it has seen any task.

    Numbers fall geometrically over `rounds`. In each round neurons go (step II), then synapses (I),
    then some are added (III); neurons go first so that the numbers are exact. After the last round
    time constants are tuned (IV). If the watched exponent rises above `limit`, the round is undone
    and the loop ends there.

    Neurons take their synapses along, so shares of synapses are of those among neurons that stay:
    pruning to 43 % of the neurons and 50 % of the synapses leaves half of what the remaining
    neurons had among them. A whole number of synapses instead of a share is reached exactly, if so
    many are left.

    Source: B. Chakraborty, B. Kang, H. Kumar, S. Mukhopadhyay, ICLR 2024, arXiv:2403.03409. No code
    was published and formulas are known only in part: the steps are named in their docstrings as
    our definitions where they are.

    Args:
        synapses: step I, of (net, number to keep, rng); None leaves a step out.
        neurons: step II, of (net, number to keep, rng).
        grow: step III, of (net, number to add, rng).
        tune: step IV, of (net, rng).
        rounds: at most 100 were used in the paper.
        added: synapses that step III adds, as a share of those present.
        watch: exponent to watch, of (net, rng).
        limit: of the exponent.
    """

    synapses: PruningStep | None = None
    neurons: PruningStep | None = None
    grow: PruningStep | None = None
    tune: Callable[..., RecurrentNet] | None = None
    rounds: int = 10
    added: float = 0.02
    watch: Callable[[RecurrentNet, Generator], float] | None = None
    limit: float = 0.0

    def __post_init__(self) -> None:
        whole_number("rounds", self.rounds, 1)
        if not 0 <= self.added < 1:
            raise bad_argument("added", self.added, "a share in [0, 1)")

    def __call__(
        self,
        net: RecurrentNet,
        *,
        neurons: float = 1.0,
        synapses: float | int = 1.0,
        rng: Seed = None,
    ) -> PruningResult:
        """Prune to a share of the neurons, and to so many of the synapses among them.

        Args:
            net: recurrent.
            neurons: share to keep.
            synapses: share (float) or number (int) to keep.
            rng: seed or generator.

        Raises:
            ValueError: shares outside (0, 1], or more synapses than there are.
            TypeError: synapses that are neither a share nor a number.
        """
        synapses = float(synapses) if isinstance(synapses, np.floating) else synapses
        _check_goal(net, neurons, synapses)
        rng = np.random.default_rng(rng)
        first = net.connectivity.n_pre
        stopped = "goal"
        history: list[PruningRound] = []
        for turn in range(1, self.rounds + 1):
            after = net
            if self.neurons is not None:
                present = net.connectivity.n_pre
                after = self.neurons(
                    net, min(self._left(first, neurons, turn), present), rng
                )
            last = self._left(first, neurons, self.rounds)
            share = self._share(after, synapses, last, turn)
            after = self._synapses(after, round(share * after.connectivity.nnz), rng)
            watched = float("nan") if self.watch is None else self.watch(after, rng)
            if watched > self.limit:
                stopped = "exponent"
                break
            net = after
            history.append(PruningRound(counts(net), watched))
        if self.tune is not None:
            net = self.tune(net, rng)
        return PruningResult(net, tuple(history), stopped)

    def _left(self, first: int, share: float, turn: int) -> int:
        """Neurons after this round, of so many at first."""
        return max(round(first * float(share ** (turn / self.rounds))), 1)

    def _share(
        self, net: RecurrentNet, synapses: float | int, last: int, turn: int
    ) -> float:
        """Share of its synapses that a network keeps in this round; `last` neurons stay at last."""
        if isinstance(synapses, float):
            return float(synapses ** (1 / self.rounds))
        # of the synapses there are, those among neurons that later rounds leave
        stay = net.connectivity.nnz * (last / net.connectivity.n_pre) ** 2
        whole = min(1.0, synapses / max(stay, 1))
        return float(whole ** (1.0 / (self.rounds + 1 - turn)))

    def _synapses(self, net: RecurrentNet, kept: int, rng: Generator) -> RecurrentNet:
        """Steps I and III: to so many synapses, some of which are new."""
        extra = round(self.added * kept) if self.grow is not None else 0
        if self.synapses is not None:
            net = self.synapses(net, kept - extra, rng)
        return net if self.grow is None else self.grow(net, extra, rng)


def _check_goal(net: RecurrentNet, neurons: float, synapses: float | int) -> None:
    if not 0 < neurons <= 1:
        raise bad_argument("neurons", neurons, "a share to keep, in (0, 1]")
    if isinstance(synapses, bool | np.bool_) or not isinstance(
        synapses, float | int | np.integer
    ):
        expected = "a share to keep (float) or a whole number of synapses (int)"
        raise bad_type("synapses", synapses, expected)
    if isinstance(synapses, float) and not 0 < synapses <= 1:
        raise bad_argument(
            "synapses", synapses, "a share to keep in (0, 1], or a whole number"
        )
    if not isinstance(synapses, float) and not 0 <= synapses <= net.connectivity.nnz:
        expected = f"0..{net.connectivity.nnz}, those there are, or a share"
        raise bad_argument("synapses", synapses, expected)


def lnp(
    field: LifField,
    *,
    like: RecurrentNet | None = None,
    rounds: int = 10,
    trials: int = 30,
    cap: float = 0.5,
) -> LyapunovNoisePruning:
    """Put the four steps together for a spiking network.

    `dataclasses.replace(rule, grow=None)` takes a step out.

    Args:
        field: how the network behaves and what drives it.
        like: a network, usually the one before pruning, whose largest exponents step IV aims at;
            without it step IV aims at 0, which favours the slowest neurons it may choose.
        rounds: of the loop.
        trials: of the search for time constants.
        cap: quantile of 1 / p above which weights are not raised.

    >>> from neurosparse.connectivity import Connectivity
    >>> rng = np.random.default_rng(0)
    >>> dense = rng.normal(0, 0.3, (20, 20)) * (rng.random((20, 20)) < 0.4) * (1 - np.eye(20))
    >>> field = LifField(0.2 + 0.2 * rng.random((120, 20)), burn_in=20)
    >>> net = RecurrentNet.begin(Connectivity.from_dense(dense), 0.1)
    >>> counts(lnp(field, rounds=2, trials=2)(net, neurons=0.5, synapses=0.2, rng=0).net)
    Counts(neurons=10, synapses=13, readout=0)
    """
    criterion = NearStability(field)
    if like is not None:
        target = criterion.exponents(like, np.random.default_rng(0))
        criterion = replace(criterion, target=target)
    noise = MeasuredNoise(MembraneRollout(field))
    score = NoiseScore(noise, NeighbourExponents(LocalExponents(field)))
    return LyapunovNoisePruning(
        synapses=Sampled(score, cap=cap, draw=Systematic(), diagonal=Unchanged()),
        neurons=DropNeurons(Betweenness()),
        grow=Delocalise(),
        tune=TuneTimeScales(criterion, trials),
        rounds=rounds,
        watch=LargestExponent(field),
    )
