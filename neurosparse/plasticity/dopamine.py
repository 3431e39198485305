"""Spike timing that waits for a reward: eligibility by synapse, one concentration of dopamine."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from neurosparse import checks
from neurosparse.errors import bad_argument
from neurosparse.kernels.spikes.weight_update import reward
from neurosparse.plasticity.base import Simulation, check_bounds, check_rule
from neurosparse.plasticity.pair import PairTrace, PairTraces


class DopamineCoefficients(NamedTuple):
    """What the rule needs at an event."""

    rise: float
    fall: float


@dataclass(frozen=True)
class DopamineSTDP(PairTraces):
    """Pair rule that marks synapses as eligible; a `Dopamine` object turns marks into weight.

    When j fires:               e += a_plus x_i;
    when a spike of i arrives:  e -= a_minus y_j;
    de/dt = -e / tau_e,   dw/dt = e d,

    d the concentration, tau_e in ms, t of the weight in seconds; w is clipped to [w_min, w_max].
    x and y decay with tau_plus and tau_minus (ms) and grow by 1 with each spike.

    Raises:
        ValueError: parameters that cannot be meant.

    Source: Izhikevich 2007, doi:10.1093/cercor/bhl152, whose constants are the defaults.

    >>> DopamineSTDP().tau_e
    1000.0
    """

    a_plus: float = 0.1
    a_minus: float = 0.15
    w_max: float = 4.0
    w_min: float = 0.0
    tau_plus: float = 20.0
    tau_minus: float = 20.0
    tau_e: float = 1000.0

    third_factor: ClassVar[bool] = True
    Coefficients = DopamineCoefficients

    def __post_init__(self) -> None:
        check_rule(self, ("tau_plus", "tau_minus", "tau_e"), ())
        check_bounds(self)

    def coefficients(self, dt: float) -> DopamineCoefficients:
        """Collect the numbers of the rule."""
        return DopamineCoefficients(self.a_plus, self.a_minus)

    @staticmethod
    def on_pre(w: float, x: PairTrace, y: PairTrace, p: DopamineCoefficients) -> float:
        """Mark for weakening by how recently the target fired; w is the eligibility."""
        return w - p.fall * y.recent

    @staticmethod
    def on_post(w: float, x: PairTrace, y: PairTrace, p: DopamineCoefficients) -> float:
        """Mark for strengthening by the source's recent spikes; w is the eligibility."""
        return w + p.rise * x.recent

    @staticmethod
    def pre_spike(x: PairTrace, p: DopamineCoefficients) -> PairTrace:
        """Count the spike in."""
        return PairTrace(x.recent + 1)

    @staticmethod
    def post_spike(y: PairTrace, p: DopamineCoefficients) -> PairTrace:
        """Count the spike in."""
        return PairTrace(y.recent + 1)


@dataclass(frozen=True)
class Dopamine:
    """The dopamine of one projection that learns by `DopamineSTDP`: call it every few ms.

    d(t) = tonic + phasic, the phasic part decaying with `tau` (ms); `release` raises it. Between
    two calls eligibility and dopamine decay exactly; a pair of spikes counts as if it had come at
    the call before, an error of at most period / tau_e of its effect. Weights are float32: a change
    below 6e-8 of its weight at a call is lost, so call less often where reward is faint.
    Eligibility and concentration belong to the simulation and its checkpoints.

    Raises:
        ValueError: a time constant that is not above 0, a projection that learns otherwise.

    >>> from neurosparse.engine import Every
    >>> dopamine = Dopamine("E->E")
    >>> callback = Every(10.0, dopamine)  # sim.run(1000.0, callbacks=[callback])
    >>> callback.period  # and dopamine.release(sim, 0.5) with each reward
    10.0
    """

    projection: str
    tau: float = 200.0
    tonic: float = 0.0

    def __post_init__(self) -> None:
        checks.text("Dopamine.projection", self.projection, "the name of a projection")
        checks.positive("Dopamine.tau", self.tau, "ms")
        checks.finite("Dopamine.tonic", self.tonic)

    def __call__(self, simulator: Simulation) -> None:
        """Turn eligibility into weight for the time since the last call."""
        learning = self._learning(simulator)
        phasic, last = learning.modulator
        elapsed = (simulator.now - last) * simulator.dt
        tau_e = learning.rule.tau_e
        if elapsed <= 0:
            return
        # eligibility and the phasic part decay together
        both = 1 / (1 / tau_e + 1 / self.tau)
        gain = (self.tonic * _share(elapsed, tau_e) + phasic * _share(elapsed, both)) / 1000
        keep = math.exp(-elapsed / tau_e)
        rule = learning.rule
        weight, eligibility = learning.stored
        reward(weight, eligibility, gain, keep, rule.w_min, rule.w_max)
        learning.modulator[:] = phasic * math.exp(-elapsed / self.tau), simulator.now

    def release(self, simulator: Simulation, amount: float) -> None:
        """Raise the concentration by `amount` now, between steps."""
        checks.finite("amount", amount)
        self(simulator)
        self._learning(simulator).modulator[0] += amount

    def concentration(self, simulator: Simulation) -> float:
        """The concentration as it is now, tonic part included."""
        phasic, last = self._learning(simulator).modulator
        return self.tonic + float(phasic) * math.exp(
            -(simulator.now - last) * simulator.dt / self.tau
        )

    def _learning(self, simulator: Simulation) -> Any:
        rule = simulator.network.projection(self.projection).plasticity
        if not getattr(rule, "third_factor", False):
            expected = "a projection with plasticity=DopamineSTDP(...)"
            raise bad_argument("Dopamine.projection", self.projection, expected)
        return simulator.learning(self.projection)


def _share(elapsed: float, tau: float) -> float:
    """The integral of e^(-t/tau) from 0 to elapsed."""
    return -tau * math.expm1(-elapsed / tau)
