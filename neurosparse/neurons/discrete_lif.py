"""The leaky integrate-and-fire neuron of trained networks: shares a step, not time constants.

i_t = alpha i_(t-1) + bias + input,
v_t = (1 - gate z) (beta v_(t-1) (1 - membrane z) + i_t - level threshold z),

z = 1 after a step with a spike, which comes where v_t > threshold. It is what
`kernels.recurrent_scan` trains.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from neurosparse.neurons.base import Value, parameters
from neurosparse.neurons.fields import Neuron


class DiscreteLIFState(NamedTuple):
    """Membrane, synaptic current, input since the last step, whether that step had a spike."""

    v: float
    i: float
    arrived: float
    z: float


class DiscreteLIFCoefficients(NamedTuple):
    """What the update of DiscreteLIF needs, for any dt."""

    alpha: float
    beta: float
    bias: float
    threshold: float
    membrane: float
    gate: float
    taken: float


@dataclass(frozen=True, kw_only=True)
class DiscreteLIF(Neuron):
    """Integrate-and-fire neuron that does step for step what a trained population does.

    Args:
        alpha: share of the current that a step leaves.
        beta: share of the membrane that a step leaves.
        threshold: in the unit of the weights.
        bias: arrives in every step.
        membrane: share of the membrane that a spike takes away in the step after it.
        gate: share of the membrane, input included, that it takes away then.
        level: how many thresholds it takes away then.

    Raises:
        ValueError: parameters that cannot be meant.

    >>> DiscreteLIF(beta=0.5).coefficients(1.0).beta
    array(0.5)
    """

    alpha: Value = 0.0
    beta: Value = 0.9
    threshold: Value = 1.0
    bias: Value = 0.0
    membrane: float = 0.0
    gate: float = 0.0
    level: float = 1.0

    t_ref: ClassVar[float] = 0.0
    State = DiscreteLIFState
    Coefficients = DiscreteLIFCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"current": "arrived"}
    drive: ClassVar[tuple[str, str]] = ("bias", "")
    above_zero = ("threshold",)
    zero_or_more = ("alpha", "beta", "membrane", "gate", "level")

    def coefficients(self, dt: float) -> DiscreteLIFCoefficients:
        """Give the shares as they are: they belong to one step, whatever its length."""
        q = parameters(self)
        taken = q.level * q.threshold
        return DiscreteLIFCoefficients(
            q.alpha, q.beta, q.bias, q.threshold, q.membrane, q.gate, taken
        )

    @staticmethod
    def update(
        s: DiscreteLIFState, p: DiscreteLIFCoefficients, since: int
    ) -> tuple[DiscreteLIFState, bool]:
        """Advance by one step."""
        i = p.alpha * s.i + s.arrived + p.bias
        charged = p.beta * s.v * (1.0 - p.membrane * s.z) + i - p.taken * s.z
        v = charged * (1.0 - p.gate * s.z)
        return DiscreteLIFState(v, i, 0.0, 0.0), v > p.threshold

    @staticmethod
    def reset(s: DiscreteLIFState, p: DiscreteLIFCoefficients) -> DiscreteLIFState:
        """Remember the spike: the next step takes its share."""
        return DiscreteLIFState(s.v, s.i, s.arrived, 1.0)
