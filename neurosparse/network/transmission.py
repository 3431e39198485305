"""What synapses carry in the place of spikes: a value in every step."""

from dataclasses import dataclass
from math import exp
from typing import Any, ClassVar, NamedTuple

import numpy as np

from neurosparse.checks import finite, keep_fields, no_nan, positive, text
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.neurons.contract import check_parts


class LogisticCoefficients(NamedTuple):
    """What `Logistic` reads."""

    threshold: float
    per_width: float
    most: float


@dataclass(frozen=True)
class Logistic:
    """f(x) = most / (1 + e^(-(x - threshold) / width)).

    Args:
        threshold: where f is half of `most`, as x.
        width: how far f takes to rise, as x.
        most: what f comes to.

    >>> Logistic(threshold=-40.0, width=5.0).most
    1.0
    """

    threshold: float
    width: float
    most: float = 1.0

    Coefficients = LogisticCoefficients

    def __post_init__(self) -> None:
        finite("Logistic.threshold", self.threshold)
        positive("Logistic.width", self.width)
        finite("Logistic.most", self.most)

    def coefficients(self) -> LogisticCoefficients:
        """Give the numbers that `value` reads."""
        return LogisticCoefficients(self.threshold, 1.0 / self.width, self.most)

    @staticmethod
    def value(x: float, p: LogisticCoefficients) -> float:
        """Give f(x)."""
        return p.most / (1.0 + exp((p.threshold - x) * p.per_width))


class ThresholdLinearCoefficients(NamedTuple):
    """What `ThresholdLinear` reads."""

    threshold: float
    gain: float
    most: float


@dataclass(frozen=True)
class ThresholdLinear:
    """f(x) = gain (x - threshold) above the threshold, 0 below it, at most `most`.

    Args:
        threshold: where f begins, as x.
        gain: its slope.
        most: what f comes to.

    >>> ThresholdLinear.value(-1.0, ThresholdLinear().coefficients())
    0.0
    """

    threshold: float = 0.0
    gain: float = 1.0
    most: float = float("inf")

    Coefficients = ThresholdLinearCoefficients

    def __post_init__(self) -> None:
        finite("ThresholdLinear.threshold", self.threshold)
        finite("ThresholdLinear.gain", self.gain)
        if not no_nan("ThresholdLinear.most", self.most) > 0:
            raise bad_argument("ThresholdLinear.most", self.most, "a number above 0")

    def coefficients(self) -> ThresholdLinearCoefficients:
        """Give the numbers that `value` reads."""
        return ThresholdLinearCoefficients(self.threshold, self.gain, self.most)

    @staticmethod
    def value(x: float, p: ThresholdLinearCoefficients) -> float:
        """Give f(x)."""
        return min(max(p.gain * (x - p.threshold), 0.0), p.most)


class ItselfCoefficients(NamedTuple):
    """A number that nobody reads."""

    unused: float


class Itself:
    """f(x) = x."""

    Coefficients = ItselfCoefficients

    def coefficients(self) -> ItselfCoefficients:
        """Give the number that nobody reads."""
        return ItselfCoefficients(0.0)

    @staticmethod
    def value(x: float, p: ItselfCoefficients) -> float:
        """Give x."""
        return x


ITSELF = Itself()


@dataclass(frozen=True)
class Graded:
    """Synapses carry a function of a state variable, in every step: I_i = sum_j w_ij f(x_j).

    What a step reads is x as the step before left it, after its reset, `delay` earlier than that;
    before the first step stands the initial state. I is an injected current in the unit of the
    target's `i_ext`, or, with `receptor=`, the value of a variable that the target's model sums up
    anew in every step (`summed`). Both ends run by the clock.

    Args:
        variable: of the presynaptic model.
        function: `Logistic`, `ThresholdLinear`, or an object of your own with `Coefficients`,
            `coefficients()` and `value(x, p)`, written as a neuron's `update` is; None is x itself.

    >>> from neurosparse.network import Projection
    >>> from neurosparse.wiring import AllToAll
    >>> carry = Graded("v", Logistic(threshold=-40.0, width=5.0))
    >>> Projection("A", "B", AllToAll(), weight=0.1, transmits=carry).transmits.variable
    'v'
    """

    variable: str
    function: Any = None

    def __post_init__(self) -> None:
        keep_fields(self)
        text("Graded.variable", self.variable, "the name of a state variable, as 'v'")
        if self.function is None:
            return
        if isinstance(self.function, type):
            raise bad_type(
                "Graded.function", self.function, "an object", "write its brackets"
            )
        parts = ("Coefficients", "coefficients")
        expected = "None, Logistic(...) or ThresholdLinear(...)"
        check_parts(
            "Graded.function", self.function, parts, {"value": ("x", "p")}, expected
        )
        if not hasattr(self.function.Coefficients, "_fields"):
            name = f"{type(self.function).__name__}.Coefficients"
            kind = self.function.Coefficients
            raise bad_type(name, kind, "a NamedTuple class of numbers")
        if type(self.function).__hash__ is None:
            received = Said(f"{type(self.function).__name__}, which may change")
            remedy = "write @dataclass(frozen=True) above its class"
            raise bad_type("Graded.function", received, "an object that stays", remedy)

    @property
    def carried(self) -> Any:
        """The function, also where it is x itself."""
        return ITSELF if self.function is None else self.function

    def check_weights(self, name: str, weight: Any) -> None:
        """Refuse weights that are not finite in float32."""
        _numbers(name, weight)

    def check_ends(self, where: str, pre: Any, post: Any) -> None:
        """Refuse a presynaptic model without the variable."""
        _known(f"{where}.transmits.variable", self.variable, pre)


