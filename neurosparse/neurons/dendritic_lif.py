"""Neurons with active dendrites: segments that fire when enough synapses act together, and somata.

A segment is a unit of its own population, so that its synapses are an ordinary row of a
Connectivity, with weights, delays and plasticity; its NMDA spike travels through a projection to
the receptor `dendrite` of its soma:

    Population("segments", n_segments, DendriticSegment(threshold=13)),
    Population("somata", n, DendriticLIF()),
    # a distal row a segment
    Projection("cells", "segments", synapses),
    # one synapse from each segment to its soma
    Projection("segments", "somata", owner, receptor="dendrite")
"""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.neurons.base import Value, parameters
from neurosparse.neurons.fields import Membrane, Neuron
from neurosparse.neurons.propagators import approach, decay
from neurosparse.typing import Float64


class DendriticSegmentState(NamedTuple):
    """Synaptic activation that counts now, in synapses of weight 1."""

    active: float


class DendriticSegmentCoefficients(NamedTuple):
    """What the update of DendriticSegment needs for one dt."""

    keep: float
    threshold: float


@dataclass(frozen=True, kw_only=True)
class DendriticSegment(Neuron):
    """A stretch of dendrite that fires when its active synapses reach a threshold together.

    tau d active/dt = -active, a synapse adds its weight;

    active >= threshold fires (an NMDA spike), then active = 0 and nothing counts for t_ref ms, nor
    what arrives in the step in which it fires. One volley of an SDR onto synapses of weight 1 adds
    exactly their overlap, so the segment fires when |SDR and segment| >= threshold. `tau` is the
    window of coincidence, all times in ms. A network whose segments all lie out of reach of their
    synapses warns when it is built.

    Raises:
        ValueError: parameters that cannot be meant.

    Sources: Hawkins & Ahmad 2016, doi:10.3389/fncir.2016.00023; Major, Larkum & Schiller 2013,
    doi:10.1146/annurev-neuro-062111-150343.

    >>> DendriticSegment(threshold=8).receptors
    {'distal': 'active'}
    """

    threshold: Value = 13.0
    tau: Value = 5.0
    t_ref: Value = 50.0

    State = DendriticSegmentState
    Coefficients = DendriticSegmentCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"distal": "active"}
    above_zero = ("threshold", "tau")

    def coefficients(self, dt: float) -> DendriticSegmentCoefficients:
        """Derive the share of the activation that a step leaves."""
        q = parameters(self)
        return DendriticSegmentCoefficients(decay(dt, q.tau), q.threshold)

    def warn_unreachable(self, name: str, most: Float64) -> None:
        """Warn when no segment's synapses [n], all active together, reach its threshold."""
        short = most < np.asarray(self.threshold)
        if short.all():
            best = int(np.argmax(most - np.asarray(self.threshold)))
            threshold = float(np.broadcast_to(self.threshold, len(most))[best])
            warnings.warn(
                f"Population({name!r}): no segment can fire in one volley: all synapses of segment "
                f"{best}, the nearest, add {most[best]:g}, its threshold is {threshold:g}; "
                "lower the threshold or add synapses",
                stacklevel=2,
            )

    @staticmethod
    def update(
        s: DendriticSegmentState, p: DendriticSegmentCoefficients, since: int
    ) -> tuple[DendriticSegmentState, bool]:
        """Compare what has arrived with the threshold, then let a part of it fade."""
        heard = s.active if since > 0 else 0.0
        return DendriticSegmentState(heard * p.keep), heard >= p.threshold

    @staticmethod
    def reset(
        s: DendriticSegmentState, p: DendriticSegmentCoefficients
    ) -> DendriticSegmentState:
        """Forget what has arrived."""
        return DendriticSegmentState(0.0)


class DendriticLIFState(NamedTuple):
    """Voltage and waiting jump (mV), dendritic spikes that wait, ms of plateau that are left."""

    v: float
    jump: float
    arrived: float
    plateau: float


