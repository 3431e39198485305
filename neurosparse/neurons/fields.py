"""Parameters that several models share, each written once, with their checks and the start at rest.

A model inherits the groups it has: `class LIFExp(ExponentialSynapses, Membrane)`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from neurosparse.checks import fields_of, keep_fields, memoised
from neurosparse.errors import unknown_name
from neurosparse.neurons.base import (
    Value,
    ask_about_volts,
    check_below,
    check_parameters,
    parameters,
)


@memoised
def _listed(cls: type, what: str) -> tuple[Any, ...]:
    """What a class and its bases list under a name."""
    return tuple(item for kind in cls.__mro__ for item in vars(kind).get(what, ()))


@dataclass(frozen=True, kw_only=True)
class Neuron:
    """What any neuron model may inherit: its parameters are checked, and it starts at rest.

    A class names its parameters that must be `above_zero`, those that must be `zero_or_more`, and
    as `ordered` pairs of which the first may not lie above the second. What its bases name counts
    too.

    >>> from neurosparse.neurons import LIF
    >>> LIF(tau_mem=0.0)
    Traceback (most recent call last):
    ValueError: LIF.tau_mem: got 0.0, wants a value above 0
    """

    State: ClassVar[type[Any]]
    Coefficients: ClassVar[type[Any]]
    receptors: ClassVar[Mapping[str, str]]
    above_zero: ClassVar[tuple[str, ...]] = ()
    zero_or_more: ClassVar[tuple[str, ...]] = ("t_ref",)
    ordered: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __post_init__(self) -> None:
        keep_fields(self)
        above_zero = _listed(type(self), "above_zero")
        ordered = _listed(type(self), "ordered")
        self._check_names("above_zero", above_zero)
        self._check_names("ordered", (name for pair in ordered for name in pair))
        check_parameters(self, above_zero, _listed(type(self), "zero_or_more"))
        for low, high in ordered:
            check_below(self, low, high)
        ask_about_volts(self)

    def _check_names(self, what: str, names: Iterable[str]) -> None:
        """Refuse a list of parameters that names none."""
        for name in names:
            if not hasattr(self, name):
                known = [field.name for field in fields_of(type(self))]
                raise unknown_name(f"{type(self).__name__}.{what}", name, known)

    def initial(self) -> Any:
        """Start with `v` at `v_rest`, where a model has them, and all else at 0."""
        start = dict.fromkeys(self.State._fields, 0.0)
        if "v" in start and hasattr(self, "v_rest"):
            start["v"] = parameters(self).v_rest
        return self.State(**start)


@dataclass(frozen=True, kw_only=True)
class Membrane(Neuron):
    """A leaky membrane: tau_mem dv/dt = v_rest - v + r_mem (i_ext + …), reset after a spike.

    Times in ms, voltages in mV, currents in the unit that r_mem turns into mV. An injected current
    adds to the coefficient `rest`, which is v_rest + r_mem i_ext.
    """

    tau_mem: Value = 20.0
    v_rest: Value = -65.0
    v_threshold: Value = -50.0
    v_reset: Value = -65.0
    t_ref: Value = 2.0
    r_mem: Value = 1.0
    i_ext: Value = 0.0

    drive: ClassVar[tuple[str, str]] = ("rest", "r_mem")
    above_zero: ClassVar[tuple[str, ...]] = ("tau_mem", "r_mem")


@dataclass(frozen=True, kw_only=True)
class ExponentialSynapses(Neuron):
    """An excitatory and an inhibitory current: tau di/dt = -i, a spike of weight w adds w to it."""

    tau_exc: Value = 5.0
    tau_inh: Value = 10.0

    receptors: ClassVar[Mapping[str, str]] = {"exc": "i_exc", "inh": "i_inh"}
    above_zero: ClassVar[tuple[str, ...]] = ("tau_exc", "tau_inh")
