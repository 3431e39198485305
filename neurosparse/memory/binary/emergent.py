"""The emergent memory of Coyac et al.: recurrent plastic synapses under noisy input become the
matrix of cliques.

Every cycle, V <- one winner a cluster of (W V + gain x), then W <- sigma(W + eps V V^T), x being
the current message with insertions and erasures. The paper's equations could not be read; this
follows its abstract and the one public
reading of it: at most one unit a cluster and cycle fires (energy limit), and only above 0.01;
within a cluster there are no synapses. Spikes travel before learning: W V uses the weights of the
cycle in which they were fired. The input must outweigh the recurrent drive, gain >= clusters, or
what is stored first captures all that follows.
Source: Coyac, Gripon, Langlais & Berrou 2017, arXiv:1709.08367.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Simulator
from neurosparse.errors import Said, bad_argument
from neurosparse.memory.binary import _check
from neurosparse.memory.binary.cliques import CliqueMemory
from neurosparse.memory.binary.consolidation import Coactivity, Consolidate, consolidate
from neurosparse.memory.binary.race import RaceUnit
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import SpikeSource

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Noise:
    """What the world does to a message in each cycle.

    Each of its units falls silent with probability `erase`; in each cluster, with probability
    `insert`, one unit at random speaks as well. Raises ValueError for numbers outside [0, 1].

    >>> Noise(erase=0.2, insert=0.05)([[0, 1]], units=8, rng=0).shape
    (1, 8)
    """

    erase: float = 0.0
    insert: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no probability."""
        for name in ("erase", "insert"):
            if not 0 <= getattr(self, name) <= 1:
                raise bad_argument(
                    f"Noise.{name}", getattr(self, name), "a probability from 0 to 1"
                )

    def __call__(self, messages: Any, units: int, rng: Any = None) -> Bools:
        """Input units [cycles, units] for messages [cycles, clusters], one a cycle.

        Raises ValueError for symbols outside the alphabet, and units that do not divide among the
        clusters.
        """
        given = np.asarray(messages)
        generator = np.random.default_rng(rng)
        if given.ndim != 2 or given.dtype.kind not in "iu" or not given.shape[1]:
            raise bad_argument("messages", given, "whole numbers [cycles, clusters]")
        cycles, clusters = given.shape
        if _check.count("units", units) % clusters:
            raise bad_argument(
                "units", units, f"a multiple of the {clusters} clusters of the messages"
            )
        size = units // clusters
        if given.size and not -1 <= given.min() <= given.max() < size:
            got = Said(f"symbols from {given.min()} to {given.max()}")
            raise bad_argument("messages", got, f"symbols from 0 to {size - 1}, -1 for nothing")
        out = np.zeros((cycles, clusters, size), np.bool_)
        kept = (generator.random(given.shape) >= self.erase) & (given >= 0)
        row, cluster = np.nonzero(kept)
        out[row, cluster, given[row, cluster]] = True
        row, cluster = np.nonzero(generator.random(given.shape) < self.insert)
        out[row, cluster, generator.integers(0, size, row.size)] = True
        return out.reshape(cycles, units)


