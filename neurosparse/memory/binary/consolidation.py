"""The consolidated Hebbian rule: firing together in a cycle strengthens, and every weight is drawn
to 0 or 1.

Source: Coyac, Gripon, Langlais & Berrou 2017, arXiv:1709.08367.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from neurosparse.errors import bad_argument

if TYPE_CHECKING:
    from neurosparse.engine import Simulator

EDGE = 1e-4


def consolidate(x: ArrayLike) -> NDArray[np.float64]:
    """Draw weights to 0 or 1: sigma(x) = 1/2 + tanh(tan(pi x - pi/2)) / 2.

    Fixed points are 0, 1 and, with slope pi/2 and so unstable, 1/2. x is first held within [1e-4, 1
    - 1e-4].

    >>> x = 0.4
    >>> for _ in range(4):
    ...     x = float(consolidate(x))
    ...     print(round(x, 3), end=" ")
    0.343 0.254 0.125 0.008
    """
    held = np.clip(np.asarray(x, np.float64), EDGE, 1 - EDGE)
    return np.asarray(0.5 + 0.5 * np.tanh(np.tan(np.pi * held - np.pi / 2)))


class Fired(NamedTuple):
    """Whether a neuron has fired since the last consolidation: 0 or 1."""

    fired: float


class CoactivityCoefficients(NamedTuple):
    """What the rule needs at an event."""

    rise: float
    still: float


@dataclass(frozen=True)
class Coactivity:
    """Mark a synapse by `rise` if both its neurons fire before the next `Consolidate`, in either order.

    The mark is the synapse's eligibility; without `Consolidate` called between steps no weight
    changes. Spikes must arrive with delay 0. Raises ValueError for a rise that is not above 0 and
    at most 1.

    >>> Coactivity().rise
    0.18
    """

    rise: float = 0.18

    third_factor: ClassVar[bool] = True
    Pre: ClassVar[type[Fired]] = Fired
    Post: ClassVar[type[Fired]] = Fired
    Coefficients: ClassVar[type[CoactivityCoefficients]] = CoactivityCoefficients

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        if not 0 < self.rise <= 1:
            raise bad_argument("Coactivity.rise", self.rise, "a number above 0, at most 1")

    def coefficients(self, dt: float) -> CoactivityCoefficients:
        """Collect the numbers of the rule."""
        return CoactivityCoefficients(self.rise, 0.0)

    def pre_decay(self, dt: float) -> Fired:
        """Nothing fades within a cycle."""
        return Fired(1.0)

    def post_decay(self, dt: float) -> Fired:
        """Nothing fades within a cycle."""
        return Fired(1.0)

    @staticmethod
    def on_pre(w: float, x: Fired, y: Fired, p: CoactivityCoefficients) -> float:
        """Mark if the target has fired; w is the eligibility."""
        return p.rise if y.fired > p.still else w

    @staticmethod
    def on_post(w: float, x: Fired, y: Fired, p: CoactivityCoefficients) -> float:
        """Mark if the source has fired; w is the eligibility."""
        return p.rise if x.fired > p.still else w

    @staticmethod
    def pre_spike(x: Fired, p: CoactivityCoefficients) -> Fired:
        """Note the spike."""
        return Fired(1.0)

    @staticmethod
    def post_spike(y: Fired, p: CoactivityCoefficients) -> Fired:
        """Note the spike."""
        return Fired(1.0)


@dataclass(frozen=True)
class Consolidate:
    """End a cycle of a projection that learns by `Coactivity`: w <- sigma(w + mark), marks and notes <- 0.

    Call it every cycle, `Every(period, Consolidate("E->E"))`. Only synapses that are marked or
    strictly between 0 and
    1 are worked on. Raises ValueError for a projection that learns otherwise.

    >>> Consolidate("E->E").projection
    'E->E'
    """

    projection: str

    def __call__(self, simulator: Simulator) -> None:
        """Consolidate now."""
        made = simulator.plan.synapses[simulator.network.projection(self.projection).name]
        learning: Any = made.plastic
        if learning is None or not isinstance(learning.rule, Coactivity):
            wants = "a projection with plasticity=Coactivity(...)"
            raise bad_argument("Consolidate.projection", self.projection, wants)
        weight, mark = made.weight, learning.eligibility
        moving = np.flatnonzero((mark > 0) | ((weight > 0) & (weight < 1)))
        weight[moving] = consolidate(weight[moving] + mark[moving])
        mark[moving] = 0
        learning.x[:] = 0
        learning.y[:] = 0
