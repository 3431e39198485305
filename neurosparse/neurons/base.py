"""What a neuron model is: parameters, a state, and functions compiled into the engine's loop."""

import math
import warnings
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np

from neurosparse.checks import fields_of, memoised
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.quantities import refuse_units
from neurosparse.typing import Array, Float64

Value = float | Float64
"""A parameter: one number for all neurons, or an array `[n]` with one number each."""


@runtime_checkable
class NeuronModel(Protocol):
    """A frozen dataclass of parameters with the functions that the engine compiles.

    `State` and `Coefficients` are named tuples of numbers: what a neuron is now, and what a step
    needs of the parameters. `receptors` names the state variable that each kind of synapse adds to;
    the first one is the default.

    `update(s, p, since) -> (s, crossed)` advances one neuron by one step; `since` counts the steps
    since it was ready to fire again: negative while refractory, 0 in the first free step.
    `reset(s, p) -> s` follows a spike, and for `t_ref` ms there is no other.

    Both work on the numbers of one neuron. Write a choice as `a if condition else b` (no `if`
    statement) and use `exp`, `sqrt`, `log` of `math`, `abs`, `min`, `max`: then they run eight
    neurons at a time, and on a GPU. A number with a point in them has the type of the state.

    `conductances` (optional) names the receptors whose weights may not be negative.
    `drive` (optional) names the coefficient that an injected current adds to and the parameter that
    scales it ("" for 1); a model without it takes no current. `may_fire(s, p) -> bool` (optional)
    is for models that integrate exactly for any dt: False promises that, until an input arrives,
    this neuron cannot fire. The engine then lets it sleep. `noise` (optional) names the states in
    which `update` finds independent normal numbers, `summed` the receptors whose state is the sum
    of one step, which `update` sets to 0: synapses that carry values may reach those.
    """

    State: ClassVar[type[Any]]
    Coefficients: ClassVar[type[Any]]
    receptors: ClassVar[Mapping[str, str]]

    @property
    def t_ref(self) -> Value:
        """Refractoriness in ms."""

    def coefficients(self, dt: float) -> Any:
        """Derive what `update` needs for a step of dt ms (with `may_fire`: or an array of them)."""

    def initial(self) -> Any:
        """Give the state in which a population starts."""

    @staticmethod
    def update(s: Any, p: Any, since: int) -> tuple[Any, bool]:
        """Advance one neuron by one step."""

    @staticmethod
    def reset(s: Any, p: Any) -> Any:
        """Follow a spike."""


def asks_gradient(value: Any) -> bool:
    """Whether this is a tensor that NumPy refuses to read before `detach()`.

    >>> asks_gradient(1.0)
    False
    """
    return bool(getattr(value, "requires_grad", False))


def floats(name: str, value: Any) -> Float64:
    """Take numbers of any shape as float64.

    Raises:
        TypeError: words, None, bools, complex numbers, tensors that require a gradient.

    >>> floats("weight", [1, 2]).tolist()
    [1.0, 2.0]
    """
    refuse_units(name, value)
    try:
        array = np.asarray(value)
        if array.dtype.kind in "iuf" or (array.dtype.kind == "O" and value is not None):
            return array.astype(np.float64, copy=False)
    except (TypeError, ValueError, RuntimeError):
        pass  # what NumPy says of it names no argument
    remedy = "units are ms, mV and Hz, not written"
    if asks_gradient(value):
        remedy = "write .detach() after the tensor"
    raise bad_type(name, value, "a number or an array of numbers", remedy)


def check_parameters(
    model: Any, positive: tuple[str, ...], not_negative: tuple[str, ...] = ("t_ref",)
) -> None:
    """Refuse parameters that are not finite, and those of `positive` that are not above zero.

    Raises:
        ValueError: names the parameter, what it got and what it wants.
    """
    kind = type(model).__name__
    for field in fields_of(type(model)):
        if field.default is True or field.default is False:
            continue  # a choice, not a number
        least = _least(field.name, positive, not_negative)
        if _is_plain(getattr(model, field.name), least):
            continue
        name = f"{kind}.{field.name}"
        value = floats(name, getattr(model, field.name))
        if value.ndim > 1:
            raise bad_argument(name, value, "one number or an array [n]")
        if not np.isfinite(value).all():
            raise bad_argument(
                name, Said(f"{value.min()} .. {value.max()}"), "finite numbers"
            )
        if field.name in positive and not (value > 0).all():
            raise bad_argument(name, Said(str(value.min())), "a value above 0")
        if field.name in not_negative and not (value >= 0).all():
            raise bad_argument(name, Said(str(value.min())), "0 or more")


