"""Lyapunov noise pruning: four steps, each of which can be left out or replaced, in a loop that
knows when to stop.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Protocol

import numpy as np

from neurosparse.errors import bad_argument, bad_type
from neurosparse.pruning.covariance import Measured
from neurosparse.pruning.delocalise import Delocalise
from neurosparse.pruning.draw import Systematic
from neurosparse.pruning.exponents import NeighbourExponents
from neurosparse.pruning.field import LargestExponent, LifField, LocalExponents, MembraneRollout
from neurosparse.pruning.neurons import Betweenness, DropNeurons
from neurosparse.pruning.noise import NoiseScore
from neurosparse.pruning.recurrent import Counts, Recurrent, counts
from neurosparse.pruning.sampled import Generator, Sampled, Unchanged
from neurosparse.pruning.timescales import NearStability, TuneTimeScales


class ToNumber(Protocol):
    """Change a network until it has, or by, so many neurons or synapses."""

    def __call__(self, net: Recurrent, number: int, rng: Any = None, /) -> Recurrent: ...


class Round(NamedTuple):
    """What was there after a round: counts, and the exponent that was watched (NaN if none was)."""

    counts: Counts
    exponent: float


class Pruned(NamedTuple):
    """The pruned network, its history by round, and why the loop ended: "goal" or "exponent"."""

    net: Recurrent
    history: tuple[Round, ...]
    stopped: str


@dataclass(frozen=True)
class LyapunovNoisePruning:
    """Prune neurons and synapses of a random network step by step, before it has seen any task.

    Numbers fall geometrically over `rounds`. In each round neurons go (step II), then synapses (I),
    then some are added (III); neurons go first so that the numbers are exact. After the last round
    time constants are tuned (IV).
    If the watched exponent rises above `limit`, the round is undone and the loop ends there.

    Neurons take their synapses along, so shares of synapses are of those among neurons that stay:
    pruning to 43 % of the neurons and 50 % of the synapses leaves half of what the remaining
    neurons had among them. A whole number of synapses instead of a share is reached exactly, if so
    many are left.

    Source: B. Chakraborty, B. Kang, H. Kumar, S. Mukhopadhyay, ICLR 2024, arXiv:2403.03409. No code
    was published
    and formulas are known only in part: the steps are named in their docstrings as our definitions
    where they are.

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

    synapses: ToNumber | None = None
    neurons: ToNumber | None = None
    grow: ToNumber | None = None
    tune: Callable[..., Recurrent] | None = None
    rounds: int = 10
    added: float = 0.02
    watch: Callable[[Recurrent, Generator], float] | None = None
    limit: float = 0.0

    def __post_init__(self) -> None:
        if self.rounds < 1:
            raise bad_argument("rounds", self.rounds, "at least 1")
        if not 0 <= self.added < 1:
            raise bad_argument("added", self.added, "a share in [0, 1)")

    def __call__(
        self, net: Recurrent, *, neurons: float = 1.0, synapses: float | int = 1.0, rng: Any = None
    ) -> Pruned:
        """Prune to this share of neurons and to a share (float) or number (int) of synapses among
        them.

        Raises:
            ValueError: shares outside (0, 1], or more synapses than there are.
        TypeError: synapses that are neither a share nor a number.
        """
        synapses = float(synapses) if isinstance(synapses, np.floating) else synapses
        _check_goal(net, neurons, synapses)
        rng = np.random.default_rng(rng)
        first = net.connectivity.n_pre
        stopped = "goal"
        history: list[Round] = []
        for turn in range(1, self.rounds + 1):
            last, now = (
                max(round(first * neurons ** (t / self.rounds)), 1) for t in (self.rounds, turn)
            )
            after = (
                net
                if self.neurons is None
                else self.neurons(net, min(now, net.connectivity.n_pre), rng)
            )
            # of the synapses there are, those among neurons that later rounds leave
            stay = after.connectivity.nnz * (last / after.connectivity.n_pre) ** 2
            share = (
                synapses ** (1 / self.rounds)
                if isinstance(synapses, float)
                else min(1.0, synapses / max(stay, 1))
            )
            exponent = 1.0 if isinstance(synapses, float) else 1.0 / (self.rounds + 1 - turn)
            after = self._synapses(after, round(share**exponent * after.connectivity.nnz), rng)
            watched = float("nan") if self.watch is None else self.watch(after, rng)
            if watched > self.limit:
                stopped = "exponent"
                break
            net = after
            history.append(Round(counts(net), watched))
        if self.tune is not None:
            net = self.tune(net, rng)
        return Pruned(net, tuple(history), stopped)

    def _synapses(self, net: Recurrent, kept: int, rng: Generator) -> Recurrent:
        """Steps I and III: to so many synapses, some of which are new."""
        extra = round(self.added * kept) if self.grow is not None else 0
        if self.synapses is not None:
            net = self.synapses(net, kept - extra, rng)
        return net if self.grow is None else self.grow(net, extra, rng)


def _check_goal(net: Recurrent, neurons: float, synapses: float | int) -> None:
    if not 0 < neurons <= 1:
        raise bad_argument("neurons", neurons, "a share to keep, in (0, 1]")
    if isinstance(synapses, bool) or not isinstance(
        synapses, float | int | np.floating | np.integer
    ):
        raise bad_type(
            "synapses", synapses, "a share to keep (float) or a whole number of synapses (int)"
        )
    if isinstance(synapses, float) and not 0 < synapses <= 1:
        raise bad_argument("synapses", synapses, "a share to keep in (0, 1], or a whole number")
    if isinstance(synapses, int | np.integer) and not 0 <= synapses <= net.connectivity.nnz:
        raise bad_argument(
            "synapses", synapses, f"0..{net.connectivity.nnz}, those there are, or a share"
        )


def lnp(
    field: LifField,
    *,
    like: Recurrent | None = None,
    rounds: int = 10,
    trials: int = 30,
    cap: float = 0.5,
) -> LyapunovNoisePruning:
    """Put the four steps together for a spiking network; take steps out with
    `dataclasses.replace(…, grow=None)`.

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
    >>> net = Recurrent.begin(Connectivity.from_dense(dense), 0.1)
    >>> counts(lnp(field, rounds=2, trials=2)(net, neurons=0.5, synapses=0.2, rng=0).net)
    Counts(neurons=10, synapses=13, readout=0)
    """
    criterion = NearStability(field)
    if like is not None:
        criterion = replace(criterion, target=criterion.exponents(like, np.random.default_rng(0)))
    score = NoiseScore(Measured(MembraneRollout(field)), NeighbourExponents(LocalExponents(field)))
    return LyapunovNoisePruning(
        synapses=Sampled(score, cap=cap, draw=Systematic(), diagonal=Unchanged()),
        neurons=DropNeurons(Betweenness()),
        grow=Delocalise(),
        tune=TuneTimeScales(criterion, trials),
        rounds=rounds,
        watch=LargestExponent(field),
    )
