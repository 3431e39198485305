"""Neurons with active dendrites: segments that fire when enough synapses act together, and somata
that heed them.

A segment is a unit of its own population, so that its synapses are an ordinary row of a
Connectivity, with weights, delays and plasticity; its NMDA spike travels through a projection to
the receptor `dendrite` of its soma:

    Population("segments", n_segments, DendriticSegment(threshold=13)),
    Population("somata", n, DendriticLIF()),
    Projection("cells", "segments", synapses),             # a distal row a segment
    Projection("segments", "somata", owner, receptor="dendrite")  # one synapse from each segment to
    its soma
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument
from neurosparse.neurons.base import (
    Value,
    approach,
    check_below,
    check_parameters,
    decay,
    parameters,
)


class DendriticSegmentState(NamedTuple):
    """Synaptic activation that counts now, in synapses of weight 1."""

    active: float


class DendriticSegmentCoefficients(NamedTuple):
    """What the update of DendriticSegment needs for one dt."""

    keep: float
    nothing: float
    threshold: float


@dataclass(frozen=True)
class DendriticSegment:
    """A stretch of dendrite that fires an NMDA spike when its active synapses reach a threshold
    together.

    tau d active/dt = -active, a synapse adds its weight; active >= threshold fires, then active = 0
    and nothing counts for t_ref ms. One volley of an SDR onto synapses of weight 1 adds exactly
    their overlap, so the segment fires when |SDR and segment| >= threshold. `tau` is the window of
    coincidence, all times in ms. A network whose segments all lie out of reach of their synapses
    warns when it is built.
    Sources: Hawkins & Ahmad 2016, doi:10.3389/fncir.2016.00023; Major, Larkum & Schiller 2013,
    doi:10.1146/annurev-neuro-062111-150343. Raises ValueError for parameters that cannot be meant.

    >>> DendriticSegment(threshold=8).receptors
    {'distal': 'active'}
    """

    threshold: Value = 13.0
    tau: Value = 5.0
    t_ref: Value = 50.0

    State: ClassVar[type[DendriticSegmentState]] = DendriticSegmentState
    Coefficients: ClassVar[type[DendriticSegmentCoefficients]] = DendriticSegmentCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"distal": "active"}

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        check_parameters(self, ("threshold", "tau"))

    def coefficients(self, dt: float) -> DendriticSegmentCoefficients:
        """Derive the share of the activation that a step leaves."""
        q = parameters(self)
        return DendriticSegmentCoefficients(decay(dt, q.tau), 0.0, q.threshold)

    def initial(self) -> DendriticSegmentState:
        """Start without activation."""
        return DendriticSegmentState(0.0)

    def warn_unreachable(self, name: str, most: NDArray[np.float64]) -> None:
        """Warn when no segment's synapses [n], all active together, reach its threshold."""
        short = most < np.asarray(self.threshold)
        if short.all():
            best = int(np.argmax(most - np.asarray(self.threshold)))
            threshold = float(np.broadcast_to(self.threshold, len(most))[best])
            warnings.warn(
                f"Population({name!r}): no segment can fire in one volley: all synapses of segment {best}, the "
                f"nearest, add {most[best]:g}, its threshold is {threshold:g}; lower the threshold or add synapses",
                stacklevel=2,
            )

    @staticmethod
    def update(
        s: DendriticSegmentState, p: DendriticSegmentCoefficients, since: int
    ) -> tuple[DendriticSegmentState, bool]:
        """Compare what has arrived with the threshold, then let a part of it fade."""
        heard = s.active if since >= 0 else p.nothing
        return DendriticSegmentState(heard * p.keep), heard >= p.threshold

    @staticmethod
    def reset(s: DendriticSegmentState, p: DendriticSegmentCoefficients) -> DendriticSegmentState:
        """Forget what has arrived."""
        return DendriticSegmentState(p.nothing)


class DendriticLIFState(NamedTuple):
    """Voltage and waiting jump (mV), dendritic spikes that wait, ms of plateau that are left."""

    v: float
    jump: float
    arrived: float
    plateau: float


class DendriticLIFCoefficients(NamedTuple):
    """What the update of DendriticLIF needs for one dt."""

    fall: float
    still: float
    rest: float
    threshold: float
    reset: float
    push: float
    drop: float
    plateau: float
    dt: float
    end: float