def _least(name: str, positive: tuple[str, ...], not_negative: tuple[str, ...]) -> float:
    """What a parameter has to reach: the smallest number above 0, 0, or anything."""
    if name in positive:
        return 5e-324
    return 0.0 if name in not_negative else -math.inf


def _is_plain(value: Any, least: float = -math.inf) -> bool:
    """Whether this is a number of Python's own, finite and not below the least: most parameters
    are, and no array need be made to tell.
    """
    return type(value) in (float, int) and abs(value) < 1e300 and value >= least


def check_below(model: Any, low: str, high: str) -> None:
    """Refuse a parameter `low` that lies above the parameter `high`.

    >>> from neurosparse.neurons import LIF
    >>> check_below(LIF(), "v_reset", "v_threshold")
    """
    lower = getattr(model, low)
    upper = getattr(model, high)
    if type(lower) is float and type(upper) is float and lower <= upper:
        return
    under = np.asarray(lower, dtype=np.float64)
    over = np.asarray(upper, dtype=np.float64)
    name = f"{type(model).__name__}.{low}"
    if under.ndim and over.ndim and under.shape != over.shape:
        raise bad_argument(name, under, f"one number or an array [{over.size}]")
    wrong = under > over
    if wrong.any():
        first = np.broadcast_to(under, wrong.shape)[wrong][0]
        limit = np.broadcast_to(over, wrong.shape)[wrong][0]
        raise bad_argument(name, float(first), f"at most {high} = {limit:g}")


def ask_about_volts(model: Any) -> None:
    """Warn of membrane voltages that would be usual in volts, where mV are meant.

    A model with a threshold above 0, or with none, is one without units: voltages are anything.
    """
    threshold = getattr(model, "v_threshold", 1.0)
    if np.any(np.asarray(threshold) > 0) if np.ndim(threshold) else threshold > 0:
        return
    for name in _voltages(type(model)):
        value = getattr(model, name)
        if type(value) is not float or -0.2 < value < -0.02:
            _ask(f"{type(model).__name__}.{name}", value)


@memoised
def _voltages(kind: type) -> list[str]:
    """Parameters in mV, by their names."""
    names = (field.name for field in fields_of(kind))
    return [name for name in names if name.startswith(("v_", "e_"))]


def ask_about_start(name: str, value: Any, model: Any) -> None:
    """Warn of a voltage to start from, as `ask_about_volts` does of parameters."""
    if np.all(np.asarray(getattr(model, "v_threshold", 1.0)) < -1.0):
        _ask(name, value)


def _ask(name: str, value: Any) -> None:
    voltages = np.asarray(value, dtype=np.float64)
    usual = voltages[(voltages > -0.2) & (voltages < -0.02)]
    if usual.size:
        words = f"{name} = {usual[0]:g} mV: are volts meant? Then multiply by 1000"
        warnings.warn(words, stacklevel=5)


def check_length(name: str, value: Any, n: int) -> None:
    """Refuse a value that is neither one number nor an array [n] of finite numbers.

    >>> check_length("weight", [1.0, 2.0], 2)
    """
    if _is_plain(value):
        return
    array = floats(name, value)
    if array.shape not in ((), (n,)):
        raise bad_argument(name, array, f"one number or an array [{n}]")
    if not np.isfinite(array).all():
        raise bad_argument(name, array, "finite numbers")


def stored(name: str, value: Any, kind: Any) -> Array:
    """Take finite numbers as those of a type, and refuse what it does not hold.

    >>> stored("v", [-60.0], np.float32).dtype
    dtype('float32')
    >>> stored("v", -1e300, np.float32)
    Traceback (most recent call last):
    ValueError: v: got 1e+300, wants numbers within float32
    """
    with np.errstate(over="ignore"):
        array = np.asarray(value).astype(kind)
    if not np.isfinite(array).all():
        largest = Said(f"{float(np.max(np.abs(value))):g}")
        raise bad_argument(name, largest, f"numbers within {np.dtype(kind).name}")
    return array


def parameters(model: Any) -> Any:
    """Give a model's parameters as float64 arrays, () or [n], to calculate with.

    >>> from neurosparse.neurons import LIF
    >>> parameters(LIF(r_mem=2)).r_mem * 3
    np.float64(6.0)
    """
    arrays = {
        f.name: np.asarray(getattr(model, f.name), np.float64)
        for f in fields_of(type(model))
    }
    return SimpleNamespace(**arrays)
