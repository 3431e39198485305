"""The emergent memory of Coyac et al.: plastic synapses become the matrix of cliques, in noise.

Every cycle, V <- one winner a cluster of (W V + gain x), then W <- sigma(W + eps V V^T), x being
the current message with insertions and erasures. The paper's equations could not be read; this
follows its abstract and the one public reading of it: at most one unit a cluster and cycle fires
(energy limit), and only above 0.01; within a cluster there are no synapses. Spikes travel before
learning: W V uses the weights of the cycle in which they were fired. The input must outweigh the
recurrent drive, gain >= clusters, or what is stored first captures all that follows.
Source: Coyac, Gripon, Langlais & Berrou 2017, arXiv:1709.08367.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from neurosparse.available import refuse_beyond_memory
from neurosparse.checks import positive, probability, whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.engine import Every, Simulator
from neurosparse.errors import Said, bad_argument
from neurosparse.grid import ceil_steps
from neurosparse.memory.binary.cliques import CliqueMemory
from neurosparse.memory.binary.consolidation import Coactivity, Consolidation, consolidate
from neurosparse.memory.binary.race import RaceUnit
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import SpikeSource
from neurosparse.sdr._check import check_bits
from neurosparse.typing import Bool, Float32, Float64, Seed


@dataclass(frozen=True)
class MessageNoise:
    """What the world does to a message in each cycle.

    Args:
        erase: probability that a unit of the message falls silent.
        insert: probability, in each cluster, that one unit at random speaks as well.

    Raises:
        ValueError: numbers outside [0, 1].

    >>> MessageNoise(erase=0.2, insert=0.05)([[0, 1]], units=8, rng=0).shape
    (1, 8)
    """

    erase: float = 0.0
    insert: float = 0.0

    def __post_init__(self) -> None:
        probability("MessageNoise.erase", self.erase)
        probability("MessageNoise.insert", self.insert)

    def __call__(self, messages: Any, units: int, rng: Seed = None) -> Bool:
        """Show messages to units.

        Args:
            messages: one a cycle, -1 for nothing, `[cycles, clusters]`.
            units: of all clusters together.
            rng: draws the noise (SPEC 7).

        Returns:
            Units that hear an input spike, `[cycles, units]`.

        Raises:
            ValueError: symbols outside the alphabet, or units that do not divide.
        """
        symbols = np.asarray(messages)
        generator = np.random.default_rng(rng)
        if symbols.ndim != 2 or symbols.dtype.kind not in "iu" or not symbols.shape[1]:
            raise bad_argument("messages", symbols, "whole numbers [cycles, clusters]")
        cycles, clusters = symbols.shape
        if whole_number("units", units, 1) % clusters:
            expected = f"a multiple of the {clusters} clusters of the messages"
            raise bad_argument("units", units, expected)
        size = units // clusters
        if symbols.size and not -1 <= symbols.min() <= symbols.max() < size:
            received = Said(f"symbols from {symbols.min()} to {symbols.max()}")
            raise bad_argument(
                "messages", received, f"symbols from 0 to {size - 1}, -1 for nothing"
            )
        inputs = np.zeros((cycles, clusters, size), np.bool_)
        kept = (generator.random(symbols.shape) >= self.erase) & (symbols >= 0)
        cycle, cluster = np.nonzero(kept)
        inputs[cycle, cluster, symbols[cycle, cluster]] = True
        cycle, cluster = np.nonzero(generator.random(symbols.shape) < self.insert)
        inputs[cycle, cluster, generator.integers(0, size, cycle.size)] = True
        return inputs.reshape(cycles, units)


@dataclass(frozen=True)
class Emergence:
    """What the units are: their number, their clusters, how loud the world is, how fast they learn.

    At a resolution of 1 half-formed synapses do not yet break a tie between a unit of the message
    and an inserted one, which costs links where insertions are many (0.46 of them form instead of
    0.92 at erase 0.2, insert 0.5); a finer one makes the cycle longer in proportion.

    Args:
        units: a multiple of the clusters.
        clusters: of which each spells a symbol.
        gain: weight of an input spike.
        rise: what one cycle of firing together adds.
        resolution: how finely winners are told apart, in weights of a whole synapse.

    Raises:
        ValueError: units that do not divide, or numbers that are not above 0.

    >>> Emergence(units=16, clusters=4, gain=4.0).unit.period
    32
    """

    units: int
    clusters: int
    gain: float
    rise: float = 0.18
    resolution: float = 1.0

    def __post_init__(self) -> None:
        CliqueMemory(self.units, self.clusters)  # refuses sizes that do not fit
        for name in ("gain", "rise", "resolution"):
            positive(f"Emergence.{name}", getattr(self, name))
        size = f"synapses of all pairs of {self.units:,} units"
        refuse_beyond_memory("units", 32.0 * self.units**2, size)

    @property
    def size(self) -> int:
        """Units of a cluster."""
        return self.units // self.clusters

    @property
    def unit(self) -> RaceUnit:
        """The neuron model: its cycle has a level for every score that can be heard."""
        top = int(ceil_steps(self.gain + self.clusters - 1, self.resolution))
        rank = np.arange(self.units, dtype=np.float64) % self.size
        return RaceUnit(rank, self.size, top, self.resolution)

    def _same_cluster(self) -> Bool:
        """Which pairs of units are of one cluster, `[units, units]`."""
        cluster = np.arange(self.units) // self.size
        return np.asarray(cluster[:, None] == cluster)

    def between(self) -> Connectivity:
        """All pairs of units of different clusters, at weight 0."""
        pre, post = np.nonzero(~self._same_cluster())
        zeros = np.zeros(len(pre))
        return Connectivity.from_edges(
            pre, post, n_pre=self.units, n_post=self.units, weight=zeros
        )

    def within(self) -> Connectivity:
        """All pairs of different units of a cluster."""
        pre, post = np.nonzero(self._same_cluster() & ~np.eye(self.units, dtype=np.bool_))
        return Connectivity.from_edges(pre, post, n_pre=self.units, n_post=self.units)

    def network(self, inputs: Bool, *, start: Connectivity | None = None) -> Network:
        """Build a network that hears one row of inputs a cycle, `unit.period` steps of 1 ms.

        Inputs of a cycle arrive in the one before, so that cycle 0 is silent.

        Args:
            inputs: units that hear an input spike, `[cycles, units]`.
            start: first recurrent weights; `between()` when None.

        Raises:
            ValueError: inputs of another width, none, or numbers other than 0 and 1.
        """
        cycle, index = np.nonzero(self._heard(inputs))
        source = SpikeSource(cycle * np.float64(self.unit.period), index.astype(np.int32))
        learning = Projection(
            "units",
            "units",
            self.between() if start is None else start,
            receptor="heard",
            plasticity=Coactivity(self.rise),
            label="recurrent",
        )
        every = np.arange(self.units)
        one_to_one = Connectivity.from_edges(
            every, every, n_pre=self.units, n_post=self.units, weight=self.gain
        )
        return Network(
            Population("world", self.units, source),
            Population("units", self.units, self.unit),
            Projection("world", "units", one_to_one),
            learning,
            Projection("units", "units", self.within(), receptor="veto", label="rivals"),
        )

    def run(self, inputs: Bool, *, start: Connectivity | None = None) -> "Emerged":
        """Run the engine.

        Args:
            inputs: units that hear an input spike, `[cycles, units]`.
            start: first recurrent weights; `between()` when None.

        Raises:
            ValueError: inputs of another width, none, or numbers other than 0 and 1.
        """
        rows = self._heard(inputs)
        period = self.unit.period
        cycles = len(rows) + 1
        with Simulator(self.network(rows, start=start), dt=1.0) as simulator:
            consolidation = Every(float(period), Consolidation("recurrent"))
            simulator.run(float(period * cycles), callbacks=[consolidation])
            spikes = simulator.spikes("units")
            fired = np.zeros((cycles, self.units), np.bool_)
            fired[spikes.step // period, spikes.i] = True
            return Emerged(fired[1:], simulator.connectivity("recurrent"), len(spikes.i))

    def law(self, inputs: Bool, weight: Float32 | None = None) -> "Emerged":
        """Compute the same on dense matrices without an engine; `run` must equal it to the bit.

        Args:
            inputs: units that hear an input spike, `[cycles, units]`.
            weight: first recurrent weights `[n_pre, n_post]`; 0 when None.
        """
        apart = ~self._same_cluster()
        w = np.zeros(apart.shape, np.float32) if weight is None else weight.copy()
        fired = []
        drive = np.zeros(self.units)
        for x in self._heard(inputs):
            v = self._winners(drive + self.gain * x)
            drive = v.astype(np.float64) @ w
            mark = np.float32(self.rise) * np.outer(v, v)
            w = np.where(
                apart, consolidate((w + mark).astype(np.float32)).astype(np.float32), 0
            )
            fired.append(v)
        pre, post = np.nonzero(apart)
        synapses = Connectivity.from_edges(
            pre, post, n_pre=self.units, n_post=self.units, weight=w[pre, post]
        )
        return Emerged(np.array(fired), synapses, int(np.sum(fired)))

    def _heard(self, inputs: Any) -> Bool:
        """Units that hear an input spike, `[cycles, units]`, checked."""
        rows = np.asarray(inputs)
        if rows.ndim != 2 or rows.shape[1] != self.units or not len(rows):
            expected = f"one cycle or more, boolean [cycles, {self.units}]"
            raise bad_argument("inputs", rows, expected)
        check_bits("inputs", rows)
        return np.asarray(rows != 0)

    def _winners(self, score: Float64) -> Bool:
        """One unit a cluster: the highest level, of equals the first, if its score is enough."""
        unit = self.unit
        level = np.minimum(np.floor(score * (1 / unit.resolution)), unit.top)
        level[score <= unit.least] = -1
        grid = level.reshape(self.clusters, self.size)
        winners = np.zeros(grid.shape, np.bool_)
        winners[np.arange(self.clusters), grid.argmax(axis=1)] = grid.max(axis=1) >= 0
        return winners.ravel()


class Emerged(NamedTuple):
    """What came of it.

    Attributes:
        fired: who fired in each cycle, `[cycles, units]`.
        synapses: the recurrent ones.
        spikes: their number.
    """

    fired: Bool
    synapses: Connectivity
    spikes: int

    @property
    def links(self) -> Bool:
        """Synapses above one half, as a matrix `[units, units]`."""
        return np.asarray(self.synapses.to_dense() > 0.5)

    def against(self, memory: CliqueMemory) -> tuple[float, int]:
        """Share of a clique memory's links that are there, and how many are there besides."""
        ours = self.links
        theirs = memory.dense
        share = float((ours & theirs).sum() / max(theirs.sum(), 1))
        return share, int((ours & ~theirs).sum())