@dataclass(frozen=True)
class DendriticLIF:
    """Integrate-and-fire neuron whose dendritic spikes make it ready to fire, for a stated time.

    A spike on the receptor `dendrite` (its weight counts only as above 0) opens a plateau of
    `plateau` ms, another one begins it anew; plateaus do not add up. While it lasts, the threshold
    is lower by `drop` and the voltage tends to v_rest + r_mem i_ext + push: v(t + dt) = u + (v(t) +
    jump - u) e^(-dt/tau_mem), exact for any dt. The receptor `delta` works as in LIF. With push = 0
    a dendrite alone never fires its soma; drop = 0 leaves the depolarisation alone. The plateau
    covers exactly plateau / dt updates, the first being the one that reads the dendritic spike.
    Times in ms, voltages, push, drop and weights in mV.
    Sources: Hawkins & Ahmad 2016, doi:10.3389/fncir.2016.00023; Antic et al. 2010,
    doi:10.1002/jnr.22444.
    Raises ValueError for parameters that cannot be meant.

    >>> DendriticLIF(drop=0.0, push=6.0).coefficients(0.1).push
    array(6.)
    """

    tau_mem: Value = 20.0
    v_rest: Value = -65.0
    v_threshold: Value = -50.0
    v_reset: Value = -65.0
    t_ref: Value = 2.0
    r_mem: Value = 1.0
    i_ext: Value = 0.0
    drop: Value = 8.0
    push: Value = 0.0
    plateau: Value = 50.0

    State: ClassVar[type[DendriticLIFState]] = DendriticLIFState
    Coefficients: ClassVar[type[DendriticLIFCoefficients]] = DendriticLIFCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"delta": "jump", "dendrite": "arrived"}
    drive: ClassVar[tuple[str, str]] = ("rest", "r_mem")

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        check_parameters(self, ("tau_mem", "r_mem", "plateau"), ("t_ref", "drop", "push"))
        check_below(self, "v_reset", "v_threshold")

    def coefficients(self, dt: float) -> DendriticLIFCoefficients:
        """Derive the propagator, the levels in mV and the plateau's last half step."""
        q = parameters(self)
        off = np.abs(q.plateau / dt - np.rint(q.plateau / dt)) > 1e-6 * np.maximum(
            q.plateau / dt, 1.0
        )
        if np.any(off):
            got = Said(f"{float(np.atleast_1d(q.plateau)[np.atleast_1d(off)][0])} ms")
            raise bad_argument("DendriticLIF.plateau", got, f"a multiple of dt = {dt} ms")
        rest = q.v_rest + q.r_mem * q.i_ext
        # time left is counted in float32 too: half a step is far above what many subtractions can
        # be wrong by
        return DendriticLIFCoefficients(
            approach(dt, q.tau_mem),
            0.0,
            rest,
            q.v_threshold,
            q.v_reset,
            q.push,
            q.drop,
            q.plateau,
            dt,
            0.5 * dt,
        )

    def initial(self) -> DendriticLIFState:
        """Start at rest, no plateau."""
        return DendriticLIFState(parameters(self).v_rest, 0.0, 0.0, 0.0)

    @staticmethod
    def update(
        s: DendriticLIFState, p: DendriticLIFCoefficients, since: int
    ) -> tuple[DendriticLIFState, bool]:
        """Open or continue the plateau, add the jump unless refractory, decay towards the level of the moment."""
        left = p.plateau if s.arrived > p.still else s.plateau
        on = left > p.end
        level = p.rest + (p.push if on else p.still)
        start = s.v + (s.jump if since > 0 else p.still)
        v = start + ((level - start) * p.fall if since >= 0 else p.still)
        later = left - p.dt if on else p.still
        return DendriticLIFState(v, p.still, p.still, later), v > p.threshold - (
            p.drop if on else p.still
        )

    @staticmethod
    def reset(s: DendriticLIFState, p: DendriticLIFCoefficients) -> DendriticLIFState:
        """Return to v_reset; the plateau goes on."""
        return DendriticLIFState(p.reset, p.still, p.still, s.plateau)
