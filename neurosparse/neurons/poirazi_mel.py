"""A two-layer neuron: branches raise their input to a power before the soma sums them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from neurosparse.errors import bad_argument
from neurosparse.neurons.base import Value, parameters
from neurosparse.neurons.fields import Membrane
from neurosparse.neurons.propagators import decay, transfer
from neurosparse.typing import Float64


def branch_response(active: npt.ArrayLike, threshold: float, power: float) -> Float64:
    """Response of a branch to so many active synapses: (active / threshold)^power, 0 for none.

    It is 1 at the threshold; a large power makes it a soft all-or-none spike. A neuron sums its
    branches.

    Raises:
        ValueError: a threshold or a power that is not above 0.

    Source: Poirazi, Brannon & Mel 2003, doi:10.1016/S0896-6273(03)00149-1.

    >>> branch_response([0, 6, 12, 24], 12, 10.0).tolist()
    [0.0, 0.0009765625, 1.0, 1024.0]
    """
    if not (threshold > 0 and power > 0):
        raise bad_argument("threshold, power", (threshold, power), "numbers above 0")
    return np.asarray(
        (np.maximum(np.asarray(active, np.float64), 0.0) / threshold) ** power
    )


class PoiraziMelState(NamedTuple):
    """Membrane voltage and jump (mV), activation of the four branches (synapses of weight 1)."""

    v: float
    jump: float
    b1: float
    b2: float
    b3: float
    b4: float


class PoiraziMelCoefficients(NamedTuple):
    """What the update of PoiraziMel needs for one dt."""

    keep: float
    rest: float
    from_branch: float
    keep_branch: float
    per_threshold: float
    power: float
    threshold: float
    reset: float


@dataclass(frozen=True, kw_only=True)
class PoiraziMel(Membrane):
    """Integrate-and-fire neuron with four branches, each a power of its own input.

    tau_mem dv/dt = v_rest - v + r_mem i_ext + gain sum_k (max(b_k, 0) / branch_threshold)^power,
    tau_branch d b_k/dt = -b_k;

    a synapse on receptor `branch1` … `branch4` adds its weight to b_k, one on `delta` moves v. A
    power of an exponential is an exponential, b(t)^p ~ e^(-p t/tau_branch), so every step is exact
    for any dt. v > v_threshold fires, then v = v_reset for t_ref ms. `gain` is in mV: what a branch
    at its threshold would hold v above rest by, if it stayed there. Times in ms.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Poirazi, Brannon & Mel 2003, doi:10.1016/S0896-6273(03)00149-1.

    >>> sorted(PoiraziMel.receptors)
    ['branch1', 'branch2', 'branch3', 'branch4', 'delta']
    """

    tau_branch: Value = 20.0
    power: Value = 10.0
    branch_threshold: Value = 12.0
    gain: Value = 200.0

    State = PoiraziMelState
    Coefficients = PoiraziMelCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"delta": "jump"} | {
        f"branch{k}": f"b{k}" for k in (1, 2, 3, 4)
    }
    above_zero = ("tau_branch", "power", "branch_threshold")
    zero_or_more = ("gain",)
    ordered = (("v_reset", "v_threshold"),)

    def coefficients(self, dt: float) -> PoiraziMelCoefficients:
        """Derive the propagators; with a power p a branch's effect decays p times faster."""
        q = parameters(self)
        return PoiraziMelCoefficients(
            keep=decay(dt, q.tau_mem),
            rest=q.v_rest + q.r_mem * q.i_ext,
            from_branch=q.gain * transfer(dt, q.tau_mem, q.tau_branch / q.power),
            keep_branch=decay(dt, q.tau_branch),
            per_threshold=1.0 / q.branch_threshold,
            power=q.power,
            threshold=q.v_threshold,
            reset=q.v_reset,
        )

    @staticmethod
    def update(
        s: PoiraziMelState, p: PoiraziMelCoefficients, since: int
    ) -> tuple[PoiraziMelState, bool]:
        """Propagate everything by one step; the voltage rests while refractory."""
        pushed = p.from_branch * (
            max(s.b1 * p.per_threshold, 0.0) ** p.power
            + max(s.b2 * p.per_threshold, 0.0) ** p.power
            + max(s.b3 * p.per_threshold, 0.0) ** p.power
            + max(s.b4 * p.per_threshold, 0.0) ** p.power
        )
        start = s.v + (s.jump if since > 0 else 0.0)
        v = p.rest + (start - p.rest) * p.keep + pushed
        v = v if since >= 0 else s.v
        k = p.keep_branch
        return PoiraziMelState(
            v, 0.0, s.b1 * k, s.b2 * k, s.b3 * k, s.b4 * k
        ), v > p.threshold

    @staticmethod
    def reset(s: PoiraziMelState, p: PoiraziMelCoefficients) -> PoiraziMelState:
        """Return to v_reset; the branches stay as they are."""
        return PoiraziMelState(p.reset, 0.0, s.b1, s.b2, s.b3, s.b4)
