"""A stored binary memory as a spiking network whose attractor dynamics complete a cue and hold it.

Activity goes round in volleys: every spike comes back after `interval` ms through the stored bits,
as excitation of one `link` each, and through inhibitory cells, of which as many fire as units did,
as `kappa` links each. A unit fires if links > kappa·active + theta. The line is laid so that a cue
of c units asks for all its c links, and a whole
assembly of k units together with `spare` wrong ones for k: winner-take-all by inhibition that grows
with activity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.memory.binary import _check
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource

Bools = NDArray[np.bool_]
STEP = (
    0.1  # ms; the simulation must use this dt, in which excitation and inhibition arrive together
)


class Stored(Protocol):
    """A memory of binary synapses between units of one population."""

    stored: int

    def dense(self) -> Bools:
        """The matrix W[post, pre], boolean [n, n]."""


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

    Raises ValueError for a cue larger than the assembly and for numbers that cannot be meant.

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
        """Refuse what cannot be meant."""
        _check.count("Volleys.assembly", self.assembly)
        _check.count("Volleys.spare", self.spare, 0)
        if _check.count("Volleys.cue", self.cue) > self.assembly:
            raise bad_argument(
                "Volleys.cue", self.cue, f"at most the assembly of {self.assembly} units"
            )
        for name in ("link", "interval", "tau_mem"):
            _check.positive(f"Volleys.{name}", getattr(self, name))
        if self.interval < 4 * self.tau_mem:
            wants = f"at least 4 tau_mem = {4 * self.tau_mem:g} ms, so that a volley is forgotten before the next"
            raise bad_argument("Volleys.interval", self.interval, wants)

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
        return LIF(tau_mem=self.tau_mem, v_rest=rest, v_reset=rest, v_threshold=-50.0, t_ref=1.0)

    def counter(self, n: int) -> LIF:
        """Inhibitory cells of which the first j fire when j units do."""
        rest = np.full(n, -65.0)
        threshold = rest + (np.arange(n) + 0.5) * self.link
        return LIF(
            tau_mem=self.tau_mem, v_rest=rest, v_reset=rest, v_threshold=threshold, t_ref=1.0
        )


def memory_network(memory: Stored, cue: Any, volleys: Volleys, *, start: float = 10.0) -> Network:
    """Export a Willshaw or clique memory to a Network that is given the cue once, at `start` ms, and then left alone.

    Population "units" [n] has the stored bits as its recurrent connectivity, projection "memory", a
    unit's bit with itself included; "inhibition" counts and restrains; "cue" fires the active units
    of `cue` [n] (an SDR, or booleans).
    Simulate with dt=0.1 and read `completed`. Memories in which nothing is stored give a network
    without recurrence.

    Raises ValueError for a memory of pairs, a cue of another size or without an active unit, and a
    negative start.

    >>> from neurosparse.memory import Willshaw
    >>> memory = Willshaw(20)
    >>> memory.store(np.arange(20)[None] < 4)
    >>> memory_network(memory, np.arange(20) < 2, Volleys(assembly=4, cue=2))
    Network of 48 neurons: units (20 LIF), inhibition (8 LIF), cue (20 SpikeSource); 4 projections, 0 stimuli
    """
    bits = np.asarray(memory.dense())
    n = len(bits)
    if bits.shape != (n, n):
        got = Said(f"a memory of pairs, {bits.shape[1]} inputs and {n} outputs")
        raise bad_argument(
            "memory", got, "a memory whose patterns recall themselves", "use Willshaw(n)"
        )
    if not (np.isfinite(start) and start >= 0):
        raise bad_argument("start", start, "a time in ms, 0 or more")
    shown = np.flatnonzero(_check.patterns("cue", [cue], n)[0]).astype(np.int32)
    restrain = 2 * volleys.assembly
    link = volleys.link
    late = _steps(volleys.interval)
    gain = float(np.exp(STEP / volleys.tau_mem))
    back = _steps(volleys.interval / 2)
    recurrent = _recurrent(bits, memory.stored)
    return Network(
        Population("units", n, volleys.cell, mode="clock"),
        Population("inhibition", restrain, volleys.counter(restrain), mode="clock"),
        Population("cue", n, SpikeSource(np.full(len(shown), _steps(start) * STEP), shown)),
        Projection("cue", "units", _one_to_one(n), weight=4 * (volleys.theta + 1) * link),
        Projection(
            "units", "units", recurrent, weight=gain * link, delay=late * STEP, label="memory"
        ),
        Projection("units", "inhibition", _all(n, restrain), weight=gain * link, delay=back * STEP),
        # the update in which inhibitory cells fire is one of the steps on the way
        Projection(
            "inhibition",
            "units",
            _all(restrain, n),
            weight=-gain * volleys.kappa * link,
            delay=(late - back - 1) * STEP,
        ),
    )


def completed(spikes: Any, n: int, *, start: float, stop: float) -> Bools:
    """Units that fire between `start` and `stop` ms, boolean [n], from the record of population "units"."""
    seen = (spikes.t >= start) & (spikes.t < stop)
    return np.asarray(np.bincount(spikes.i[seen], minlength=n) > 0)


def _recurrent(bits: Bools, stored: int) -> Connectivity:
    """The stored bits, [n_pre, n_post]; every unit that has links supports itself as well."""
    linked = (
        bits | (np.eye(len(bits), dtype=np.bool_) & bits.any(axis=1))
        if stored
        else np.zeros_like(bits)
    )
    post, pre = np.nonzero(linked)
    return Connectivity.from_edges(pre, post, n_pre=len(bits), n_post=len(bits))


def _one_to_one(n: int) -> Connectivity:
    return Connectivity.from_edges(np.arange(n), np.arange(n), n_pre=n, n_post=n)


def _all(n_pre: int, n_post: int) -> Connectivity:
    pre, post = np.divmod(np.arange(n_pre * n_post), n_post)
    return Connectivity.from_edges(pre, post, n_pre=n_pre, n_post=n_post)


def _steps(ms: float) -> int:
    return max(round(ms / STEP), 1)
