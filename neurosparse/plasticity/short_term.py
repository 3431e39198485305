"""Short-term plasticity: how much of its weight a synapse delivers follows its own recent use."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

from neurosparse.errors import bad_argument, bad_type
from neurosparse.neurons.contract import check_parts
from neurosparse.plasticity.base import check_rule

_PARTS = ("State", "Coefficients", "coefficients", "decay")
_FUNCTIONS = {"efficacy": ("x", "p"), "spike": ("x", "p")}


@runtime_checkable
class ShortTermRule(Protocol):
    """A frozen dataclass of parameters with the functions that the engine compiles.

    `State` is a named tuple of traces that each presynaptic neuron carries; they begin at 0, and
    between spikes each is multiplied by its factor of `decay(dt)` in every step. A spike that
    arrives delivers weight * `efficacy(x, p)`; `spike(x, p)` gives the traces after it.
    """

    State: ClassVar[type[Any]]
    Coefficients: ClassVar[type[Any]]

    def coefficients(self, dt: float) -> Any:
        """Derive what the two functions need."""

    def decay(self, dt: float) -> Any:
        """Factors of the traces for one step."""

    @staticmethod
    def efficacy(x: Any, p: Any) -> float:
        """The share of its weight that a synapse delivers."""

    @staticmethod
    def spike(x: Any, p: Any) -> Any:
        """Traces after a spike."""


def check_short_term(where: str, rule: Any) -> None:
    """Refuse a rule that lacks a part or whose functions take other arguments.

    Raises:
        TypeError: all that lacks, by name; a function with other arguments.
    """
    check_parts(where, rule, _PARTS, _FUNCTIONS, "a rule, as TsodyksMarkram(...)")
    for part in ("State", "Coefficients"):
        if not hasattr(getattr(rule, part), "_fields"):
            name = f"{type(rule).__name__}.{part}"
            raise bad_type(name, getattr(rule, part), "a NamedTuple class of numbers")


class Resources(NamedTuple):
    """What the last spikes left: the share that is used up, and the use that still counts."""

    used: float
    lifted: float


class TsodyksMarkramCoefficients(NamedTuple):
    """What the rule needs at a spike."""

    use: float


@dataclass(frozen=True)
class TsodyksMarkram:
    """Depression and facilitation by resources x that spikes use up and a use u that they lift.

    For a spike dt after the last one, which had x and u,

        u' = use + u (1 - use) e^(-dt / tau_facil),    x' = 1 + (x - x u - 1) e^(-dt / tau_rec),

    and weight * u' * x' is delivered; the first finds u = use and x = 1. Times in ms; tau_facil = 0
    is depression alone. Exact between spikes. Resources belong to a presynaptic neuron: all its
    synapses of a projection have used the same.

    Raises:
        ValueError: a use that is not above 0 and at most 1, times that cannot be meant.

    Sources: Tsodyks & Markram 1997, doi:10.1073/pnas.94.2.719; Markram, Wang & Tsodyks 1998,
    doi:10.1073/pnas.95.9.5323.

    >>> rule = TsodyksMarkram(use=0.5, tau_rec=800.0)
    >>> rule.efficacy(Resources(0.0, 0.0), rule.coefficients(0.1))
    0.5
    """

    use: float
    tau_rec: float
    tau_facil: float = 0.0

    State = Resources
    Coefficients = TsodyksMarkramCoefficients

    def __post_init__(self) -> None:
        check_rule(self, ("use", "tau_rec"), ("tau_facil",))
        if self.use > 1:
            raise bad_argument(
                "TsodyksMarkram.use", self.use, "a share, above 0 and up to 1"
            )

    def coefficients(self, dt: float) -> TsodyksMarkramCoefficients:
        """The use of a spike that comes alone."""
        return TsodyksMarkramCoefficients(self.use)

    def decay(self, dt: float) -> Resources:
        """e^(-dt/tau_rec) and e^(-dt/tau_facil)."""
        lifted = math.exp(-dt / self.tau_facil) if self.tau_facil else 0.0
        return Resources(math.exp(-dt / self.tau_rec), lifted)

    @staticmethod
    def efficacy(x: Resources, p: TsodyksMarkramCoefficients) -> float:
        """Use times what is there."""
        return (p.use + (1 - p.use) * x.lifted) * (1 - x.used)

    @staticmethod
    def spike(x: Resources, p: TsodyksMarkramCoefficients) -> Resources:
        """Use up resources, lift the use."""
        use = p.use + (1 - p.use) * x.lifted
        return Resources(1 - (1 - x.used) * (1 - use), use)