class DendriticLIFCoefficients(NamedTuple):
    """What the update of DendriticLIF needs for one dt."""

    fall: float
    rest: float
    threshold: float
    reset: float
    push: float
    drop: float
    plateau: float
    dt: float
    end: float


@dataclass(frozen=True, kw_only=True)
class DendriticLIF(Membrane):
    """Integrate-and-fire neuron whose dendritic spikes make it ready to fire, for a stated time.

    v(t + dt) = u + (v(t) + jump - u) e^(-dt/tau_mem),   u = v_rest + r_mem i_ext + push.

    A spike on the receptor `dendrite` (its weight counts only as above 0) opens a plateau of
    `plateau` ms, another one begins it anew; plateaus do not add up. While it lasts, the threshold
    is lower by `drop` and the voltage tends to the u above; without it `push` counts as 0. The
    receptor `delta` works as in LIF. With push = 0 a dendrite alone never fires its soma; drop = 0
    leaves the depolarisation alone. The plateau covers exactly plateau / dt updates, the first
    being the one that reads the dendritic spike. Exact for any dt. Times in ms, voltages, push,
    drop and weights in mV.

    Raises:
        ValueError: parameters that cannot be meant.

    Sources: Hawkins & Ahmad 2016, doi:10.3389/fncir.2016.00023; Antic et al. 2010,
    doi:10.1002/jnr.22444.

    >>> DendriticLIF(drop=0.0, push=6.0).coefficients(0.1).push
    array(6.)
    """

    drop: Value = 8.0
    push: Value = 0.0
    plateau: Value = 50.0

    State = DendriticLIFState
    Coefficients = DendriticLIFCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"delta": "jump", "dendrite": "arrived"}
    above_zero = ("plateau",)
    zero_or_more = ("drop", "push")
    ordered = (("v_reset", "v_threshold"),)

    def coefficients(self, dt: float) -> DendriticLIFCoefficients:
        """Derive the propagator, the levels in mV and the plateau's last half step."""
        q = parameters(self)
        steps = q.plateau / dt
        off = np.abs(steps - np.rint(steps)) > 1e-6 * np.maximum(steps, 1.0)
        if np.any(off):
            first = float(np.atleast_1d(q.plateau)[np.atleast_1d(off)][0])
            raise bad_argument(
                "DendriticLIF.plateau", Said(f"{first} ms"), f"a multiple of dt = {dt} ms"
            )
        rest = q.v_rest + q.r_mem * q.i_ext
        return DendriticLIFCoefficients(
            fall=approach(dt, q.tau_mem),
            rest=rest,
            threshold=q.v_threshold,
            reset=q.v_reset,
            push=q.push,
            drop=q.drop,
            plateau=q.plateau,
            dt=dt,
            # float32 counts the time too: half a step is far above what many subtractions err by
            end=0.5 * dt,
        )

    @staticmethod
    def update(
        s: DendriticLIFState, p: DendriticLIFCoefficients, since: int
    ) -> tuple[DendriticLIFState, bool]:
        """Open or continue the plateau, add the jump unless refractory, decay to the level now."""
        left = p.plateau if s.arrived > 0.0 else s.plateau
        on = left > p.end
        level = p.rest + (p.push if on else 0.0)
        start = s.v + (s.jump if since > 0 else 0.0)
        v = start + ((level - start) * p.fall if since >= 0 else 0.0)
        later = left - p.dt if on else 0.0
        threshold = p.threshold - (p.drop if on else 0.0)
        return DendriticLIFState(v, 0.0, 0.0, later), v > threshold

    @staticmethod
    def reset(s: DendriticLIFState, p: DendriticLIFCoefficients) -> DendriticLIFState:
        """Return to v_reset; the plateau goes on."""
        return DendriticLIFState(p.reset, 0.0, 0.0, s.plateau)
