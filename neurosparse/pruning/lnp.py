"""Lyapunov noise pruning: four steps, each of which can be left out or replaced, in a loop that knows when to stop."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from neurosparse.errors import bad_argument
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

    Numbers fall geometrically over `rounds`. In each round neurons go (step II), then synapses (I), then some are
    added (III); neurons go first so that the numbers are exact. After the last round time constants are tuned (IV).
    If the watched exponent rises above `limit`, the round is undone and the loop ends there.

    Neurons take their synapses along, so shares of synapses are of those among neurons that stay: pruning to 43 % of
    the neurons and 50 % of the synapses leaves half of what the remaining neurons had among them.

    Source: B. Chakraborty, B. Kang, H. Kumar, S. Mukhopadhyay, ICLR 2024, arXiv:2403.03409. No code was published
    and formulas are known only in part: the steps are named in their docstrings as our definitions where they are.

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

    def __call__(self, net: Recurrent, *, neurons: float = 1.0, synapses: float = 1.0, rng: Any = None) -> Pruned:
        """Prune to these shares of neurons and of synapses among them, or until the exponent is too large.

        Raises:
            ValueError: shares outside (0, 1].
        """
        for name, share in (("neurons", neurons), ("synapses", synapses)):
            if not 0 < share <= 1:
                raise bad_argument(name, share, "a share to keep, in (0, 1]")
        rng = np.random.default_rng(rng)
        first, stopped = counts(net).neurons, "goal"
        history: list[Round] = []
        for turn in range(1, self.rounds + 1):
            wanted = max(round(first * neurons ** (turn / self.rounds)), 1)
            after = self._round(net, wanted, synapses ** (1 / self.rounds), rng)
            exponent = float("nan") if self.watch is None else self.watch(after, rng)
            if exponent > self.limit:
                stopped = "exponent"
                break
            net = after
            history.append(Round(counts(net), exponent))
        if self.tune is not None:
            net = self.tune(net, rng)
        return Pruned(net, tuple(history), stopped)

    def _round(self, net: Recurrent, neurons: int, share: float, rng: Generator) -> Recurrent:
        if self.neurons is not None:
            net = self.neurons(net, min(neurons, net.connectivity.n_pre), rng)
        kept = round(share * net.connectivity.nnz)
        extra = round(self.added * kept) if self.grow is not None else 0
        if self.synapses is not None:
            net = self.synapses(net, kept - extra, rng)
        if self.grow is not None:
            net = self.grow(net, extra, rng)
        return net


def lnp(field: LifField, *, rounds: int = 10, trials: int = 30, cap: float = 0.5) -> LyapunovNoisePruning:
    """Put the four steps together for a spiking network; take steps out with `dataclasses.replace(…, grow=None)`.

    Args:
        field: how the network behaves and what drives it.
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
    score = NoiseScore(Measured(MembraneRollout(field)), NeighbourExponents(LocalExponents(field)))
    return LyapunovNoisePruning(
        synapses=Sampled(score, cap=cap, draw=Systematic(), diagonal=Unchanged()),
        neurons=DropNeurons(Betweenness()),
        grow=Delocalise(),
        tune=TuneTimeScales(NearStability(field), trials),
        rounds=rounds,
        watch=LargestExponent(field),
    )