@dataclass(frozen=True)
class Emergence:
    """What the units are: their number, their clusters, how loud the world is, how fast they learn.

    `gain` is the weight of an input spike, `rise` what one cycle of firing together adds,
    `resolution` how finely
    winners are told apart, in weights of a whole synapse: at 1.0 half-formed synapses do not yet
    break a tie between a unit of the message and an inserted one, which costs links where
    insertions are many (0.46 of them form instead of 0.92 at erase 0.2, insert 0.5); a finer one
    makes the cycle longer in proportion. Raises
    ValueError for numbers that cannot be meant.

    >>> Emergence(units=16, clusters=4, gain=4.0).unit.period
    32
    """

    units: int
    clusters: int
    gain: float
    rise: float = 0.18
    resolution: float = 1.0

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        CliqueMemory(self.units, self.clusters)
        for name in ("gain", "rise", "resolution"):
            _check.positive(f"Emergence.{name}", getattr(self, name))

    @property
    def size(self) -> int:
        """Units of a cluster."""
        return self.units // self.clusters

    @property
    def unit(self) -> RaceUnit:
        """The neuron model: its cycle has a level for every score that can be heard."""
        top = int(np.ceil((self.gain + self.clusters - 1) / self.resolution))
        rank = np.arange(self.units, dtype=np.float64) % self.size
        return RaceUnit(rank, self.size, top, self.resolution)

    def between(self) -> Connectivity:
        """All pairs of units of different clusters, at weight 0."""
        cluster = np.arange(self.units) // self.size
        pre, post = np.nonzero(cluster[:, None] != cluster)
        return Connectivity.from_edges(
            pre, post, n_pre=self.units, n_post=self.units, weight=np.zeros(len(pre))
        )

    def within(self) -> Connectivity:
        """All pairs of different units of a cluster."""
        cluster = np.arange(self.units) // self.size
        pre, post = np.nonzero((cluster[:, None] == cluster) & ~np.eye(self.units, dtype=np.bool_))
        return Connectivity.from_edges(pre, post, n_pre=self.units, n_post=self.units)

    def network(self, inputs: Bools, *, start: Connectivity | None = None) -> Network:
        """A network that hears inputs [cycles, units], one row a cycle of `unit.period` steps of 1 ms.

        Inputs of a cycle arrive in the one before, so that cycle 0 is silent. `start` gives other
        first weights.
        """
        cycle, index = np.nonzero(inputs)
        source = SpikeSource(cycle * np.float64(self.unit.period), index.astype(np.int32))
        rule = Coactivity(self.rise)
        recurrent = self.between() if start is None else start
        own = np.arange(self.units)
        voice = Connectivity.from_edges(
            own, own, n_pre=self.units, n_post=self.units, weight=self.gain
        )
        return Network(
            Population("world", self.units, source),
            Population("units", self.units, self.unit),
            Projection("world", "units", voice),
            Projection(
                "units", "units", recurrent, receptor="heard", plasticity=rule, label="recurrent"
            ),
            Projection("units", "units", self.within(), receptor="veto", label="rivals"),
        )

    def run(self, inputs: Bools, *, start: Connectivity | None = None) -> Emerged:
        """Run the engine over inputs [cycles, units]; returns spikes and the synapses that came to
        be.

        Raises ValueError for inputs of another width, or none.
        """
        heard = np.asarray(inputs, np.bool_)
        if heard.ndim != 2 or heard.shape[1] != self.units or not len(heard):
            raise bad_argument(
                "inputs", heard, f"one cycle or more, boolean [cycles, {self.units}]"
            )
        period = self.unit.period
        with Simulator(self.network(heard, start=start), dt=1.0) as simulator:
            duration = float(period * (len(heard) + 1))
            simulator.run(duration, callbacks=[Every(float(period), Consolidate("recurrent"))])
            seen = simulator.spikes("units")
            fired = np.zeros((len(heard) + 1, self.units), np.bool_)
            fired[seen.step // period, seen.i] = True
            return Emerged(fired[1:], simulator.connectivity("recurrent"), len(seen.i))

    def law(self, inputs: Bools, weight: NDArray[np.float32] | None = None) -> Emerged:
        """The same on dense matrices, cycle by cycle, without an engine: what `run` must equal to
        the bit.
        """
        cluster = np.arange(self.units) // self.size
        between = cluster[:, None] != cluster
        w = (
            np.zeros((self.units, self.units), np.float32) if weight is None else weight.copy()
        )  # [pre, post]
        fired = []
        v = np.zeros(self.units, np.bool_)
        drive = np.zeros(self.units)
        for x in np.asarray(inputs, np.bool_):
            score = drive + self.gain * x
            v = self._winners(score)
            drive = v.astype(np.float64) @ w
            mark = np.float32(self.rise) * np.outer(v, v)
            w = np.where(between, consolidate((w + mark).astype(np.float32)).astype(np.float32), 0)
            fired.append(v)
        pre, post = np.nonzero(between)
        made = Connectivity.from_edges(
            pre, post, n_pre=self.units, n_post=self.units, weight=w[pre, post]
        )
        return Emerged(np.array(fired), made, int(np.sum(fired)))

    def _winners(self, score: NDArray[np.float64]) -> Bools:
        """One unit a cluster: the highest level, of equals the first, if its score is above the
        least.
        """
        unit = self.unit
        level = np.minimum(np.floor(score * (1 / unit.resolution)), unit.top)
        level[score <= unit.least] = -1
        grid = level.reshape(self.clusters, self.size)
        best = grid.argmax(axis=1)
        out = np.zeros(grid.shape, np.bool_)
        out[np.arange(self.clusters), best] = grid.max(axis=1) >= 0
        return out.ravel()


class Emerged(NamedTuple):
    """Who fired in each cycle, boolean [cycles, units]; the recurrent synapses; the number of
    spikes.
    """

    fired: Bools
    synapses: Connectivity
    spikes: int

    def links(self) -> Bools:
        """Synapses above one half, as a matrix [units, units]."""
        return np.asarray(self.synapses.to_dense() > 0.5)

    def against(self, memory: CliqueMemory) -> tuple[float, int]:
        """Share of a clique memory's links that are there, and how many are there that it has
        not.
        """
        mine, its = self.links(), memory.dense()
        return float((mine & its).sum() / max(its.sum(), 1)), int((mine & ~its).sum())
