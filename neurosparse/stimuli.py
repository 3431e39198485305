"""What reaches a population from outside: random spikes and injected currents."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from neurosparse._faces import finding
from neurosparse.checks import finite, keep_fields, not_negative
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.kernels.spikes.current import NOISE, RAMP, SINE, WINDOW
from neurosparse.network import Population
from neurosparse.neurons import Value
from neurosparse.neurons.accepted import check_weights
from neurosparse.neurons.base import check_length, floats
from neurosparse.neurons.sources import check_rate, check_window

__all__ = [
    "OUCurrent",
    "PoissonInput",
    "RampCurrent",
    "SineCurrent",
    "StepCurrent",
]


__getattr__ = finding(__name__)


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)


def check_target(kind: str, target: Any) -> None:
    """Refuse what is neither the name of a population nor names of several.

    >>> check_target("StepCurrent", ["E", "I"])
    """
    names = list(target) if isinstance(target, list | tuple) else [target]
    if not names or not all(isinstance(name, str) for name in names):
        expected = "the name of a population, or a list of names"
        raise bad_type(f"{kind}.target", target, expected)


@dataclass(frozen=True, eq=False)
class PoissonInput:
    """Independent Poisson spikes of weight `weight` onto a receptor of every neuron of `target`.

    Args:
        target: the name of a population, or a list of names: one such input for each.
        rate: the total rate in Hz that reaches one neuron: one number, an array `[n]`, or with
            `bin` a profile `[n_bins]` or `[n_bins, n]` whose bins count from `start` and whose last
            bin goes on. Several spikes may fall into one step.
        weight: what a spike adds, one number or `[n]`.
        receptor: what it adds to; None takes the model's first.
        bin: width of the profile's bins in ms.
        start: from here, in ms.
        stop: to before here, in ms.

    >>> PoissonInput("E", rate=20_000.0, weight=0.1).receptor is None
    True
    """

    target: str | Sequence[str]
    rate: Any
    weight: Value
    receptor: str | None = None
    bin: float | None = None
    start: float = 0.0
    stop: float = math.inf

    def __post_init__(self) -> None:
        keep_fields(self)
        check_target("PoissonInput", self.target)
        check_rate("PoissonInput", self.rate, self.bin)
        check_window("PoissonInput", self.start, self.stop, empty=True)

    def check(self, population: Population) -> None:
        """Refuse a target without such a receptor, rates and weights of another length."""
        receptors = population.model.receptors
        if not receptors:
            received = Said(f"{population.name} ({type(population.model).__name__})")
            expected = "a population whose model has receptors"
            raise bad_argument("PoissonInput.target", received, expected)
        if self.receptor is not None and self.receptor not in receptors:
            raise unknown_name("PoissonInput.receptor", str(self.receptor), receptors)
        check_length("PoissonInput.weight", self.weight, population.n)
        check_weights("PoissonInput.weight", self.weight, population.model, self.receptor)
        rate = floats("PoissonInput.rate", self.rate)
        # of a profile [n_bins] or [n_bins, n] the length is checked below
        one = rate if self.bin is None else rate.ravel()[0]
        check_length("PoissonInput.rate", one, population.n)
        if rate.ndim == 2 and rate.shape[1] != population.n:
            raise bad_argument(
                "PoissonInput.rate", rate, f"an array [n_bins, {population.n}]"
            )


@dataclass(frozen=True, eq=False)
class _Current:
    """What all injected currents share: an amplitude by neuron, from `start` to `stop`."""

    target: str | Sequence[str]
    amplitude: Value
    start: float = 0.0
    stop: float = math.inf
    kind: ClassVar[int] = WINDOW

    def __post_init__(self) -> None:
        keep_fields(self)
        check_target(type(self).__name__, self.target)
        check_window(type(self).__name__, self.start, self.stop)

    def check(self, population: Population) -> None:
        """Refuse a target that takes no current, and amplitudes of another length."""
        name = type(self).__name__
        if getattr(population.model, "drive", None) is None:
            target = f"{self.target} ({type(population.model).__name__})"
            expected = "a population whose model takes an injected current"
            raise bad_argument(f"{name}.target", target, expected)
        check_length(f"{name}.amplitude", self.amplitude, population.n)

    def shape(self, dt: float) -> tuple[float, float]:
        """Give the two numbers besides start and stop that the waveform needs."""
        return 0.0, 0.0


@dataclass(frozen=True, eq=False)
class StepCurrent(_Current):
    """A constant current: I(t) = amplitude for start <= t < stop.

    Times in ms, the amplitude in the unit of the model's i_ext, one number or `[n]`; so in all
    currents.

    >>> StepCurrent("E", amplitude=2.0, start=100.0, stop=200.0).shape(0.1)
    (0.0, 0.0)
    """


@dataclass(frozen=True, eq=False)
class RampCurrent(_Current):
    """A current that grows from 0 at `start` to `amplitude` at `stop` (ms) and stays there.

    >>> RampCurrent("E", amplitude=2.0, stop=50.0).stop
    50.0
    """

    kind: ClassVar[int] = RAMP

    def __post_init__(self) -> None:
        super().__post_init__()
        if math.isinf(self.stop):
            expected = "the time in ms at which the ramp ends"
            raise bad_argument("RampCurrent.stop", self.stop, expected)


@dataclass(frozen=True, eq=False)
class SineCurrent(_Current):
    """A sinusoidal current, its frequency in Hz and its phase in radians.

    I(t) = amplitude sin(2 pi frequency (t - start) + phase).

    >>> SineCurrent("E", amplitude=1.0, frequency=10.0).shape(0.1)
    (10.0, 0.0)
    """

    frequency: float = 1.0
    phase: float = 0.0
    kind: ClassVar[int] = SINE

    def __post_init__(self) -> None:
        super().__post_init__()
        not_negative("SineCurrent.frequency", self.frequency, "Hz")
        finite("SineCurrent.phase", self.phase)

    def shape(self, dt: float) -> tuple[float, float]:
        """Give frequency (Hz) and phase (radians)."""
        return self.frequency, self.phase


@dataclass(frozen=True, eq=False)
class OUCurrent(_Current):
    """An Ornstein-Uhlenbeck current for each neuron, mean 0 and standard deviation `amplitude`.

    x(t + dt) = x e^(-dt/tau) + sqrt(1 - e^(-2 dt/tau)) xi,   I(t) = amplitude x,

    exact for any dt; x is 0 at `start`, so its variance grows as 1 - e^(-2 t/tau). tau in ms,
    tau = 0 is white noise drawn anew at each step.

    Source: Uhlenbeck & Ornstein 1930, doi:10.1103/PhysRev.36.823.

    >>> [round(x, 4) for x in OUCurrent("E", amplitude=1.0, tau=5.0).shape(0.1)]
    [0.9802, 0.198]
    """

    tau: float = 5.0
    kind: ClassVar[int] = NOISE

    def __post_init__(self) -> None:
        super().__post_init__()
        not_negative("OUCurrent.tau", self.tau, "ms")

    def shape(self, dt: float) -> tuple[float, float]:
        """Give what is kept of x in a step and the size of the kick."""
        keep = math.exp(-dt / self.tau) if self.tau else 0.0
        return keep, math.sqrt(1.0 - keep * keep)