@dataclass(frozen=True)
class GapJunction:
    """Each synapse is an electrical one, which moves both its neurons: i and j exchange a current.

    I_i = g (v_j - v_i),   I_j = g (v_i - v_j),   weights g >= 0 in nS where voltages are in mV and
    currents in pA.

    A pair stands once in the wiring, in either direction. With `rectifies` current flows from the
    presynaptic neuron to the postsynaptic one alone, g max(v_pre - v_post, 0): a pair that stands
    in both directions then conducts both ways. Voltages are those of the step before, so a step is
    exact for neighbours that stand still; dt should be short against c / g. No delays.

    Args:
        variable: of both models.
        rectifies: lets no current flow backwards.

    Source: Bennett & Zukin 2004, doi:10.1016/S0896-6273(04)00043-1.

    >>> GapJunction().variable
    'v'
    """

    variable: str = "v"
    rectifies: bool = False

    carried: ClassVar[Any] = ITSELF

    def __post_init__(self) -> None:
        keep_fields(self)
        text("GapJunction.variable", self.variable, "the name of a state variable, as 'v'")

    def check_weights(self, name: str, weight: Any) -> None:
        """Refuse conductances that are negative or not finite."""
        lowest = _numbers(name, weight)
        if lowest < 0:
            raise bad_argument(name, Said(f"{lowest:g}"), "conductances, 0 or more")

    def check_ends(self, where: str, pre: Any, post: Any) -> None:
        """Refuse a model of either end without the variable."""
        for model in (pre, post):
            _known(f"{where}.transmits.variable", self.variable, model)


def _numbers(name: str, weight: Any) -> float:
    """The lowest of finite numbers; refuses others."""
    with np.errstate(over="ignore"):
        numbers = np.asarray(weight).astype(np.float32, copy=False)
    if not np.isfinite(numbers).all():
        received = Said(f"{np.ravel(weight)[~np.isfinite(numbers).ravel()][0]:g}")
        raise bad_argument(name, received, "finite numbers within float32")
    return float(np.min(numbers, initial=0.0))


def _known(where: str, variable: str, model: Any) -> None:
    known = getattr(getattr(model, "State", None), "_fields", ())
    if variable not in known:
        raise unknown_name(f"{where} ({type(model).__name__})", variable, known)


def check_target(where: str, receptor: str | None, model: Any) -> None:
    """Refuse a model that cannot take a value in every step, or not by this receptor.

    >>> from neurosparse.neurons import LIF
    >>> check_target("Projection", "delta", LIF())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: Projection.receptor: got 'delta', which collects spikes, wants None, for a curr...
    """
    summed = tuple(getattr(model, "summed", ()))
    kind = type(model).__name__
    if receptor is not None and receptor not in summed:
        received = Said(f"{receptor!r}, which collects spikes")
        others = f", or one that {kind} sums up anew in every step" if summed else ""
        names = f": {', '.join(summed)}" if summed else ""
        raise bad_argument(
            f"{where}.receptor", received, f"None, for a current{others}{names}"
        )
    if receptor is None and getattr(model, "drive", None) is None:
        expected = "a population whose model takes an injected current"
        remedy = f"or write receptor={summed[0]!r}" if summed else ""
        raise bad_argument(f"{where}.post", Said(kind), expected, remedy)


def check_carrier(where: str, transmits: Any) -> None:
    """Refuse what is neither `Graded` nor `GapJunction`."""
    if not isinstance(transmits, Graded | GapJunction):
        expected = "None for spikes, Graded('v') or GapJunction()"
        raise bad_type(where, transmits, expected)
