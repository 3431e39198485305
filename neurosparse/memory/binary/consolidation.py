"""The consolidated Hebbian rule: firing together strengthens, every weight is drawn to 0 or 1.

Source: Coyac, Gripon, Langlais & Berrou 2017, arXiv:1709.08367.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.checks import finite
from neurosparse.errors import bad_argument
from neurosparse.typing import Float64

if TYPE_CHECKING:
    from neurosparse.engine import Simulator

EDGE = 1e-4


def consolidate(x: ArrayLike) -> Float64:
    """Draw weights to 0 or 1: sigma(x) = 1/2 + tanh(tan(pi x - pi/2)) / 2.

    Fixed points are 0, 1 and, with slope pi/2 and so unstable, 1/2. x is first clipped to
    [1e-4, 1 - 1e-4].

    >>> x = 0.4
    >>> for _ in range(4):
    ...     x = float(consolidate(x))
    ...     print(round(x, 3), end=" ")
    0.343 0.254 0.125 0.008
    """
    inside = np.clip(np.asarray(x, np.float64), EDGE, 1 - EDGE)
    return np.asarray(0.5 + 0.5 * np.tanh(np.tan(np.pi * inside - np.pi / 2)))


class CoactivityTrace(NamedTuple):
    """Whether a neuron has fired since the last consolidation: 0 or 1."""

    fired: float


class CoactivityCoefficients(NamedTuple):
    """What the rule needs at an event."""

    rise: float


@dataclass(frozen=True)
class Coactivity:
    """Mark a synapse if both its neurons fire before the next `Consolidation`, in either order.

    The mark is the synapse's eligibility; without a `Consolidation` between steps no weight
    changes. Spikes must arrive with delay 0.

    Args:
        rise: the mark, above 0 and at most 1.

    >>> Coactivity().rise
    0.18
    """

    rise: float = 0.18

    third_factor: ClassVar[bool] = True
    Pre: ClassVar[type[CoactivityTrace]] = CoactivityTrace
    Post: ClassVar[type[CoactivityTrace]] = CoactivityTrace
    Coefficients: ClassVar[type[CoactivityCoefficients]] = CoactivityCoefficients

    def __post_init__(self) -> None:
        if not 0 < finite("Coactivity.rise", self.rise) <= 1:
            raise bad_argument("Coactivity.rise", self.rise, "a number above 0, at most 1")

    def coefficients(self, dt: float) -> CoactivityCoefficients:
        """Collect the numbers of the rule."""
        return CoactivityCoefficients(self.rise)

    def pre_decay(self, dt: float) -> CoactivityTrace:
        """Nothing fades within a cycle."""
        return CoactivityTrace(1.0)

    def post_decay(self, dt: float) -> CoactivityTrace:
        """Nothing fades within a cycle."""
        return CoactivityTrace(1.0)

    @staticmethod
    def on_pre(
        w: float, x: CoactivityTrace, y: CoactivityTrace, p: CoactivityCoefficients
    ) -> float:
        """Mark if the target has fired; w is the eligibility."""
        return p.rise if y.fired > 0.0 else w

    @staticmethod
    def on_post(
        w: float, x: CoactivityTrace, y: CoactivityTrace, p: CoactivityCoefficients
    ) -> float:
        """Mark if the source has fired; w is the eligibility."""
        return p.rise if x.fired > 0.0 else w

    @staticmethod
    def pre_spike(x: CoactivityTrace, p: CoactivityCoefficients) -> CoactivityTrace:
        """Note the spike."""
        return CoactivityTrace(1.0)

    @staticmethod
    def post_spike(y: CoactivityTrace, p: CoactivityCoefficients) -> CoactivityTrace:
        """Note the spike."""
        return CoactivityTrace(1.0)


@dataclass(frozen=True)
class Consolidation:
    """End a cycle of a projection that learns by `Coactivity`: w <- sigma(w + mark), marks <- 0.

    Call it every cycle, `Every(period, Consolidation("E->E"))`. Only synapses that are marked or
    strictly between 0 and 1 change.

    Args:
        projection: its label.

    >>> Consolidation("E->E").projection
    'E->E'
    """

    projection: str

    def __call__(self, simulator: "Simulator") -> None:
        """Consolidate now.

        Raises:
            ValueError: a projection that learns otherwise.
        """
        rule = simulator.network.projection(self.projection).plasticity
        if not isinstance(rule, Coactivity):
            expected = "a projection with plasticity=Coactivity(...)"
            raise bad_argument("Consolidation.projection", self.projection, expected)
        learning = simulator.learning(self.projection)
        weight = learning.weight
        mark: Any = learning.eligibility
        moving = np.flatnonzero((mark > 0) | ((weight > 0) & (weight < 1)))
        weight[moving] = consolidate(weight[moving] + mark[moving])
        mark[moving] = 0
        learning.pre_traces[:] = 0
        learning.post_traces[:] = 0
