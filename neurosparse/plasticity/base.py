"""What a plasticity rule is: traces, and what each kind of spike does to a weight."""

from dataclasses import fields
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from neurosparse.checks import keep_fields
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.neurons import check_parameters
from neurosparse.neurons.base import floats
from neurosparse.neurons.contract import check_parts
from neurosparse.typing import Float64

_PARTS = ("Pre", "Post", "Coefficients", "coefficients", "pre_decay", "post_decay")
_FUNCTIONS = {
    "on_pre": ("w", "x", "y", "p"),
    "on_post": ("w", "x", "y", "p"),
    "pre_spike": ("x", "p"),
    "post_spike": ("y", "p"),
}
_OWN = ("s", "x", "y", "p")  # of rules whose synapses keep more than a weight


def check_rule(
    rule: Any, positive: tuple[str, ...], not_negative: tuple[str, ...] = ()
) -> None:
    """Refuse parameters of a rule that are not one finite number each.

    Raises:
        ValueError: as `check_parameters` says it, and arrays.
        TypeError: what is no number, or not True or False where that is meant.
    """
    keep_fields(rule)
    check_parameters(rule, positive, not_negative)
    for field in fields(rule):
        value = getattr(rule, field.name)
        if np.ndim(value):
            name = f"{type(rule).__name__}.{field.name}"
            remedy = "give groups of synapses projections of their own"
            raise bad_argument(
                name, np.asarray(value), "one number for all synapses", remedy
            )


def check_bounds(rule: Any, positive: bool = False) -> None:
    """Refuse bounds of a weight that are not in order, as w_min < w_max.

    >>> from types import SimpleNamespace
    >>> check_bounds(SimpleNamespace(w_min=0.0, w_max=1.0))
    """
    if not rule.w_min < rule.w_max or (positive and rule.w_min < 0):
        expected = f"below w_max = {rule.w_max:g}"
        expected += ", and 0 or more where mu > 0" if positive else ""
        raise bad_argument(f"{type(rule).__name__}.w_min", rule.w_min, expected)


@runtime_checkable
class SpikeTimingRule(Protocol):
    """A frozen dataclass of parameters with the functions that the engine compiles.

    `Pre` and `Post` are named tuples of the traces that each pre- and postsynaptic neuron carries;
    between spikes a trace is multiplied by its factor of `pre_decay(dt)` or `post_decay(dt)` in
    every step. `on_pre` and `on_post` give the new weight when a presynaptic spike arrives and when
    the postsynaptic neuron fires, `pre_spike` and `post_spike` the traces after the spike. All four
    work on the numbers of one synapse or neuron; write choices as `a if condition else b`.

    A rule with `third_factor = True` changes an eligibility, one number for each synapse that
    begins at 0, in the place of the weight; something else, called between steps, turns eligibility
    into weight (as `Dopamine` does).

    A rule whose synapses have more numbers declares them: `Synapse`, a named tuple that begins with
    `weight`; the others begin at 0. Then `on_pre(s, x, y, p)` and `on_post(s, x, y, p)` take and
    give such a tuple. What changes by itself between two events follows from `between(s, ms, p)`,
    the tuple some time later, which must be exact: between(between(s, a), b) = between(s, a + b).
    It is asked at an event and whenever somebody looks (as `GraupnerBrunel` does).
    """

    Pre: ClassVar[type[Any]]
    Post: ClassVar[type[Any]]
    Coefficients: ClassVar[type[Any]]

    def coefficients(self, dt: float) -> Any:
        """Derive what the four functions need."""

    def pre_decay(self, dt: float) -> Any:
        """Factors of the presynaptic traces for one step."""

    def post_decay(self, dt: float) -> Any:
        """Factors of the postsynaptic traces for one step."""

    @staticmethod
    def on_pre(w: float, x: Any, y: Any, p: Any) -> float:
        """New weight when a presynaptic spike arrives."""

    @staticmethod
    def on_post(w: float, x: Any, y: Any, p: Any) -> float:
        """New weight when the postsynaptic neuron fires."""

    @staticmethod
    def pre_spike(x: Any, p: Any) -> Any:
        """Presynaptic traces after a spike."""

    @staticmethod
    def post_spike(y: Any, p: Any) -> Any:
        """Postsynaptic traces after a spike."""


def check_timing_rule(where: str, rule: Any) -> None:
    """Refuse a rule that lacks a part or whose functions take other arguments.

    Raises:
        TypeError: all that lacks, by name; a function with other arguments.
        ValueError: synapses without a weight, or of which nothing else is said.
    """
    own = hasattr(rule, "Synapse")
    functions = _FUNCTIONS
    if own:
        each = {"on_pre": _OWN, "on_post": _OWN}
        functions = _FUNCTIONS | each
    if hasattr(rule, "between"):
        functions = functions | {"between": ("s", "ms", "p")}
    check_parts(where, rule, _PARTS, functions, "a rule, as PairSTDP(...)")
    for part in ("Pre", "Post", "Coefficients", *(["Synapse"] if own else [])):
        if not hasattr(getattr(rule, part), "_fields"):
            name = f"{type(rule).__name__}.{part}"
            raise bad_type(name, getattr(rule, part), "a NamedTuple class of numbers")
    kind = type(rule).__name__
    if own and rule.Synapse._fields[:1] != ("weight",):
        expected = "'weight' first, then what else a synapse keeps"
        raise bad_argument(f"{kind}.Synapse", rule.Synapse._fields, expected)
    if own and getattr(rule, "third_factor", False) and not hasattr(rule, "rules"):
        expected = "no third_factor beside Synapse; name a field eligibility"
        raise bad_argument(f"{kind}.third_factor", True, expected)
    if hasattr(rule, "between") and not own:
        expected = "a rule that declares Synapse, whose fields change between events"
        raise bad_argument(f"{kind}.between", Said("one without Synapse"), expected)


def variables_of(rule: Any) -> tuple[str, ...]:
    """Names of what a synapse keeps beside its weight.

    >>> variables_of(None)
    ()
    """
    kind = getattr(rule, "Synapse", None)
    if kind is None and getattr(rule, "third_factor", False):
        return ("eligibility",)
    return () if kind is None else tuple(kind._fields[1:])


def numbers_of(rule: Any, verb: str, dt: float, kind: Any) -> Float64:
    """What a rule derives for a step of dt ms, compared with the fields of `kind`.

    Raises:
        ValueError: more or fewer numbers, or NaN.
    """
    name = f"{type(rule).__name__}.{verb}({dt:g})"
    numbers = floats(name, getattr(rule, verb)(dt))
    fields = f"one number each for {', '.join(kind._fields) or 'no field'}"
    if numbers.shape != (len(kind._fields),):
        raise bad_argument(name, Said(f"shape {list(numbers.shape)}"), fields)
    # a bound may be infinite
    if np.isnan(numbers).any():
        raise bad_argument(name, numbers.tolist(), fields)
    return numbers


class Simulation(Protocol):
    """What a rule that acts between steps uses of a `Simulator`."""

    dt: float
    network: Any

    @property
    def now(self) -> int:
        """Steps since the beginning."""

    def learning(self, projection: str) -> Any:
        """Weights, traces and eligibilities of a projection with plasticity, to change in place."""

    def tally(self, owner: str, population: str) -> Any:
        """The spikes of a population since `owner` last asked; None at the first call."""

    def connectivity(self, projection: str) -> Connectivity:
        """The synapses of a projection as they are now."""

    def set_weights(self, projection: str, weight: Any) -> None:
        """Set the weights of a projection."""
