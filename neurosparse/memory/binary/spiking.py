"""A stored binary memory as a spiking network whose attractor dynamics complete a cue and hold it.

Activity goes round in volleys: every spike comes back after `interval` ms through the stored bits,
as excitation of one `link` each, and through inhibitory cells, of which as many fire as units did,
as `kappa` links each. A unit fires if links > kappa·active + theta. The line is laid so that a cue
of c units asks for all its c links, and a whole assembly of k units together with `spare` wrong
ones for k: winner-take-all by inhibition that grows with activity.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from neurosparse.checks import positive, whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.grid import ceil_steps, round_steps
from neurosparse.memory.binary.patterns import bit_patterns
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource
from neurosparse.typing import Bool

# ms; the simulation must use this dt, in which excitation and inhibition arrive together
STEP = 0.1


class BinaryMemory(Protocol):
    """A memory of binary synapses between units of one population."""

    stored: int

    @property
    def dense(self) -> Bool:
        """The matrix W[post, pre], `[n, n]`."""


@dataclass(frozen=True)
class Volleys:
    """How the network is to behave.

    Args:
        assembly: active units k of a stored pattern.
        cue: units c of the smallest cue to be completed.
        spare: wrong units that a whole assembly must bear for one volley.
        link: depolarisation by one synapse, mV.
        interval: time between volleys, ms; several membrane time constants.
        tau_mem: membrane time constant, ms.

    Raises:
        ValueError: a cue larger than the assembly, volleys too close, or sizes below 1.

    >>> v = Volleys(assembly=10, cue=5, spare=2)
    >>> round(v.kappa, 3), round(v.theta, 3)
    (0.714, 0.929)
    """

    assembly: int
    cue: int
    spare: int = 2
    link: float = 2.0
    interval: float = 25.0
    tau_mem: float = 5.0

    def __post_init__(self) -> None:
        whole_number("Volleys.assembly", self.assembly, 1)
        whole_number("Volleys.spare", self.spare)
        if whole_number("Volleys.cue", self.cue, 1) > self.assembly:
            expected = f"at most the assembly of {self.assembly} units"
            raise bad_argument("Volleys.cue", self.cue, expected)
        for name in ("link", "interval", "tau_mem"):
            positive(f"Volleys.{name}", getattr(self, name))
        if self.interval < 4 * self.tau_mem:
            expected = f"at least 4 tau_mem = {4 * self.tau_mem:g} ms"
            remedy = "a volley must be forgotten before the next"
            raise bad_argument("Volleys.interval", self.interval, expected, remedy)

    @property
    def kappa(self) -> float:
        """Inhibition by one active unit, in links."""
        return (self.assembly - self.cue) / max(self.assembly + self.spare - self.cue, 1)

    @property
    def theta(self) -> float:
        """Threshold above rest, in links."""
        return self.cue - 0.5 - self.kappa * self.cue

    @property
    def cell(self) -> LIF:
        """The units: at rest just below the threshold, and back there after a spike."""
        rest = -50.0 - self.theta * self.link
        return LIF(
            tau_mem=self.tau_mem, v_rest=rest, v_reset=rest, v_threshold=-50.0, t_ref=1.0
        )

    def counter(self, n: int) -> LIF:
        """Inhibitory cells of which the first j fire when j units do."""
        rest = np.full(n, -65.0)
        threshold = rest + (np.arange(n) + 0.5) * self.link
        tau = self.tau_mem
        return LIF(tau_mem=tau, v_rest=rest, v_reset=rest, v_threshold=threshold, t_ref=1.0)


def memory_network(
    memory: BinaryMemory, cue: Any, volleys: Volleys, *, start: float = 10.0
) -> Network:
    """Export a Willshaw or clique memory to a Network that is given a cue and then left alone.

    Population "units" [n] has the stored bits as its recurrent connectivity, projection "memory", a
    unit's bit with itself included; "inhibition" counts and restrains; "cue" fires the active units
    of the cue once. Simulate with dt=0.1 and read `completed_units`. A memory in which nothing is
    stored gives a network without recurrence.

    Args:
        memory: what is exported.
        cue: active units, an SDR or booleans, `[n]`.
        volleys: how the network is to behave.
        start: when the cue is given, ms.

    Raises:
        ValueError: a memory of pairs, a cue of another size or without an active unit, or a
            negative start.

    >>> from neurosparse.memory import Willshaw
    >>> memory = Willshaw(20)
    >>> memory.store(np.arange(20)[None] < 4)
    >>> memory_network(memory, np.arange(20) < 2, Volleys(assembly=4, cue=2))
    Network of 48 neurons: units (20 LIF), inhibition (8 LIF), cue (20 SpikeSource);
    4 projections, 0 stimuli
    """
    bits = np.asarray(memory.dense)
    n = len(bits)
    if bits.shape != (n, n):
        received = Said(f"a memory of pairs, {bits.shape[1]} inputs and {n} outputs")
        expected = "a memory whose patterns recall themselves"
        raise bad_argument("memory", received, expected, "use Willshaw(n)")
    if not (np.isfinite(start) and start >= 0):
        raise bad_argument("start", start, "a time in ms, 0 or more")
    cued = np.flatnonzero(bit_patterns("cue", [cue], n)[0]).astype(np.int32)
    times = np.full(len(cued), _steps(start) * STEP)
    counters = 2 * volleys.assembly
    return Network(
        Population("units", n, volleys.cell, mode="clock"),
        Population("inhibition", counters, volleys.counter(counters), mode="clock"),
        Population("cue", n, SpikeSource(times, cued)),
        *_projections(_recurrent(bits, memory.stored), counters, volleys),
    )


def _projections(
    recurrent: Connectivity, counters: int, volleys: Volleys
) -> list[Projection]:
    """The cue, the stored bits, and the way through the inhibitory cells."""
    n = recurrent.n_pre
    link = volleys.link
    # undoes the leak of the one step between arrival and threshold
    gain = float(np.exp(STEP / volleys.tau_mem))
    way = _steps(volleys.interval)
    half_way = _steps(volleys.interval / 2)
    # the update in which inhibitory cells fire is one of the steps on the way
    way_back = way - half_way - 1
    inhibition = -gain * volleys.kappa * link
    onto = _all(n, counters)
    back = _all(counters, n)
    return [
        Projection("cue", "units", _one_to_one(n), weight=4 * (volleys.theta + 1) * link),
        Projection(
            "units",
            "units",
            recurrent,
            weight=gain * link,
            delay=way * STEP,
            label="memory",
        ),
        Projection("units", "inhibition", onto, weight=gain * link, delay=half_way * STEP),
        Projection("inhibition", "units", back, weight=inhibition, delay=way_back * STEP),
    ]


def completed_units(spikes: Any, n: int, *, start: float, stop: float) -> Bool:
    """Units that fire between two times.

    Args:
        spikes: the record of population "units".
        n: units.
        start: from then on, ms.
        stop: before then, ms.

    Returns:
        Whether each fires, `[n]`.
    """
    # in steps: a spike at 7 * 0.1 ms is one at 0.7 ms
    at = round_steps(spikes.t, STEP)
    during = (at >= ceil_steps(start, STEP)) & (at < ceil_steps(stop, STEP))
    return np.asarray(np.bincount(spikes.i[during], minlength=n) > 0)


def _recurrent(bits: Bool, stored: int) -> Connectivity:
    """The stored bits, `[n_pre, n_post]`; every unit that has links supports itself as well."""
    n = len(bits)
    linked = np.zeros_like(bits)
    if stored:
        linked = bits | (np.eye(n, dtype=np.bool_) & bits.any(axis=1))
    post, pre = np.nonzero(linked)
    return Connectivity.from_edges(pre, post, n_pre=n, n_post=n)


def _one_to_one(n: int) -> Connectivity:
    return Connectivity.from_edges(np.arange(n), np.arange(n), n_pre=n, n_post=n)


def _all(n_pre: int, n_post: int) -> Connectivity:
    pre, post = np.divmod(np.arange(n_pre * n_post), n_post)
    return Connectivity.from_edges(pre, post, n_pre=n_pre, n_post=n_post)


def _steps(ms: float) -> int:
    return max(round(ms / STEP), 1)
